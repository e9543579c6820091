"""What a page of the desk's queue needs beside the rows themselves: which of them are meant, and how many there are of
what matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.customers import customer_key
from storage.listing import Listed, listed
from storage.tables.tickets import IS_OPEN, TicketRow

_tickets = table(TicketRow)
SOON = timedelta(minutes=30)
NOBODY = "-"  # in the place of a person's key
MOST_CUSTOMERS = 100


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which tickets somebody wants to see: those that all of it is true of."""

    #: A person's key: those that they have. `NOBODY`: those that nobody has. Empty: whoever has them.
    assignee: str = ""
    #: The customer's name, whatever its case. Empty: whoever's.
    customer: str = ""
    #: 1, 2 or 3; None: whichever.
    severity: int | None = None
    #: `open`, `waiting` or `restored`; `late`: whose deadline has passed; `soon`: whose deadline is near. Empty: any.
    state: str = ""

    def conditions(self, now: datetime) -> Sequence[sa.ColumnElement[bool]]:
        """The same for a query."""
        found: list[sa.ColumnElement[bool]] = []
        if self.assignee == NOBODY:
            found.append(_tickets.c.assignee.is_(None))
        elif self.assignee:
            found.append(_tickets.c.assignee == self.assignee)
        if self.customer:
            found.append(_tickets.c.customer_key == customer_key(self.customer))
        if self.severity is not None:
            found.append(_tickets.c.severity == self.severity)
        if self.state == "late":
            found.append(_tickets.c.next_due_at < now)
        elif self.state == "soon":
            found.append(_tickets.c.next_due_at.between(now, now + SOON))
        elif self.state:
            found.append(_tickets.c.status == self.state)
        return found


def of_desk(desk_id: int) -> sa.ColumnElement[bool]:
    """That a ticket is that desk's."""
    return _tickets.c.desk_id == desk_id


@dataclass(frozen=True, slots=True)
class Figures:
    """How the desk stands."""

    #: Open tickets.
    open: int
    #: Of these, whose deadline has passed.
    late: int
    #: Whose deadline is within `SOON`.
    soon: int
    #: Which nobody has.
    unassigned: int
    #: What is due next; where all that is due is late, what is for longest; None: nothing is due.
    next: Listed | None
    #: The customers of open tickets, by name.
    customers: tuple[str, ...]


def figures(session: Session, organisation_id: int, desk_id: int, now: datetime) -> Figures:
    """How a desk stands at `now`."""
    mine = (_tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, IS_OPEN)
    due = _tickets.c.next_due_at
    counted = sa.select(
        sa.func.count(),
        *(
            sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
            for condition in (due < now, due.between(now, now + SOON), _tickets.c.assignee.is_(None))
        ),
    ).where(*mine)
    all_, late, soon, unassigned = session.execute(counted).one()
    first_due = listed().where(*mine).order_by(due, _tickets.c.number).limit(1)
    first = session.execute(first_due.where(due >= now)).first() or session.execute(first_due.where(due < now)).first()
    named = sa.select(_tickets.c.customer).where(*mine, _tickets.c.customer.is_not(None)).distinct()
    customers = session.execute(named.order_by(_tickets.c.customer).limit(MOST_CUSTOMERS)).scalars()
    return Figures(all_, late, soon, unassigned, None if first is None else Listed.of(tuple(first)), tuple(customers))
