"""The updates that somebody gave and may still put right, and the texts of them."""

from __future__ import annotations

from storage.tickets import StoredTicket
from triage import correcting
from triage.event import Event
from triage.people import Actor
from triage.ticket import Ticket


def body_of(ticket: Ticket, update: Event) -> int | None:
    """The body id of an update's text, as it was corrected last."""
    return ticket.updates.edited.get(update.seq, update.body_id)


def last_of(stored: StoredTicket, actor: Actor) -> list[int]:
    """The body id of the last update that this person gave, as a list of one, or empty."""
    body = body_of(stored.ticket, correcting.own_update(stored.ticket, actor))
    return [] if body is None else [body]


def all_of(stored: StoredTicket, actor: Actor) -> list[int]:
    """The body ids of all updates that this person gave."""
    found = [body_of(stored.ticket, update) for update in correcting.own_updates(stored.ticket, actor)]
    return [body for body in found if body is not None]
