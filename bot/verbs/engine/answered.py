"""Whoever acts on a ticket may be a contact of the level that it has reached, and then answers for it."""

from __future__ import annotations

from datetime import datetime

from bot.desk.runtime import DeskRuntime
from storage.tickets import StoredTicket
from triage.acknowledging import answered_by_acting
from triage.change import Change
from triage.people import Actor


def answered(desk: DeskRuntime, stored: StoredTicket, change: Change, actor: Actor, now: datetime) -> Change:
    """The change, by which they answer for the level as well where it is theirs."""
    ticket = stored.ticket
    if ticket.escalation.owed is None:
        return change
    is_contact = desk.roster.is_contact(actor.id, ticket.level, now)
    return answered_by_acting(ticket, change, actor, now, is_contact=is_contact)
