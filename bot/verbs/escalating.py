"""Climbing the levels: escalate, and the reason of a climb by reaction."""

from __future__ import annotations

from bot.verbs.reading.figures import figure
from bot.verbs.verb import Act, Asked, Deed, text_alone
from bot.wording.card import Field
from triage import escalation
from triage.change import Change


def _escalate(act: Act) -> Change:
    reason = act.answers.get("text", "") or (
        act.call.desk.directory.desk_speech.text(f"reason.{act.answers['reason']}") if act.answers.get("reason") else ""
    )
    sure = act.answers.get("sure") == str(act.stored.ticket.level)
    return escalation.escalate(act.stored.ticket, act.call.actor, act.call.now, reason, sure=sure)


def _escalate_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    reasons = tuple((name, speech.text(f"reason.{name}")) for name in escalation.REASONS)
    return (
        Field("reason", "choice", speech.text("field.escalation_reason"), options=reasons),
        Field("text", "text", speech.text("field.own_words"), hint=speech.text("hint.escalate")),
    )


def _reason(act: Act) -> Change:
    level, _, name = act.answers.get("value", "").partition(".")
    if name not in escalation.REASONS or (climbed := figure(level)) is None:
        return Change()
    words = act.call.desk.directory.desk_speech.text(f"reason.{name}")
    return escalation.give_reason(act.stored.ticket, act.call.actor, act.call.now, climbed, words)


ESCALATE = Deed("escalate", _escalate, text_alone, _escalate_fields, ("text", "reason"), ("escalader", "escalade"))
# Offered as a button, never typed.
REASON = Deed("reason", _reason, daily=False)
