"""`ack`: I answer for this breach, which is then not repeated, or for this escalation."""

from __future__ import annotations

from bot.verbs.base.verb import ButtonOn, TicketVerb, VerbCall
from triage import acknowledging
from triage.change import Change


def _acknowledge(request: VerbCall) -> Change:
    return acknowledging.acknowledge(request.stored.ticket, request.call.actor, request.call.now)


ACK = TicketVerb(
    name="ack", aliases=("acknowledge", "accuser"), button_on=ButtonOn.PAGE | ButtonOn.BESIDE, decide=_acknowledge
)
