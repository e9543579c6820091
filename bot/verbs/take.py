"""`take`: the ticket is mine."""

from __future__ import annotations

from bot.verbs.verb import TicketVerb, VerbCall
from triage import owning
from triage.change import Change
from triage.errors import Refusal


def _take(request: VerbCall) -> Change:
    """A button to take it is offered while nobody has it: one that is pressed later takes it from nobody, unless they
    are sure to take it from that very person."""
    call, owner = request.call, request.stored.ticket.assignee
    if request.answers.get("pressed") and owner not in (None, call.actor.id, request.answers.get("sure")):
        name = call.desk.directory.name(owner)
        raise Refusal("taken_meanwhile", name=name, owner=owner, number=request.stored.number)
    return owning.take(request.stored.ticket, call.actor, call.now)


TAKE = TicketVerb(name="take", aliases=("prendre", "prends"), decide=_take, daily=True, supposable=True)
