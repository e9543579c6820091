"""Reading tickets: their events are loaded and folded (event sourcing). A ticket is locked before anything is decided
about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import field
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from storage.conversations import PLACE, Conversation, load_conversations
from storage.core import table
from storage.errors import NoSuchTicketError
from storage.persons import Persons, any_joined, load_persons, of_today
from storage.prepared import Prepared, among
from storage.tables.conversations import ConversationRow
from storage.tables.tickets import IS_OPEN, EventRow, TicketRow
from storage.told_programs import any_told
from triage.event import Event
from triage.facts import read_fact
from triage.fold import fold
from triage.keys import platform_of
from triage.ticket import Ticket
from triage.values import value


@value(frozen=True, slots=True)
class StoredTicket:
    """A ticket with what the database knows besides its events."""

    #: The row id.
    id: int
    #: The organisation that it belongs to.
    organisation_id: int
    #: The desk that works on it.
    desk_id: int
    #: Its number, as people see it: unique in the organisation.
    number: int
    #: All its events, by seq.
    events: tuple[Event, ...]
    #: The fold of these events.
    ticket: Ticket
    #: Its conversations: where it is spoken of.
    conversations: tuple[Conversation, ...]
    #: Whether any program of the organisation is told what happens; None: it was not looked up.
    is_told: bool | None = field(default=None, compare=False)

    @property
    def scope(self) -> dict[str, int]:
        """The columns that every row of this ticket carries."""
        return {"organisation_id": self.organisation_id, "ticket_id": self.id}

    def conversation(self, side: str, platform: str = "") -> Conversation | None:
        """The conversation of that side, if the ticket has one: that on the `platform`, where it has several."""
        found = [c for c in self.conversations if c.side == side]
        return next((c for c in found if c.platform == platform), found[0] if found else None)

    @property
    def desk_platforms(self) -> list[str]:
        """The platforms on which the desk reads it; first the one that it was opened on, if that is one of them."""
        opened = self.events[0].platform or platform_of(self.events[0].actor)
        found = dict.fromkeys(place.platform for place in self.conversations if place.side == "desk")
        return sorted(found, key=lambda platform: platform != opened)

    @property
    def asker(self) -> str:
        """What to call whoever asked: the customer who reads in a thread of their own, else the requester."""
        return "requester" if self.conversation("customer") is None else "customer"


LEAST_AT_ONCE = 3  # fewer are read faster one by one

_tickets, _events, _places = table(TicketRow), table(EventRow), table(ConversationRow)
_TICKET = sa.select(
    _tickets.c.id, _tickets.c.organisation_id, _tickets.c.desk_id, _tickets.c.number, any_joined(), any_told()
).where(_tickets.c.organisation_id == sa.bindparam("organisation_id"))
_BY_NUMBER = _TICKET.where(_tickets.c.number == sa.bindparam("wanted"))
_BY_ID = _TICKET.where(_tickets.c.id == sa.bindparam("wanted"))
# Locked against changes, not against rows that point at it. SQLite leaves this out: its writer holds the whole file.
_FIND = {
    (column, lock): Prepared(query.with_for_update(key_share=True) if lock else query)
    for column, query in (("number", _BY_NUMBER), ("id", _BY_ID))
    for lock in (False, True)
}
_EVENT = (
    _events.c.at, _events.c.recorded_at, _events.c.actor, _events.c.kind, _events.c.data, _events.c.seq,
    _events.c.body_id, _events.c.clock, _events.c.step, _events.c.cycle, _events.c.data_version, _events.c.platform,
)  # fmt: skip
_EVENTS = Prepared(sa.select(*_EVENT).where(_events.c.ticket_id == sa.bindparam("ticket_id")).order_by(_events.c.seq))
# The same of several tickets, by engine.
_EVENTS_OF = {
    engine: Prepared(
        sa.select(_events.c.organisation_id, _events.c.ticket_id, *_EVENT)
        .where(among(_events.c.ticket_id, "tickets", engine))
        .order_by(_events.c.ticket_id, _events.c.seq)
    )
    for engine in ("sqlite", "postgresql")
}
_PLACES_OF = {
    engine: Prepared(
        sa.select(_places.c.ticket_id, *PLACE)
        .where(among(_places.c.ticket_id, "tickets", engine))
        .order_by(_places.c.id)
    )
    for engine in ("sqlite", "postgresql")
}


def get_ticket(session: Session, organisation_id: int, number: int, *, lock: bool = False) -> StoredTicket:
    """The ticket of that number; `lock`: nobody else may change it until this transaction ends.

    Raises NoSuchTicketError where the organisation has none.
    """
    return _load(session, _FIND["number", lock], organisation_id, number)


def get_ticket_by_id(session: Session, organisation_id: int, ticket_id: int, *, lock: bool = False) -> StoredTicket:
    """The ticket of that row id; otherwise as `get_ticket`."""
    return _load(session, _FIND["id", lock], organisation_id, ticket_id)


def survivor(session: Session, stored: StoredTicket) -> StoredTicket:
    """The ticket that goes on: this one, or at the end of its merges the one that they lead to."""
    while stored.ticket.merged_into is not None:
        stored = get_ticket(session, stored.organisation_id, stored.ticket.merged_into)
    return stored


def lock_survivor(session: Session, organisation_id: int, ticket_id: int) -> StoredTicket:
    """As `survivor`, by row id, locked. Merges are never undone, so only the survivor has to be locked. Nothing else
    may be locked yet, unless the survivor is, too."""

    def choose() -> StoredTicket:
        return survivor(session, get_ticket_by_id(session, organisation_id, ticket_id))

    return lock_chosen(session, choose, lambda stored: stored.ticket.merged_into is None)


Chosen = TypeVar("Chosen", StoredTicket, StoredTicket | None)


def lock_chosen(session: Session, choose: Callable[[], Chosen], still: Callable[[StoredTicket], bool]) -> Chosen:
    """Lock the one ticket that `choose` answers. Where it is not `still` the one, now that nobody else can change it,
    it is let go (savepoint) before another is chosen: whoever held it and locked the next could wait for somebody who
    has that one and waits for this (deadlock). None where there is none to choose."""
    while (chosen := choose()) is not None:
        savepoint = session.begin_nested()
        locked = get_ticket_by_id(session, chosen.organisation_id, chosen.id, lock=True)
        if still(locked):
            savepoint.commit()
            return locked
        savepoint.rollback()
    return chosen


def lock_in_order(session: Session, organisation_id: int, numbers: Collection[int]) -> None:
    """Lock all of these tickets in the order of their numbers, as everybody does who changes several, so that no two
    transactions can wait for each other (deadlock)."""
    _lock(session, organisation_id, _tickets.c.number.in_(numbers))


def lock_all(session: Session, organisation_id: int, ticket_ids: Collection[int]) -> None:
    """The same, by row ids."""
    _lock(session, organisation_id, _tickets.c.id.in_(ticket_ids))


def _lock(session: Session, organisation_id: int, which: sa.ColumnElement[bool]) -> None:
    query = sa.select(_tickets.c.id).where(_tickets.c.organisation_id == organisation_id, which)
    session.execute(query.order_by(_tickets.c.number).with_for_update(key_share=True)).all()


def has_event(session: Session, organisation_id: int, number: int, kinds: tuple[str, ...]) -> bool:
    """Whether an event of one of these kinds ever happened to that ticket."""
    return bool(_having(kinds).rows(session, {"organisation_id": organisation_id, "wanted": number}))


@lru_cache
def _having(kinds: tuple[str, ...]) -> Prepared:
    which = sa.or_(*(_events.c.kind == kind for kind in kinds))
    return Prepared(
        sa.select(_events.c.seq)
        .join_from(_events, _tickets, _events.c.ticket_id == _tickets.c.id)
        .where(
            _tickets.c.organisation_id == sa.bindparam("organisation_id"), _tickets.c.number == sa.bindparam("wanted"),
            which,
        )
        .limit(1)
    )  # fmt: skip


def get_tickets(
    session: Session,
    organisation_id: int,
    desk_id: int,
    *,
    after: int = 0,
    limit: int,
    only_open: bool = True,
    not_version: int | None = None,
    lock: bool = False,
) -> list[StoredTicket]:
    """A desk's tickets with numbers beyond `after`, in order; only open ones unless `only_open` is False.
    `not_version`: leave out those under that version of the policy. `lock` as for `get_ticket`."""
    query = sa.select(_tickets.c.id, _tickets.c.number).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, _tickets.c.number > after
    )
    if only_open:
        query = query.where(IS_OPEN)
    if not_version is not None:
        query = query.where(_tickets.c.policy_version != not_version)
    query = query.order_by(_tickets.c.number).limit(limit)  # an index has them in this order: nothing is sorted
    found = session.execute(query.with_for_update(key_share=True) if lock else query)
    return whole(session, [(row.id, organisation_id, desk_id, row.number) for row in found])


def get_tickets_by_id(
    session: Session, organisation_id: int, desk_id: int, ticket_ids: Sequence[int]
) -> list[StoredTicket]:
    """A desk's tickets of those row ids, in that order."""
    if not ticket_ids:
        return []
    query = sa.select(_tickets.c.id, _tickets.c.number).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, _tickets.c.id.in_(ticket_ids)
    )
    numbers = {row.id: row.number for row in session.execute(query)}
    ordered = [(of, organisation_id, desk_id, numbers[of]) for of in ticket_ids if of in numbers]
    return whole(session, ordered)


