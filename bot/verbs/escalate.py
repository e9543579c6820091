"""`escalate`: climb one level. A customer or a requester asks for it."""

from __future__ import annotations

from datetime import datetime

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, ByReaction, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall
from bot.verbs.reading.texts import text_alone
from bot.wording.card import Field, FieldKind
from storage.tickets import StoredTicket
from triage import escalation
from triage.change import Change
from triage.errors import Refusal
from triage.event import Kind
from triage.people import Actor, Role
from triage.ticket import Ticket


def _escalate(request: VerbCall) -> Change:
    call, answers, ticket = request.call, request.answers, request.stored.ticket
    reason = answers.get("text", "")
    if not reason and answers.get("reason"):
        reason = call.people.desk_speech.text(f"reason.{answers['reason']}")
    return escalation.escalate(
        ticket, call.actor, call.now, reason,
        sure=answers.get("sure") == str(ticket.level), answers=_answers(call.desk, ticket, call.actor, call.now),
    )  # fmt: skip


def _answers(desk: DeskRuntime, ticket: Ticket, actor: Actor, now: datetime) -> bool:
    """Whether whoever climbs is the contact of the next level whom it would call, and so answers for it."""
    return actor.id in desk.roster.for_ticket(ticket, now).contact(ticket.level + 1, now)


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
    level, climb = outcome.stored.ticket.level, outcome.stored.ticket.escalation.last
    if climb is not None and climb.answered:
        return Result("escalate_answered", {"level": level})
    return Result(values={"level": level, "role": call.people.level_role(level, call.speech)})


def _by_reaction(desk: DeskRuntime, stored: StoredTicket, actor: Actor, now: datetime) -> Change:
    answers = _answers(desk, stored.ticket, actor, now)
    return escalation.escalate_by_reaction(stored.ticket, actor, now, answers=answers)


def _not_by_reaction(stored: StoredTicket, actor: Actor) -> Refusal:
    if actor.is_staff:
        return Refusal("siren_agent")
    if stored.ticket.is_open and (actor.is_outside or actor.id == stored.ticket.requester):
        return Refusal("siren_requester")
    return Refusal("siren_other", who=[Role.MANAGER])


ESCALATE = TicketVerb(
    name="escalate",
    aliases=("escalader", "escalade"),
    button_on=ButtonOn.CARD | ButtonOn.PAGE | ButtonOn.BESIDE,
    decide=_escalate,
    read=text_alone,
    form=TicketForm(fields=_fields, needed=("text", "reason")),
    by_reaction=ByReaction(decide=_by_reaction, refusal=_not_by_reaction, right="escalate-by-reaction"),
    result=_result,
    daily=True,
    questions=frozenset({"escalate_again"}),
)
