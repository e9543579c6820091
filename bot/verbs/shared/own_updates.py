"""The updates that somebody gave and may still put right, and the texts of them."""

from __future__ import annotations

from storage.tickets import StoredTicket
from triage import correcting
from triage.event import Event
from triage.people import Actor
from triage.ticket import Ticket


def body_of(ticket: Ticket, update: Event) -> int | None:
    """The text of an update as it stands now, by body id."""
    return ticket.updates.edited.get(update.seq, update.body_id)


def last_of(stored: StoredTicket, actor: Actor) -> list[int]:
    """The text of the last one."""
    body = body_of(stored.ticket, correcting.own_update(stored.ticket, actor))
    return [] if body is None else [body]


def all_of(stored: StoredTicket, actor: Actor) -> list[int]:
    """The texts of all of them."""
    found = [body_of(stored.ticket, update) for update in correcting.own_updates(stored.ticket, actor)]
    return [body for body in found if body is not None]
