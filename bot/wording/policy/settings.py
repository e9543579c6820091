"""The settings of a desk that can be changed in chat, in words: for the setup's card, and to tell of a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.desk.binding import called
from bot.wording.card import Button
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import InChannel, Sentence, Typed, join
from bot.wording.speech import Speech
from triage.assigning import Choosing
from triage.keys import platform_of
from triage.policy import Policy

#: The forms in which they are changed.
PARTS = ("desk", "people", "levels", "skills", "shifts")
#: The roles whose people can be chosen in chat.
ROLES = ("agents", "leads", "managers", "admins")
NAMES = (
    "channel",
    "escalation",
    "language",
    "timezone",
    "hours",
    "digest",
    *ROLES,
    "contacts",
    "skills",
    "assignment",
    "shifts",
    "rota",
)


def setup_buttons(version: int, speech: Speech) -> tuple[Button, ...]:
    """One for each form that changes settings, shown under that version of the policy."""
    return tuple(Button("setup", speech.text(f"setup_part.{name}"), 0, version, value=name) for name in PARTS)


def changed_settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of the settings in which two policies' data differ."""
    one, other = _values(before), _values(after)
    return [name for name in NAMES if one[name] != other[name]]


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    desk = data["desks"][0]
    return {
        "channel": desk["channels"],
        "escalation": desk.get("escalation_channels", []),
        "language": desk["language"],
        "timezone": desk["timezone"],
        "hours": {key: value for key, value in desk["hours"].items() if key != "timezone"},
        "digest": data.get("digest"),
        **{role: data["roles"][role] for role in ROLES},
        "contacts": [level["contacts"] for level in data["levels"]],
        "skills": {skill: people for skill, people in data["skills"].items() if people},
        "assignment": data.get("assignment"),
        "shifts": data.get("people", {}),
        "rota": _without_zone(data.get("oncall", {})),
    }


def _without_zone(rota: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen of a rota: its zone follows that of the desk."""
    layers = [{key: value for key, value in each.items() if key != "timezone"} for each in rota.get("layers", ())]
    return {**{key: value for key, value in rota.items() if key not in ("timezone", "overrides")}, "layers": layers}


def setting(name: str, policy: Policy, people: PhraseBook, speech: Speech, platform: str = "") -> Sentence:
    """What a setting is now, in words, for readers on that platform: channels of another have no name there."""
    desk = policy.desk
    if name == "channel":
        return _channels(desk.channels, speech, platform) or speech("setup.nothing")
    if name == "escalation":
        return _channels(desk.escalation_channels, speech, platform) or speech("setup.no_escalation")
    if name == "language":
        return (speech.language_name(desk.language),)
    if name == "timezone":
        return (Typed(desk.timezone),)
    if name == "hours":
        return _hours(policy, speech)
    if name == "digest":
        return _digest(policy, speech)
    if name == "contacts":
        found = []
        for number, level in enumerate(policy.levels, 1):
            named = _named(level.contacts, people) or speech("setup.admins_instead")
            found.append(speech("setup.level", level=number, contacts=named))
        return join(found, "\n")
    if name == "skills":
        known = [
            speech("setup.skill", skill=Typed(s), people=_named(keys, people))
            for s, keys in policy.skills.items()
            if keys
        ]
        return join(known, "\n") or speech("setup.no_skills")
    if name == "shifts":
        return _named(tuple(policy.shifts), people) or speech("setup.nothing")
    if name == "rota":
        return _named(tuple(sorted(policy.rota.people)), people) or speech("setup.nothing")
    if name == "assignment":
        return _assignment(policy, people, speech)
    keys = getattr(policy.roles, name)
    return (_named(keys, people) if keys else ()) or speech(f"setup.default_{name}")


def _assignment(policy: Policy, people: PhraseBook, speech: Speech) -> Sentence:
    """Who gets a ticket that nobody has; where nobody chose that, what follows from what is known of people."""
    mode = Choosing(people.roster, policy.assignment).mode
    if policy.assignment.mode is not None:
        return speech(f"how_assigned.{mode}")
    return speech(f"how_assigned.{mode}_by_itself")


def _channels(keys: tuple[str, ...], speech: Speech, platform: str) -> Sentence:
    return join(
        [
            (InChannel(key),)
            if platform in ("", platform_of(key))
            else speech("setup.channel_elsewhere", platform=called(platform_of(key)))
            for key in keys
        ],
        ", ",
    )


def _named(keys: tuple[str, ...], people: PhraseBook) -> Sentence:
    return join([(people.named(key),) for key in keys], ", ")


def _digest(policy: Policy, speech: Speech) -> Sentence:
    told, lines = policy.briefings, list[Sentence]()
    if told.morning is not None:
        lines.append(speech("policy.digest.morning", at=(f"{told.morning:%H:%M}",)))
    if told.weekly is not None:
        from bot.wording.policy.words import Words  # noqa: PLC0415  as below

        day = Words(speech).weekday(told.weekly.day)
        lines.append(speech("policy.digest.weekly", day=(day,), at=(f"{told.weekly.at:%H:%M}",)))
    return join(lines, "\n") or speech("setup.nothing")


def _hours(policy: Policy, speech: Speech) -> Sentence:
    # Brings Babel's calendars, which few answers need.
    from bot.wording.policy.calendar_words import calendar_rows  # noqa: PLC0415

    data = policy.desk.working.to_data()
    if data.get("clock") == "elapsed":
        return speech("setup.always")
    lines = [" ".join(row) for row in calendar_rows(data, speech)]
    closed = [day for day in data["holidays"] if day]
    if closed:
        lines.append(speech.text("setup.holidays", count=len(closed), year=max(closed)[:4]))
    return ("\n".join(lines),)
