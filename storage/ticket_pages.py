"""Tickets page by page, for programs: each page begins behind the last ticket of the one before, so that none is
skipped or told twice because others were opened or closed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.customers import customer_key
from storage.listing import Listed, listed
from storage.tables.tickets import IS_OPEN, TicketRow

_tickets = table(TicketRow)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets of a desk somebody wants to see."""

    #: Open ones only, the most pressing first; else all that were opened, the newest first.
    only_open: bool = True
    #: Those in that state.
    status: str | None = None
    #: Those of that severity, as it is in force.
    severity: int | None = None
    #: Those of that category.
    category: str | None = None
    #: Their name, whatever its case.
    customer: str | None = None
    #: A person's key.
    assignee: str | None = None
    #: Those that nobody has.
    unassigned: bool = False
    #: Those that this person asked for, by key.
    requester: str | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """The last ticket of the page before."""

    #: What people call it by.
    number: int
    #: Where the most pressing come first: when it was due next; None: nothing was.
    due: datetime | None = None


def page_of_tickets(
    session: Session, organisation_id: int, desk_id: int, wanted: Wanted, *, behind: Behind | None, limit: int
) -> list[Listed]:
    """The next `limit` of them."""
    due, number = _tickets.c.next_due_at, _tickets.c.number
    query = listed().where(_tickets.c.organisation_id == organisation_id, *conditions(desk_id, wanted))
    if wanted.only_open:
        query = query.order_by(due.is_(None), due, number)
        if behind is not None:
            query = query.where(_after(behind))
    else:
        query = query.order_by(number.desc())
        if behind is not None:
            query = query.where(number < behind.number)
    return [Listed.of(row) for row in session.execute(query.limit(limit))]


def _after(behind: Behind) -> Any:
    due, number = _tickets.c.next_due_at, _tickets.c.number
    if behind.due is None:
        return sa.and_(due.is_(None), number > behind.number)
    return sa.or_(due.is_(None), due > behind.due, sa.and_(due == behind.due, number > behind.number))


def conditions(desk_id: int, wanted: Wanted) -> list[Any]:
    """What holds for a ticket that is wanted."""
    found: list[Any] = [_tickets.c.desk_id == desk_id, *([IS_OPEN] if wanted.only_open else [])]
    for column, value in (
        (_tickets.c.status, wanted.status),
        (_tickets.c.severity, wanted.severity),
        (_tickets.c.category, wanted.category),
        (_tickets.c.assignee, wanted.assignee),
        (_tickets.c.requester, wanted.requester),
        (_tickets.c.customer_key, None if wanted.customer is None else customer_key(wanted.customer)),
    ):
        if value is not None:
            found.append(column == value)
    return [*found, _tickets.c.assignee.is_(None)] if wanted.unassigned else found
