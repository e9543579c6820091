"""`ack`: I answer for this breach, which is then not repeated, or for this escalation."""

from __future__ import annotations

from bot.verbs.base.verb import ButtonOn, TicketVerb, VerbCall
from triage import acknowledging
from triage.change import Change


def _acknowledge(request: VerbCall) -> Change:
    call, ticket = request.call, request.stored.ticket
    of_level = call.desk.roster.may_answer(call.actor.id, ticket.level, call.now)
    return acknowledging.acknowledge(ticket, call.actor, call.now, of_level=of_level)


ACK = TicketVerb(
    name="ack", aliases=("acknowledge", "accuser"), button_on=ButtonOn.PAGE | ButtonOn.BESIDE, decide=_acknowledge
)
