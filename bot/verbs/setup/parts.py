"""What can be set up in chat: each part is a short form, and the keys of a policy file that its answers become."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bot.desk.languages import LANGUAGES
from bot.desk.runtime import DeskRuntime
from bot.verbs.setup.briefings import chosen_briefings, written_briefings
from bot.verbs.setup.hours import ALWAYS, USUAL, read_hours, written_hours
from bot.verbs.setup.people import beside, chosen_people, people_field
from bot.verbs.setup.shifts import choose_shifts, shift_fields, shift_paths
from bot.verbs.setup.skills import choose_skills, skill_fields, skill_paths
from bot.wording.card import Field, FieldKind
from bot.wording.phrase_book import PhraseBook
from bot.wording.policy.settings import ROLES
from bot.wording.speech import Speech
from triage.errors import Refusal
from triage.keys import platform_of

CALENDAR = "office"
Answers = Mapping[str, str]
Chosen = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One form of the setup."""

    #: What it is called in the form's own name, `setup-NAME`.
    name: str
    #: The field under which is said what is refused of the form as a whole.
    first: str
    #: What it asks, filled in with what is so now.
    fields: Callable[[DeskRuntime, Speech], tuple[Field, ...]]
    #: Puts the answers where they belong in a policy file's shape.
    choose: Callable[[DeskRuntime, Chosen, Answers], None]
    #: The fields by the paths of a policy file that they become, the narrowest first.
    where: Callable[[DeskRuntime], Mapping[str, str]]

    def chosen(self, desk: DeskRuntime, before: Mapping[str, Any] | None, answers: Answers) -> Chosen:
        """What is chosen with these answers, in a policy file's shape."""
        after: Chosen = deepcopy(dict(before or {}))
        self.choose(desk, after, answers)
        return after

    def field_of(self, desk: DeskRuntime, path: str) -> str:
        """The field that a problem at that path is about."""
        where = self.where(desk)
        return next((field for start, field in where.items() if path.startswith(start)), next(iter(where.values())))


def _desk_fields(desk: DeskRuntime, speech: Speech) -> tuple[Field, ...]:
    own = desk.policy.desk
    calendar = _calendar(desk)
    hours = ALWAYS if calendar is None else written_hours(calendar["hours"], speech.language)
    languages = tuple((name, speech.language_name(name)) for name in LANGUAGES)
    invite = speech.text(f"invite.{desk.binding.invite}")
    return (
        _field(speech, "channel", FieldKind.CHANNEL, desk.own_channel or "", invite, required=True),
        _field(speech, "escalation", FieldKind.CHANNEL, _climbs_on(desk) or ""),
        _field(speech, "language", FieldKind.CHOICE, own.language, required=True, options=languages),
        _field(speech, "timezone", FieldKind.LINE, own.timezone, required=True, longest=60),
        _field(speech, "hours", FieldKind.TEXT, hours, required=True, longest=600),
        _field(speech, "holidays", FieldKind.LINE, ", ".join((calendar or {}).get("holidays", ())), longest=600),
        *(
            _field(speech, name, FieldKind.LINE, written, longest=30)
            for name, written in written_briefings(desk.policy.briefings, speech.language).items()
        ),
    )


def _climbs_on(desk: DeskRuntime) -> str | None:
    """The channel for climbs on this platform."""
    climbs = desk.policy.desk.escalation_channels
    return next((each for each in climbs if platform_of(each) == desk.platform), None)


def _calendar(desk: DeskRuntime) -> dict[str, Any] | None:
    """The opening hours that were chosen, else the usual ones; None for around the clock."""
    chosen: Mapping[str, Any] = desk.policy_layers.chosen or {}
    if _own(desk, chosen).get("calendar") == "elapsed":
        return None
    return {"hours": USUAL, **chosen.get("calendars", {}).get(CALENDAR, {})}


