"""`confirm`: what the ticket's text suggests is right; category and severity are in force."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, Outcome, Result, TicketVerb, VerbCall
from triage import sorting
from triage.change import Change
from triage.ticket import Ticket


def _confirm(request: VerbCall) -> Change:
    call, ticket = request.call, request.stored.ticket
    policy = call.desk.policy_of(request.session, ticket.terms.policy_version)
    return sorting.confirm(ticket, call.actor, call.now, policy)


def _result(call: Call, outcome: Outcome) -> Result:
    ticket, speech = outcome.stored.ticket, call.speech
    what = speech.text(f"category.{ticket.category}")
    if ticket.category == "incident":
        what = speech.text("suggested.graded", category=what, severity=ticket.severity)
    return Result(values={"what": what})


def _is_offered(ticket: Ticket) -> bool:
    return ticket.suggestion is not None and ticket.suggestion.can_be_confirmed


CONFIRM = TicketVerb(
    name="confirm",
    aliases=("confirmer", "valider"),
    button_on=ButtonOn.CARD,
    decide=_confirm,
    result=_result,
    offered=_is_offered,
    supposable=True,
)
