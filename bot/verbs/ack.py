"""`ack`: I answer for this breach, which is then not repeated, or for this escalation."""

from __future__ import annotations

from bot.verbs.base.verb import ButtonOn, TicketVerb, VerbCall
from bot.verbs.engine.access import is_at_work
from triage import acknowledging
from triage.change import Change


def _acknowledge(request: VerbCall) -> Change:
    call, stored = request.call, request.stored
    of_level = call.desk.roster.may_answer(call.actor.id, stored.ticket.level, call.now)
    in_group = is_at_work(call, stored)
    return acknowledging.acknowledge(stored.ticket, call.actor, call.now, in_group=in_group, of_level=of_level)


ACK = TicketVerb(
    name="ack",
    aliases=("acknowledge", "accuser"),
    button_on=ButtonOn.PAGE | ButtonOn.BESIDE,
    decide=_acknowledge,
    by_person=True,
    supposable=True,
)
