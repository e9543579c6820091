"""Service up, down and since when: restored, relapsed, reported."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.verbs.call import Call
from bot.verbs.reading.figures import instant_of
from bot.verbs.reading.instants import need_instant
from bot.verbs.verb import Act, Asked, Deed, at_and_text
from bot.wording.card import Field
from triage import lifecycle
from triage.change import Change
from triage.checks import must_be_down, must_be_restored
from triage.errors import Refusal

PICKED = timedelta(minutes=1)  # a form's instants are picked to the minute


def back_since(act: Act, field: str) -> datetime | None:
    """When service came back, as a form says it. What was picked to the minute in which it went down is no earlier."""
    at, down = instant_of(act.answers, field), act.stored.ticket.down_since
    return down if at is not None and down - PICKED < at < down else at


def _restored(act: Act) -> Change:
    at = back_since(act, "at")
    return lifecycle.restored(act.stored.ticket, act.call.actor, act.call.now, at, act.answers.get("text"))


def _restored_fields(asked: Asked) -> tuple[Field, ...]:
    return (_since(asked, "restored_at"), _to_say(asked, "promise_text", "update"))


def _relapsed(act: Act) -> Change:
    at, back = instant_of(act.answers, "at"), act.stored.ticket.restored_at
    if at is not None and back is not None and back - PICKED < at < back:
        at = back
    return lifecycle.relapsed(act.stored.ticket, act.call.actor, act.call.now, at, act.answers.get("text"))


def _relapsed_fields(asked: Asked) -> tuple[Field, ...]:
    return (_since(asked, "relapsed_at"), _to_say(asked, "note", "note"))


def _since(asked: Asked, label: str) -> Field:
    speech = asked.speech
    now = str(int(asked.now.timestamp()))
    return Field("at", "instant", speech.text(f"field.{label}"), required=True, initial=now,
                 hint=speech.text(f"hint.{label}"))  # fmt: skip


def _to_say(asked: Asked, label: str, hint: str) -> Field:
    return Field("text", "text", asked.speech.text(f"field.{label}"), hint=asked.speech.text(f"hint.{hint}"))


def _read_reported(call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    at, rest = need_instant(call, words, future=False)
    return {"reported_at": at, "text": rest}


def _reported(act: Act) -> Change:
    at = instant_of(act.answers, "reported_at")
    if at is None:
        raise Refusal("reported_needs_time")
    return lifecycle.correct_report(act.stored.ticket, act.call.actor, act.call.now, at, act.answers.get("text", ""))


def _reported_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    known = str(int(asked.ticket.reported_at.timestamp()))
    return (
        Field("reported_at", "instant", speech.text("field.reported_at"), required=True, initial=known,
              hint=speech.text("hint.reported_at")),
        Field("text", "text", speech.text("field.reason"), required=True),
    )  # fmt: skip


RESTORED = Deed("restored", _restored, at_and_text, _restored_fields, aliases=("rétabli", "retabli"), fits=must_be_down)
RELAPSED = Deed(
    "relapsed", _relapsed, at_and_text, _relapsed_fields, aliases=("rechute",), daily=False, fits=must_be_restored
)
REPORTED = Deed(
    "reported", _reported, _read_reported, _reported_fields, ("reported_at",), ("signalé", "signale"), daily=False,
    any_time=True,
)  # fmt: skip
