"""Finding somebody for tickets that nobody has, in the transaction that made them free (policy: Assignment)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlmodel import Session

from storage.absences import is_there
from storage.changes import More, record
from storage.loads import loads
from storage.tickets import StoredTicket, get_ticket_by_id, lock_all
from storage.work_queue import unowned
from triage.assigning import Choosing
from triage.assignment import Mode
from triage.change import Change
from triage.contents.deadlines import FallsToContent
from triage.event import Event
from triage.facts.owning import Assigned, Offered
from triage.notice import CardContent, Notice
from triage.offering import acknowledged_by_group, hand_on, is_free, is_free_again, offer, owed
from triage.people import Actor
from triage.policy import Policy
from triage.roster import Roster
from triage.ticket import Ticket

MOST_LOOKED_AT = 100  # tickets at a time, for which somebody is looked for when people come ...
MOST_GIVEN = 5  # ... of which so many are given to them


Decide = Callable[[Choosing], Change]
"""Decides what becomes of one ticket."""


class AtDesk(Protocol):
    """A desk, as far as a choice of people depends on it."""

    @property
    def roster(self) -> Roster:
        """Who is who, and who is there."""
        ...

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        ...


def for_new(desk: AtDesk, said: Sequence[Notice], now: datetime) -> More:
    """Finds somebody for a ticket that is about to be recorded. `said`: the notices of its opening."""

    def more(session: Session, organisation_id: int, ticket: Ticket) -> Change:
        if desk.policy.assignment.mode is Mode.OFF or not is_free(ticket):
            return Change()
        return _choice(session, desk, organisation_id, now, _after(ticket, said, now))

    return more


def find_owner(
    session: Session,
    desk: AtDesk,
    stored: StoredTicket,
    now: datetime,
    *,
    before: Ticket | None = None,
    said: Sequence[Notice] = (),
) -> StoredTicket:
    """Give the ticket to somebody, or propose somebody, where a change has just made that necessary. `before`: the
    ticket before the change; None of a new one. `said`: the notices of the change. Answers the ticket afterwards.

    Where it is said in the channel whom the ticket falls to, while whoever was given it owes an answer since before, it
    goes to the next at once: that one is named there, and told nothing else.
    """
    if desk.policy.assignment.mode is Mode.OFF:
        return stored
    if is_free_again(before, stored.ticket) or (_is_named(said) and owed(stored.ticket, now)):
        return _decided(session, desk, stored, now, _after(stored.ticket, said, now))
    return stored


def _after(ticket: Ticket, said: Sequence[Notice], now: datetime) -> Decide:
    """What to decide after a change of which that is said."""
    card = next((notice for notice in said if isinstance(notice.content, CardContent)), None)
    find = hand_on if owed(ticket, now) else offer

    def decide(choosing: Choosing) -> Change:
        found = find(ticket, choosing, now, named=_is_named(said))
        return found if card is None else _beside(found, card)

    return decide


def _is_named(said: Sequence[Notice]) -> bool:
    """Whether it is said in the channel whom the ticket falls to."""
    return any(isinstance(notice.content, FallsToContent) for notice in said)


def _beside(found: Change, card: Notice) -> Change:
    """The change, where that card is planned in any case: it shows it, and nothing is said of it any sooner."""
    said = (each for each in found.notices if not isinstance(each.content, CardContent))
    return replace(found, notices=tuple(replace(each, urgency=card.urgency) for each in said))


@dataclass(frozen=True, slots=True)
class Left:
    """What of the queue still has nobody."""

    #: How many tickets.
    count: int = 0
    #: Whether any of them cannot wait until somebody's quiet hours are over.
    is_pressing: bool = False

    def with_one(self, ticket: Ticket) -> Left:
        """The same with one more."""
        return Left(self.count + 1, self.is_pressing or ticket.is_pressing)


def look_at_queue(session: Session, desk: AtDesk, organisation_id: int, desk_id: int, now: datetime) -> Left:
    """Look again for somebody for those tickets for which nobody was there: people have come. The most pressing ones
    are given first, and no more at a time than people can answer. What still has nobody."""
    mode = Choosing(desk.roster, desk.policy.assignment).mode
    if mode is Mode.OFF:
        return Left()
    given, left = 0, Left()
    wanted = unowned(session, organisation_id, desk_id, MOST_LOOKED_AT)
    lock_all(session, organisation_id, wanted)
    for ticket_id in wanted:
        stored = get_ticket_by_id(session, organisation_id, ticket_id, lock=True)
        known = stored.ticket.ownership.offer
        if not is_free(stored.ticket) or known is None or known.to is not None:
            continue
        if mode is Mode.AUTOMATIC and given >= MOST_GIVEN:
            left = left.with_one(stored.ticket)
            continue
        after = _decided(session, desk, stored, now, partial(_offered, stored, now=now))
        if after.ticket.ownership.assignee is None:
            left = left.with_one(after.ticket)
        else:
            given += 1
    return left


def _offered(stored: StoredTicket, choosing: Choosing, *, now: datetime) -> Change:
    return offer(stored.ticket, choosing, now)


def hand_to_next(session: Session, desk: AtDesk, stored: StoredTicket, now: datetime) -> StoredTicket:
    """Record that whoever was given the ticket has not answered in time, and ask the next."""
    return _decided(session, desk, stored, now, lambda choosing: hand_on(stored.ticket, choosing, now))


def note_group(  # noqa: PLR0917  who did what to which ticket
    session: Session, desk: AtDesk, before: StoredTicket, stored: StoredTicket, actor: Actor, now: datetime
) -> StoredTicket:
    """Record that a group has answered, where somebody of it has done something to the ticket that it was handed."""
    owned = stored.ticket.ownership
    since = 0 if owned.handed is None else owned.handed.seq  # to hand it over is no answer
    done = any(event.actor == actor.id and event.seq > since for event in stored.events[len(before.events) :])
    if owned.handed is None or not done or not desk.roster.is_in_group(actor.id, owned.group):
        return stored
    return record(session, stored, acknowledged_by_group(stored.ticket, now, actor.id, actor.platform), now)


def _decided(session: Session, desk: AtDesk, stored: StoredTicket, now: datetime, decide: Decide) -> StoredTicket:
    """Record what is decided."""
    return record(session, stored, _choice(session, desk, stored.organisation_id, now, decide), now)


def _choice(session: Session, desk: AtDesk, organisation_id: int, now: datetime, decide: Decide) -> Change:
    """What is decided. People are known from a moment ago: whoever has said meanwhile that they are away, or has left,
    is not chosen."""
    roster, rules = desk.roster, desk.policy.assignment
    in_hand = partial(loads, session, organisation_id)
    without: frozenset[str] = frozenset()
    while True:
        change = decide(Choosing(roster, rules, in_hand, without))
        chosen = _chosen(change.events)
        if chosen is None or is_there(session, organisation_id, chosen, now):
            return change
        without |= {chosen}


def _chosen(events: Sequence[Event]) -> str | None:
    """Whom a change gives the ticket to, or proposes."""
    for event in events:
        if isinstance(event.fact, Assigned):
            return event.fact.assignee
        if isinstance(event.fact, Offered):
            return event.fact.to
    return None
