"""What can be set up in chat: each part is a short form, and the keys of a policy file that its answers become."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bot.desk.languages import LANGUAGES
from bot.desk.runtime import DeskRuntime
from bot.verbs.setup.hours import ALWAYS, USUAL, read_hours, written_hours
from bot.wording.card import Field, FieldKind
from bot.wording.phrase_book import PhraseBook
from bot.wording.policy.settings import ROLES
from bot.wording.speech import Speech
from triage.errors import Refusal
from triage.keys import platform_of
from triage.membership import is_email

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
    climbs_now = _beside(filter(None, [answers.get("escalation", "")]), climbs, _channels_elsewhere(desk, climbs))
    own["channels"] = {
        "desk": _beside([answers.get("channel", "")], held, _channels_elsewhere(desk, held)),
        "customers": dict(desk.policy.desk.customer_channels),
        **({"escalation": climbs_now} if climbs_now else {}),
    }
    own["language"], own["timezone"] = answers.get("language", ""), answers.get("timezone", "").strip()
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
    return tuple(field for role in ROLES for field in _people_field(desk, speech, role, getattr(roles, role) or ()))


def _choose_people(desk: DeskRuntime, chosen: Chosen, answers: Answers) -> None:
    roles = {**chosen.get("roles", {})}
    for role in ROLES:
        held = roles[role] if role in roles else getattr(desk.policy.roles, role) or ()
        people = _chosen_people(desk, answers, role, held)
        # Nobody: the role is as if nobody had ever chosen.
        roles = {**roles, role: people} if people else {name: own for name, own in roles.items() if name != role}
    chosen["roles"] = roles


def _level_fields(desk: DeskRuntime, speech: Speech) -> tuple[Field, ...]:
    found: list[Field] = []
    for level, each in enumerate(desk.policy.levels, 1):
        title = f"{level}: {PhraseBook(desk.directory).level_role(level, speech)}"
        found += _people_field(desk, speech, f"level{level}", each.contacts, title)
    return tuple(found)


def _choose_levels(desk: DeskRuntime, chosen: Chosen, answers: Answers) -> None:
    before: list[dict[str, Any]] = chosen.get("levels") or [{} for _ in desk.policy.levels]
    chosen["levels"] = [
        {**level, "contacts": _chosen_people(desk, answers, f"level{number}", _held(desk, level, number))}
        for number, level in enumerate(before, 1)
    ]


def _held(desk: DeskRuntime, level: Mapping[str, Any], number: int) -> Iterable[str]:
    """The contacts of a level as they are: those that were chosen, else the policy's own."""
    own = dict(enumerate((each.contacts for each in desk.policy.levels), 1))
    held: Iterable[str] = level.get("contacts", own.get(number, ()))
    return held


def _people_field(desk: DeskRuntime, speech: Speech, name: str, keys: Iterable[str], title: str = "") -> list[Field]:
    """Whom to choose: people, and beside them user groups where the platform has told of any."""
    is_group = desk.directory.is_group
    known = [key for key in keys if not is_email(key)]
    shown = [account for key in known if not is_group(key) and (account := desk.account(key)) is not None]
    people = ",".join(dict.fromkeys(shown))  # whoever joined two accounts may be held by both
    label = speech.text("setup_field.level", level=title) if title else speech.text(f"setup_field.{name}")
    hint = speech.text("setup_hint.contacts" if title else f"setup_hint.{name}")
    found = [Field(name, FieldKind.PEOPLE, label, initial=people, hint=hint)]
    # The chosen ones come first, also those that are switched off: what is not offered could not be kept.
    chosen = [key for key in known if is_group(key) and desk.account(key) is not None]
    others = [group.key for group in desk.directory.groups.values() if group.handle and group.is_active]
    offered = list(dict.fromkeys([*chosen, *others]))[: desk.limits.most_choices]
    if offered:
        options = tuple((key, _group_label(desk, key)) for key in offered)
        label = speech.text("setup_field.groups", label=label)
        found.append(Field(f"{name}_groups", FieldKind.CHOICES, label, options=options, initial=",".join(chosen)))
    return found


def _group_label(desk: DeskRuntime, key: str) -> str:
    group, name = desk.directory.groups.get(key), desk.directory.name(key)
    return f"{name} ({group.name})" if group is not None and group.name else name


def _chosen_people(desk: DeskRuntime, answers: Answers, name: str, held: Iterable[str]) -> list[str]:
    """The people of a field and of the groups beside it, each by the account that they were held by before. `held`: who
    was chosen. Of these, whoever has no account on this platform cannot be shown by the form, and is kept."""
    held = list(held)
    known = {account: key for key in reversed(held) if (account := desk.account(key)) is not None}
    filled = [key for field in (name, f"{name}_groups") for key in answers.get(field, "").split(",") if key]
    elsewhere = [key for key in held if platform_of(key) and desk.account(key) is None]
    return _beside((known.get(key, key) for key in filled), held, elsewhere)


def _channels_elsewhere(desk: DeskRuntime, channels: Iterable[str]) -> list[str]:
    return [each for each in channels if platform_of(each) != desk.platform]


def _beside(chosen: Iterable[str], held: Sequence[str], elsewhere: Collection[str]) -> list[str]:
    """What was chosen, and in the places that they had, those `held` that are `elsewhere`: the order says who is called
    first."""
    found = list(chosen)
    for place, key in enumerate(held):
        if key in elsewhere:
            found.insert(place, key)
    return found


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
