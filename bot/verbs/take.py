"""`take`: the ticket is mine."""

from __future__ import annotations

from datetime import datetime

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.verb import ButtonOn, ByReaction, TicketVerb, VerbCall
from storage.tickets import StoredTicket
from triage import owning
from triage.change import Change
from triage.errors import Refusal
from triage.people import Actor


def _take(request: VerbCall) -> Change:
    """A pressed **Take it** is refused where somebody has taken the ticket since the button was shown, unless `sure`
    names that person."""
    call, owner = request.call, request.stored.ticket.ownership.assignee
    if request.answers.get("pressed") and owner not in (None, call.actor.id, request.answers.get("sure")):
        name = call.desk.directory.name(owner)
        raise Refusal("taken_meanwhile", name=name, owner=owner, number=request.stored.number)
    return owning.take(request.stored.ticket, call.actor, call.now)


def _by_reaction(desk: DeskRuntime, stored: StoredTicket, actor: Actor, now: datetime) -> Change:
    """By a reaction the ticket is taken only where nobody has it: to many people that emoji only means "I am
    looking"."""
    owner = stored.ticket.ownership.assignee
    if stored.ticket.is_open and owner not in (None, actor.id):
        raise Refusal("owned", name=desk.directory.name(owner), owner=owner)
    return owning.take(stored.ticket, actor, now, by_reaction=True)


def _not_by_reaction(_stored: StoredTicket, _actor: Actor) -> Refusal:
    return Refusal("eyes")


TAKE = TicketVerb(
    name="take",
    aliases=("prendre", "prends"),
    button_on=ButtonOn.CARD | ButtonOn.PAGE | ButtonOn.BESIDE,
    decide=_take,
    by_reaction=ByReaction(decide=_by_reaction, refusal=_not_by_reaction),
    by_person=True,
    daily=True,
    supposable=True,
)
