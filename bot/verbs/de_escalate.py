"""`de-escalate`: leave the level that was reached for the one below."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall
from bot.verbs.reading.texts import text_alone
from bot.wording.card import Field, FieldKind
from triage import escalation
from triage.change import Change


def _de_escalate(request: VerbCall) -> Change:
    call = request.call
    return escalation.de_escalate(request.stored.ticket, call.actor, call.now, request.answers.get("text", ""))


def _fields(context: FormContext) -> tuple[Field, ...]:
    return (Field("text", FieldKind.TEXT, context.speech.text("field.reason"), required=True),)


def _result(_call: Call, outcome: Outcome) -> Result:
    level = outcome.stored.ticket.level
    return Result("de-escalate" if level else "de-escalate_off", {"level": level})


DE_ESCALATE = TicketVerb(
    name="de-escalate",
    aliases=("deescalate", "désescalader", "desescalader"),
    decide=_de_escalate,
    read=text_alone,
    form=TicketForm(fields=_fields, needed=("text",)),
    in_more=11,
    result=_result,
    offered=lambda ticket: ticket.level > 0,
)
