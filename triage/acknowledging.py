"""Somebody answers for an open breach, or for the level that was reached."""

from __future__ import annotations

from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, event, must_be_open
from triage.contents.changes import ChangedContent, What
from triage.errors import Refusal
from triage.facts.owning import Acknowledged
from triage.notice import CARD
from triage.people import Actor
from triage.ticket import Ticket


def acknowledge(ticket: Ticket, actor: Actor, now: datetime, *, in_group: bool = False) -> Change:
    """Someone answers for an open breach or for the level that was reached: its repeats end. `in_group`: they are of
    the group that has the work in hand, and answer for what it was handed."""
    if in_group and ticket.ownership.handed is not None:
        must_be_open(ticket)
        return Change(
            (event(actor, now, Acknowledged(for_group=True)),),
            (changed(ChangedContent(actor.id, What.GROUP_ACKNOWLEDGED)), CARD),
        )
    rights.require(actor, "ack")
    must_be_open(ticket)
    climb = ticket.escalation.climbs[-1] if ticket.escalation.climbs else None
    if not ticket.breaches and (climb is None or climb.acknowledged_by is not None):
        raise Refusal("nothing_to_acknowledge")
    return Change((event(actor, now, Acknowledged()),), (changed(ChangedContent(actor.id, What.ACKNOWLEDGED)), CARD))
