"""Holding warnings and reminders back for a while: snooze."""

from __future__ import annotations

from bot.verbs.call import Call
from bot.verbs.reading.figures import instant_of
from bot.verbs.reading.instants import need_instant
from bot.verbs.verb import Act, Asked, Deed
from bot.wording.card import Field
from triage import snoozing
from triage.change import Change
from triage.errors import Refusal

OFF = ("off", "stop", "end", "non", "fin")
HALF_AN_HOUR = 1800


def _read(call: Call, words: str) -> dict[str, str]:
    """`snooze 42 1h`, `snooze 42 until 16:30`, `snooze 42 off`."""
    if not words:
        return {}
    if words.lower() in OFF:
        return {"until": "off"}
    until, rest = need_instant(call, words, future=True)
    if rest:
        raise Refusal("no_such_time", text=words[:60])
    return {"until": until}


def _snooze(act: Act) -> Change:
    until = act.answers.get("until")
    if not until:
        raise Refusal("snooze_needs_time")
    at = None if until == "off" else instant_of(act.answers, "until")
    return snoozing.snooze(act.stored.ticket, act.call.actor, act.call.now, at)


def _fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    soon = int(asked.now.timestamp()) // 300 * 300 + HALF_AN_HOUR
    return (
        Field("until", "instant", speech.text("field.snooze"), required=True, initial=str(soon),
              hint=speech.text("hint.snooze")),
    )  # fmt: skip


SNOOZE = Deed(
    "snooze", _snooze, _read, _fields, ("until",), ("suspendre", "différer", "differer", "taire"), daily=False
)
