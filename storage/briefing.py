"""How a desk stands, as it is told of it in the morning."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.listing import Listed, listed, with_cards
from storage.missed import breaches
from storage.tables.tickets import IS_OPEN, DeadlineRow, EventRow, TicketRow
from storage.tickets import get_tickets_by_id
from storage.work_queue import unowned
from triage.agreements import SEPARATOR, parted
from triage.event import Kind
from triage.hours import Hours
from triage.ticket import Status

MOST = 200  # tickets that are read for one line of it

_tickets, _events, _deadlines = table(TicketRow), table(EventRow), table(DeadlineRow)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A deadline that comes."""

    #: When.
    at: datetime
    #: The ticket.
    number: int
    #: Which clock's, as the agenda calls it: one of an agreement is `restore/network`.
    clock: str
    #: Whether the customer was promised to hear by then.
    promised: bool
    #: Who has the ticket, by key; None: nobody.
    assignee: str | None
    #: What the ticket is about; empty where that was erased.
    summary: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a desk stands."""

    #: How many tickets are open, by severity; None: it has none yet.
    open: Mapping[int | None, int] = field(default_factory=dict)
    #: What falls due until the end of the day, earliest first.
    due: tuple[Ahead, ...] = ()
    #: Deadlines that passed since the desk closed: the ticket and the clocks, in the order in which they passed.
    missed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    #: Open tickets that are late beside these, those first that have been for longest.
    late: tuple[int, ...] = ()
    #: Open tickets that are late beside these by agreements, whether or not by others, and the clocks of these.
    agreed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    #: Open tickets that nobody has, the most pressing first.
    unowned: tuple[int, ...] = ()
    #: Tickets that wait for the customer for long, and since when, the longest first.
    waiting: Mapping[int, datetime] = field(default_factory=dict)

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to do and nothing happened."""
        return not (self.open or self.missed)

    def numbers(self) -> set[int]:
        """Every ticket that is named."""
        due = (each.number for each in self.due)
        return {*due, *self.missed, *self.late, *self.agreed, *self.unowned, *self.waiting}


def standing(
    session: Session, organisation_id: int, desk_id: int, now: datetime,
    *, closed: datetime, until: datetime, hours: Hours, patience: int | None,
) -> Standing:  # fmt: skip
    """How the desk stands at `now`. `closed`: since when nobody needs to have looked. `until`: the end of the day.
    `patience`: seconds of `hours` that a customer may take to answer; None: as many as they like."""
    mine = (_tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id)
    counted = sa.select(_tickets.c.severity, sa.func.count()).where(*mine, IS_OPEN).group_by(_tickets.c.severity)
    missed = breaches(session, (*mine, sa.or_(IS_OPEN, _tickets.c.resolved_at >= closed)), closed, now, MOST)
    late = sa.select(_tickets.c.number).where(*mine, IS_OPEN, _tickets.c.next_due_at < now)
    late = late.order_by(_tickets.c.next_due_at, _tickets.c.number).limit(MOST)
    nobody = unowned(session, organisation_id, desk_id, MOST)
    known: dict[int, int] = {}
    if nobody:
        named = sa.select(_tickets.c.id, _tickets.c.number).where(_tickets.c.id.in_(nobody))
        known = {row[0]: row[1] for row in session.execute(named)}
    numbers = tuple(number for number in session.execute(late).scalars() if number not in missed)
    agreed = _late_by_agreement(session, organisation_id, desk_id, now)
    return Standing(
        {row[0]: row[1] for row in session.execute(counted)},
        _due(session, organisation_id, desk_id, now, until),
        missed,
        numbers,
        {number: clocks for number, clocks in agreed.items() if number not in missed},
        tuple(known[each] for each in nobody if each in known),
        _waiting(session, organisation_id, (*mine, IS_OPEN), now, hours, patience),
    )


def _late_by_agreement(
    session: Session, organisation_id: int, desk_id: int, now: datetime
) -> dict[int, tuple[str, ...]]:
    """The clocks of agreements that are late, by number of their open tickets."""
    query = (
        sa.select(_tickets.c.id)
        .join(_events, _events.c.ticket_id == _tickets.c.id)
        .where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, IS_OPEN,
            _events.c.kind == Kind.BREACHED.value, _events.c.clock.contains(SEPARATOR),
        )
        .group_by(_tickets.c.id)
        .order_by(_tickets.c.id)
        .limit(MOST)
    )  # fmt: skip
    found = {}
    for stored in get_tickets_by_id(session, organisation_id, desk_id, list(session.execute(query).scalars())):
        running = ((called, clock) for called, clock in stored.ticket.every_clock if clock.ended_at is None)
        late = tuple(called for called, clock in running if parted(called) is not None and clock.breached(now))
        if late:
            found[stored.number] = late
    return found


def _due(session: Session, organisation_id: int, desk_id: int, now: datetime, until: datetime) -> tuple[Ahead, ...]:
    agreed = sa.select(_deadlines.c.ticket_id).where(
        _deadlines.c.organisation_id == organisation_id, _deadlines.c.clock.contains(SEPARATOR),
        _deadlines.c.due_at < until,
    )  # fmt: skip
    query = (
        sa.select(_tickets.c.id)
        .where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, IS_OPEN,
            sa.or_(_tickets.c.next_due_at < until, _tickets.c.id.in_(agreed)),
        )
        # What is late by one clock may have another that is due today: a promise, for one.
        .order_by(
            _tickets.c.next_due_at.is_(None), _tickets.c.next_due_at < now, _tickets.c.next_due_at, _tickets.c.number
        )
        .limit(MOST)
    )  # fmt: skip
    ids = list(session.execute(query).scalars())
    named = listed().where(_tickets.c.id.in_(ids))
    summaries = {each.number: each.summary for each in (Listed.of(tuple(row)) for row in session.execute(named))}
    found = [
        Ahead(
            clock.due,
            stored.number,
            called,
            clock.promised is not None,
            stored.ticket.ownership.assignee,
            summaries.get(stored.number, ""),
        )
        for stored in get_tickets_by_id(session, organisation_id, desk_id, ids)
        for called, clock in stored.ticket.every_clock
        if clock.due is not None and now <= clock.due < until
    ]
    return tuple(sorted(found, key=lambda each: (each.at, each.number)))


def _waiting(  # noqa: PLR0917  what it is read from, and when it is long
    session: Session, organisation_id: int, those: Collection[sa.ColumnElement[bool]], now: datetime, hours: Hours,
    patience: int | None,
) -> dict[int, datetime]:  # fmt: skip
    if patience is None:
        return {}
    query = listed().where(*those, _tickets.c.status == Status.WAITING.value)
    query = query.order_by(_tickets.c.opened_at).limit(MOST)
    waits = [(each.number, each.waits) for each in with_cards(session, organisation_id, query, "")]
    found = [
        (since, number)
        for number, (what, since) in ((number, each) for number, each in waits if each is not None)
        if what == "customer" and hours.between(since, now) > patience
    ]
    return {number: since for since, number in sorted(found)}