def _own(desk: DeskRuntime, chosen: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = chosen.get("desks", {}).get(desk.policy.desk.name, {})
    return found


def _choose_desk(desk: DeskRuntime, chosen: Chosen, answers: Answers) -> None:
    own = chosen.setdefault("desks", {}).setdefault(desk.policy.desk.name, {})
    held, climbs = desk.policy.desk.channels, desk.policy.desk.escalation_channels
    climbs_now = beside(filter(None, [answers.get("escalation", "")]), climbs, _channels_elsewhere(desk, climbs))
    own["channels"] = {
        "desk": beside([answers.get("channel", "")], held, _channels_elsewhere(desk, held)),
        "customers": dict(desk.policy.desk.customer_channels),
        **({"escalation": climbs_now} if climbs_now else {}),
    }
    own["language"], own["timezone"] = answers.get("language", ""), answers.get("timezone", "").strip()
    chosen["digest"] = chosen_briefings(answers)
    hours = read_hours(answers.get("hours", ""))
    if hours == ALWAYS:
        own["calendar"] = "elapsed"
        chosen.pop("calendars", None)
        return
    own["calendar"] = CALENDAR
    holidays = [each.strip() for each in re.split(r"[,\n]", answers.get("holidays", "")) if each.strip()]
    chosen["calendars"] = {CALENDAR: {"hours": hours or USUAL, "holidays": holidays}}


def _people_fields(desk: DeskRuntime, speech: Speech) -> tuple[Field, ...]:
    roles = desk.policy.roles
    return tuple(
        field
        for role in ROLES
        for field in people_field(
            desk, speech, role, getattr(roles, role) or (),
            label=speech.text(f"setup_field.{role}"), hint=speech.text(f"setup_hint.{role}"),
        )
    )  # fmt: skip


def _choose_people(desk: DeskRuntime, chosen: Chosen, answers: Answers) -> None:
    roles = {**chosen.get("roles", {})}
    for role in ROLES:
        held = roles[role] if role in roles else getattr(desk.policy.roles, role) or ()
        people = chosen_people(desk, answers, role, held)
        # Nobody: the role is as if nobody had ever chosen.
        roles = {**roles, role: people} if people else {name: own for name, own in roles.items() if name != role}
    chosen["roles"] = roles


def _level_fields(desk: DeskRuntime, speech: Speech) -> tuple[Field, ...]:
    found: list[Field] = []
    for level, each in enumerate(desk.policy.levels, 1):
        title = f"{level}: {PhraseBook(desk.directory).level_role(level, speech)}"
        label = speech.text("setup_field.level", level=title)
        found += people_field(
            desk, speech, f"level{level}", each.contacts, label=label, hint=speech.text("setup_hint.contacts")
        )
    return tuple(found)


def _choose_levels(desk: DeskRuntime, chosen: Chosen, answers: Answers) -> None:
    before: list[dict[str, Any]] = chosen.get("levels") or [{} for _ in desk.policy.levels]
    chosen["levels"] = [
        {**level, "contacts": chosen_people(desk, answers, f"level{number}", _held(desk, level, number))}
        for number, level in enumerate(before, 1)
    ]


def _held(desk: DeskRuntime, level: Mapping[str, Any], number: int) -> Iterable[str]:
    """The contacts of a level as they are: those that were chosen, else the policy's own."""
    own = dict(enumerate((each.contacts for each in desk.policy.levels), 1))
    held: Iterable[str] = level.get("contacts", own.get(number, ()))
    return held


def _channels_elsewhere(desk: DeskRuntime, channels: Iterable[str]) -> list[str]:
    return [each for each in channels if platform_of(each) != desk.platform]


def _field(speech: Speech, name: str, kind: FieldKind, initial: str, invite: str = "", **more: Any) -> Field:
    hint = f"setup_hint.{name}"
    return Field(
        name, kind, speech.text(f"setup_field.{name}"), initial=initial,
        hint=speech.text(hint, invite=invite) if speech.has(hint) else "", **more,
    )  # fmt: skip


def _desk_paths(desk: DeskRuntime) -> dict[str, str]:
    own = f"desks.{desk.policy.desk.name}"
    return {
        f"calendars.{CALENDAR}.holidays": "holidays",
        "calendars": "hours",
        f"{own}.calendar": "hours",
        f"{own}.timezone": "timezone",
        f"{own}.language": "language",
        f"{own}.channels.escalation": "escalation",
        own: "channel",
        "digest.morning": "morning",
        "digest.weekly": "weekly",
    }


PARTS = {
    part.name: part
    for part in (
        Part("desk", "channel", _desk_fields, _choose_desk, _desk_paths),
        Part("people", "agents", _people_fields, _choose_people, lambda _: {f"roles.{role}": role for role in ROLES}),
        Part(
            "levels",
            "level1",
            _level_fields,
            _choose_levels,
            lambda desk: {f"levels[{n}]": f"level{n}" for n in range(1, len(desk.policy.levels) + 1)},
        ),
        Part("skills", "assignment", skill_fields, choose_skills, skill_paths),
        Part("shifts", "shift_hours", shift_fields, choose_shifts, shift_paths),
    )
}


def sign_of(field: Field, value: str) -> str:
    """A short sign of a field's value, by which a form that comes back shows whether it was changed."""
    if field.kind in {FieldKind.PEOPLE, FieldKind.CHOICES}:
        value = ",".join(sorted(filter(None, value.split(","))))
    return blake2b(value.strip().encode(), digest_size=6).hexdigest()


def as_changed(fields: Iterable[Field], answers: Answers, signs: Mapping[str, str]) -> dict[str, str]:
    """The answers, where they were changed in the form; else the value of today, which somebody else may have changed
    meanwhile. `signs` are those of the values that the form began with."""
    found = {}
    for field in fields:
        answer, sign = answers.get(field.id, ""), signs.get(field.id)
        kept = sign == sign_of(field, answer) if sign is not None else field.id not in answers
        found[field.id] = (field.initial or "") if kept else answer
    return found


def part_named(name: str) -> Part:
    """The part of that name; a form that is not known is out of date."""
    if name not in PARTS:
        raise Refusal("unknown_button")
    return PARTS[name]