def get_tickets_by_number(session: Session, organisation_id: int, numbers: Collection[int]) -> list[StoredTicket]:
    """The tickets of those numbers, as far as there are such, in the order of their numbers."""
    if not numbers:
        return []
    query = sa.select(_tickets.c.id, _tickets.c.organisation_id, _tickets.c.desk_id, _tickets.c.number).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.number.in_(list(numbers))
    )
    return whole(session, session.execute(query.order_by(_tickets.c.number)).all())


def get_each(session: Session, wanted: Collection[tuple[int, int]]) -> dict[int, StoredTicket]:
    """Those tickets, by their row ids; each is given by its organisation and its row id. Raises NoSuchTicketError where
    one of them is not there."""
    if len(wanted) < LEAST_AT_ONCE:
        return {of: get_ticket_by_id(session, organisation_id, of) for organisation_id, of in wanted}
    told = any_told(_tickets.c.organisation_id)
    query = sa.select(_tickets.c.id, _tickets.c.organisation_id, _tickets.c.desk_id, _tickets.c.number, told)
    query = query.where(_tickets.c.id.in_([of for _, of in wanted]))
    found = [tuple(row) for row in session.execute(query) if (row.organisation_id, row.id) in wanted]
    if len(found) < len(wanted):
        raise NoSuchTicketError
    return {stored.id: stored for stored in whole(session, found)}


