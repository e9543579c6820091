"""What of a ticket its customer may read: what stands in their thread, and nothing else.

Everything is left out that is not named here, so that a new kind of event is internal until somebody says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.customers import customer_key
from storage.tickets import StoredTicket
from triage.event import Event
from triage.facts.sorting import CustomerCorrected
from triage.facts.telling import CustomerWrote, Updated
from triage.keys import PROGRAM, platform_of
from triage.roster import Roster
from triage.ticket import Status


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said between the customer and the desk."""

    #: `wrote` by the customer; by the desk an `update`, a `promise`, a `question`, `restored` or `resolved`.
    what: str
    #: When.
    at: datetime
    #: Who of the desk said it, by key, as the thread names them; None: the customer did.
    by: str | None
    #: Its text as it reads now; None: there is none.
    body_id: int | None
    #: When the next word was promised; None: nothing was.
    promise: datetime | None = None


def is_of_a_customer(person: str, roster: Roster) -> bool:
    """Whether that may be one of a customer's people: somebody outside, and no program with a key, which is the
    desk's."""
    return roster.is_outside(person) and platform_of(person) != PROGRAM


def is_theirs(stored: StoredTicket, key: str, channels: Mapping[str, str], roster: Roster) -> bool:
    """Whether that customer reads along: in a thread of theirs, or because one of their people asked. `channels`: every
    customer's channel, to the customer's name.

    A ticket that the desk opened for itself was never shown to the customer whose name it bears; and one that was
    another customer's before may hold what those wrote.
    """
    ticket = stored.ticket
    if ticket.customer is None or customer_key(ticket.customer) != key:
        return False
    if ticket.status is Status.DISMISSED or ticket.merged_into is not None:
        return False
    threads = [each.channel for each in stored.conversations if each.side == "customer"]
    owners = [channels[channel] for channel in threads if channel in channels]
    if any(customer_key(owner) != key for owner in owners):
        return False
    if owners:
        return True
    was_anothers = any(
        isinstance(event.fact, CustomerCorrected) and event.fact.before and customer_key(event.fact.before) != key
        for event in stored.events
    )
    return not was_anothers and (bool(threads) or is_of_a_customer(ticket.requester, roster))


def said(stored: StoredTicket, roster: Roster) -> list[Said]:
    """What was said, newest first: what the customer wrote, and what reached them."""
    found = [each for event in stored.events if (each := _said(stored, event, roster)) is not None]
    return sorted(found, key=lambda each: each.at)[::-1]


def wrote_it_themselves(stored: StoredTicket, roster: Roster) -> bool:
    """Whether the whole text of the opening is the customer's own. Otherwise they were shown its first line alone."""
    opened = stored.events[0]
    return opened.actor == stored.ticket.requester and is_of_a_customer(opened.actor, roster)


def bodies_of(stored: StoredTicket, every: list[Said]) -> Iterator[int]:
    """The texts that are shown."""
    for body in (stored.events[0].body_id, *(each.body_id for each in every)):
        if body is not None:
            yield body


def _said(stored: StoredTicket, event: Event, roster: Roster) -> Said | None:
    fact, updates = event.fact, stored.ticket.updates
    if isinstance(fact, CustomerWrote):
        return Said("wrote", event.at, None, event.body_id) if is_of_a_customer(event.actor, roster) else None
    if not isinstance(fact, Updated) or fact.elsewhere:
        return None
    if event.seq in updates.taken_back or event.seq in updates.undelivered:
        return None
    names = ("question", "restored", "resolved", "promise")
    what = next((name for name in names if getattr(fact, name)), "update")
    return Said(what, event.at, event.actor, updates.edited.get(event.seq, event.body_id), fact.promise)
