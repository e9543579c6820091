"""Service up, down and since when: restored, relapsed, reported."""

from __future__ import annotations

from bot.commands.call import Call
from bot.commands.deeds.deed import Act, Deed, at_and_text
from bot.commands.times import instant_of, need_instant
from triage import lifecycle
from triage.change import Change
from triage.errors import Refusal


def _restored(act: Act) -> Change:
    at = instant_of(act.answers, "at")
    return lifecycle.restored(act.stored.ticket, act.call.actor, act.call.now, at, act.answers.get("text"))


def _relapsed(act: Act) -> Change:
    at = instant_of(act.answers, "at")
    return lifecycle.relapsed(act.stored.ticket, act.call.actor, act.call.now, at, act.answers.get("text"))


def _read_reported(call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    at, rest = need_instant(call, words, future=False)
    return {"at": at, "text": rest}


def _reported(act: Act) -> Change:
    at = instant_of(act.answers, "at")
    if at is None:
        raise Refusal("reported_needs_time")
    return lifecycle.correct_report(act.stored.ticket, act.call.actor, act.call.now, at, act.answers.get("text", ""))


RESTORED = Deed("restored", _restored, at_and_text, aliases=("rétabli", "retabli"))
RELAPSED = Deed("relapsed", _relapsed, at_and_text, aliases=("rechute",), daily=False)
REPORTED = Deed("reported", _reported, _read_reported, aliases=("signalé", "signale"), daily=False)