def whole(session: Session, found: Sequence[Sequence[int]]) -> list[StoredTicket]:
    """Those tickets, each given by its row id, organisation, desk, number and, where it is known, `is_told`, with their
    events and conversations."""
    events: dict[int, list[Event]] = {ticket_id: [] for ticket_id, *_ in found}
    places: dict[int, list[Conversation]] = {ticket_id: [] for ticket_id, *_ in found}
    persons = {of: load_persons(session, of) for of in {row[1] for row in found}}
    engine, asked = session.info["engine"], {"tickets": list(events)}
    for of, ticket_id, *row in _EVENTS_OF[engine].rows(session, asked):
        events[ticket_id].append(_event(row, persons[of]))
    for ticket_id, *row in _PLACES_OF[engine].rows(session, asked):
        places[ticket_id].append(Conversation(*row))
    return [
        StoredTicket(
            ticket_id, organisation_id, desk_id, number, known := tuple(events[ticket_id]), fold(known),
            tuple(places[ticket_id]), bool(is_told[0]) if is_told else None,
        )
        for ticket_id, organisation_id, desk_id, number, *is_told in found
    ]  # fmt: skip


def _load(session: Session, query: Prepared, organisation_id: int, wanted: int) -> StoredTicket:
    found = query.rows(session, {"organisation_id": organisation_id, "wanted": wanted})
    if not found:
        raise NoSuchTicketError
    ticket_id, organisation_id, desk_id, number, is_any_joined, is_told = found[0]
    persons = load_persons(session, organisation_id) if is_any_joined else {}
    events = load_events(session, ticket_id, persons)
    return StoredTicket(
        ticket_id,
        organisation_id,
        desk_id,
        number,
        events,
        fold(events),
        load_conversations(session, ticket_id),
        is_told,
    )


def load_events(session: Session, ticket_id: int, persons: Persons) -> tuple[Event, ...]:
    """A ticket's events in the order they were recorded. `persons`: those who go by another's key today."""
    return tuple(_event(row, persons) for row in _EVENTS.rows(session, {"ticket_id": ticket_id}))


def _event(row: Sequence[Any], persons: Persons) -> Event:
    at, recorded_at, actor, kind, data, seq, body_id, clock, step, cycle, version, platform = row
    if persons:
        actor, data = persons.get(actor, actor), of_today(data, persons)
    said = (clock, step, cycle) if clock is not None else None
    return Event(at, recorded_at, actor, read_fact(kind, data, version), seq, body_id, None, said, platform or "")
