"""How resolved tickets went, kept for reports: made of a ticket's events when it is resolved, and anew after that.

What is missing or older than its ticket, as the release before leaves it, is worked out when a report asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.persons import load_persons, of_today
from storage.tables import IS_OPEN, TicketFiguresRow, TicketRow
from storage.tickets import StoredTicket, get_tickets_by_id
from triage.figures import figures_from_data, figures_of, figures_to_data
from triage.report import Closed, Open
from triage.terms import Category
from triage.ticket import Status

AT_ONCE = 500  # tickets of which nothing is kept, read at once

_tickets, _kept = table(TicketRow), table(TicketFiguresRow)
_TICKET = (
    _tickets.c.id, _tickets.c.opened_at, _tickets.c.resolved_at, _tickets.c.category, _tickets.c.severity,
    _tickets.c.assignee,
)  # fmt: skip
_RESOLVED: sa.ColumnElement[bool] = _tickets.c.status == sa.literal_column("'resolved'")


def save_figures(session: Session, tickets: Sequence[StoredTicket]) -> None:
    """Keep how these went, those of them that are resolved."""
    rows = [
        {**each.scope, "version": each.ticket.version, "data": _data(each)}
        for each in tickets
        if each.ticket.status is Status.RESOLVED
    ]
    upsert(session, TicketFiguresRow, rows, key=("ticket_id",))


def forget_figures(session: Session, ticket_id: int) -> None:
    """Keep nothing of that ticket, whose events read otherwise now, until a report asks for it."""
    session.execute(sa.delete(_kept).where(_kept.c.ticket_id == ticket_id))


def _data(stored: StoredTicket) -> dict[str, Any] | None:
    return None if _counts_elsewhere(stored) else figures_to_data(figures_of(stored.ticket, stored.events))


def _counts_elsewhere(stored: StoredTicket) -> bool:
    """One trouble, one figure: what was merged is counted with the ticket that went on."""
    return stored.ticket.merged_into is not None


def closed_in(
    session: Session, organisation_id: int, desk_id: int, since: datetime, until: datetime,
    *, customer_key: str | None = None,
) -> Iterator[Closed]:  # fmt: skip
    """The desk's tickets that were resolved from `since` until before `until`, in no order. `customer_key`: that
    customer's alone."""
    persons = load_persons(session, organisation_id)
    query = (
        sa.select(*_TICKET, _kept.c.ticket_id.label("kept"), _kept.c.data)
        .outerjoin(_kept, sa.and_(_kept.c.ticket_id == _tickets.c.id, _kept.c.version == _tickets.c.version))
        .where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, _RESOLVED,
            _tickets.c.resolved_at >= since, _tickets.c.resolved_at < until, *_of(customer_key),
        )
    )  # fmt: skip
    missing: list[int] = []
    for ticket_id, opened_at, resolved_at, category, severity, assignee, kept, data in session.execute(query):
        if kept is None:
            missing.append(ticket_id)
        elif data is not None:
            went = figures_from_data(of_today(data, persons) if persons else data)
            kind = None if category is None else Category(category)
            yield Closed(opened_at, resolved_at, kind, severity, persons.get(assignee, assignee), went)
    for place in range(0, len(missing), AT_ONCE):
        for stored in get_tickets_by_id(session, organisation_id, desk_id, missing[place : place + AT_ONCE]):
            if stored.ticket.resolved_at is not None and not _counts_elsewhere(stored):
                yield _closed(stored, stored.ticket.resolved_at)


def _closed(stored: StoredTicket, resolved_at: datetime) -> Closed:
    ticket = stored.ticket
    went = figures_of(ticket, stored.events)
    return Closed(ticket.opened_at, resolved_at, ticket.category, ticket.severity, ticket.ownership.assignee, went)


def opened_in(
    session: Session, organisation_id: int, desk_id: int, since: datetime, until: datetime,
    *, customer_key: str | None = None,
) -> list[datetime]:  # fmt: skip
    """When each of the desk's tickets was opened that was opened in that span, but those that were none, or count with
    another."""
    # What was opened in the span is open still, or was resolved since its beginning: there is an index for each.
    elsewhere = sa.exists().where(_kept.c.ticket_id == _tickets.c.id, _kept.c.data.is_(None))
    found: list[datetime] = []
    for still in (IS_OPEN, sa.and_(_RESOLVED, _tickets.c.resolved_at >= since, ~elsewhere)):
        query = sa.select(_tickets.c.opened_at).where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, still, *_of(customer_key),
            _tickets.c.opened_at >= since, _tickets.c.opened_at < until,
        )  # fmt: skip
        found += session.execute(query).scalars()
    return found


def open_at(
    session: Session, organisation_id: int, desk_id: int, at: datetime, *, customer_key: str | None = None
) -> list[Open]:
    """The desk's tickets that were opened before then, and not resolved before then."""
    persons = load_persons(session, organisation_id)
    query = sa.select(_tickets.c.opened_at, _tickets.c.severity, _tickets.c.assignee).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, *_of(customer_key),
        _tickets.c.opened_at < at, sa.or_(IS_OPEN, sa.and_(_RESOLVED, _tickets.c.resolved_at >= at)),
    )  # fmt: skip
    return [Open(opened, severity, persons.get(who, who)) for opened, severity, who in session.execute(query)]


def _of(customer_key: str | None) -> tuple[Any, ...]:
    return () if customer_key is None else (_tickets.c.customer_key == customer_key,)
