"""`is-back`: what a customer answers who is asked whether service is back for them. Two buttons in their thread."""

from __future__ import annotations

from bot.verbs.base.verb import Also, ButtonOn, Outcome, Result, TicketVerb, VerbCall
from bot.wording.card import FieldKind
from triage import majors
from triage.change import Change
from triage.event import Kind

NO = "no"


def _is_back(request: VerbCall) -> Change:
    call, stored = request.call, request.stored
    asked = stored.ticket.together.asked_back
    asked_at = next((event.at for event in stored.events if event.seq == asked), call.now)
    is_back = request.answers.get("value") != NO
    words = call.people.desk_speech.text("customer.not_back")
    return majors.answer_back(stored.ticket, call.actor, call.now, words, is_back=is_back, asked_at=asked_at)


def _result(_call: object, outcome: Outcome) -> Result:
    done = any(event.kind is Kind.RESOLVED for event in outcome.change.events)
    return Result("is-back" if done else "is-not-back")


IS_BACK = TicketVerb(
    name="is-back",
    button_on=ButtonOn.BESIDE,
    decide=_is_back,
    also=(Also("value", FieldKind.CHOICE, ("yes", NO), required=True),),
    result=_result,
    is_typed=False,
)
