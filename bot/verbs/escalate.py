"""`escalate`: climb one level. A customer or a requester asks for it."""

from __future__ import annotations

from bot.verbs.call import Call
from bot.verbs.reading.texts import text_alone
from bot.verbs.verb import FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall
from bot.wording.card import Field, FieldKind
from triage import escalation
from triage.change import Change
from triage.event import Kind


def _escalate(request: VerbCall) -> Change:
    call, answers, ticket = request.call, request.answers, request.stored.ticket
    reason = answers.get("text", "")
    if not reason and answers.get("reason"):
        reason = call.people.desk_speech.text(f"reason.{answers['reason']}")
    return escalation.escalate(ticket, call.actor, call.now, reason, sure=answers.get("sure") == str(ticket.level))


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech = context.speech
    reasons = tuple((name, speech.text(f"reason.{name}")) for name in escalation.REASONS)
    return (
        Field("reason", FieldKind.CHOICE, speech.text("field.escalation_reason"), options=reasons),
        Field("text", FieldKind.TEXT, speech.text("field.own_words"), hint=speech.text("hint.escalate")),
    )


def _result(call: Call, outcome: Outcome) -> Result:
    if any(event.kind is Kind.ESCALATION_ASKED for event in outcome.change.events):
        return Result("escalation_asked")
    level = outcome.stored.ticket.level
    return Result(values={"level": level, "role": call.people.level_role(level, call.speech)})


ESCALATE = TicketVerb(
    name="escalate",
    aliases=("escalader", "escalade"),
    decide=_escalate,
    read=text_alone,
    form=TicketForm(fields=_fields, needed=("text", "reason")),
    result=_result,
    daily=True,
    questions=frozenset({"escalate_again"}),
)
