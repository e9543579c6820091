"""How resolved tickets went, kept in their rows for reports: made of a ticket's events with every change of it.

What is missing or older than its ticket, as the release before leaves it, is worked out when a report asks for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.persons import load_persons
from storage.tables.tickets import IS_OPEN, TicketRow
from storage.tickets import StoredTicket, get_tickets_by_id
from triage.agreements import clock_of
from triage.figures import figures_of, figures_to_data
from triage.instants import instant
from triage.report import QUARTER, Open, Sums
from triage.terms import ClockKind

ELSEWHERE = "elsewhere"  # key of a ticket that counts with another
AT_ONCE = 500  # tickets of which nothing is kept, read at once
ROWS = 100  # of which something is

_tickets = table(TicketRow)
_TICKET = (
    _tickets.c.id, _tickets.c.version, _tickets.c.opened_at, _tickets.c.resolved_at, _tickets.c.category,
    _tickets.c.severity, _tickets.c.assignee, _tickets.c.figures,
)  # fmt: skip
_RESOLVED: sa.ColumnElement[bool] = _tickets.c.status == sa.literal_column("'resolved'")


def figures_column(stored: StoredTicket) -> dict[str, Any]:
    """What is kept of a resolved ticket, in its row. `of`: the version that it is made of."""
    kept: dict[str, Any] = {"of": stored.ticket.version}
    if _counts_elsewhere(stored):
        return {**kept, ELSEWHERE: True}
    return {**kept, **figures_to_data(figures_of(stored.ticket, stored.events))}


def _counts_elsewhere(stored: StoredTicket) -> bool:
    """One trouble, one figure: what was merged is counted with the ticket that went on."""
    return stored.ticket.merged_into is not None


def sums_in(
    session: Session, organisation_id: int, desk_id: int, since: datetime, until: datetime,
    *, customer_key: str | None = None,
) -> Sums:  # fmt: skip
    """The desk's tickets that were resolved from `since` until before `until`, added up. `customer_key`: of that
    customer alone."""
    query = sa.select(_tickets.c.id, _tickets.c.version, _tickets.c.assignee, _tickets.c.figures).where(
        *_resolved(organisation_id, desk_id, since, until, customer_key)
    )
    found = Sums()
    missing: list[int] = []
    for rows in session.execute(query.execution_options(yield_per=ROWS)).partitions():
        for ticket_id, version, assignee, data in rows:
            if data is None or data["of"] != version:
                missing.append(ticket_id)
            elif ELSEWHERE not in data:
                found.add(assignee, data)
    for stored in _worked_out(session, organisation_id, desk_id, missing):
        found.add(stored.ticket.ownership.assignee, figures_to_data(figures_of(stored.ticket, stored.events)))
    return found


def clocks_missed(data: Mapping[str, Any]) -> set[str]:
    """The clocks of which a resolved ticket missed a deadline, by what is kept of it, as the agenda calls them: those
    of agreements among them."""
    agreed = {clock_of(ClockKind(kind), name) for name, kind, _, missed in data.get("agreed", ()) if missed}
    return agreed | {kind for kind, _, _, missed in data.get("kept", ()) if missed}


def _resolved(
    organisation_id: int, desk_id: int, since: datetime, until: datetime, customer_key: str | None
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, _RESOLVED,
        _tickets.c.resolved_at >= since, _tickets.c.resolved_at < until, *_of(customer_key),
    )  # fmt: skip


def _worked_out(session: Session, organisation_id: int, desk_id: int, missing: Sequence[int]) -> Iterator[StoredTicket]:
    """Tickets of which nothing is kept, but for those that count with another."""
    for place in range(0, len(missing), AT_ONCE):
        for stored in get_tickets_by_id(session, organisation_id, desk_id, missing[place : place + AT_ONCE]):
            if not _counts_elsewhere(stored):
                yield stored


def opened_in(
    session: Session, organisation_id: int, desk_id: int, since: datetime, until: datetime,
    *, customer_key: str | None = None,
) -> dict[datetime, int]:  # fmt: skip
    """How many of the desk's tickets were opened in each quarter of an hour of that span, by its beginning, but those
    that were none, or count with another."""
    # What was opened in the span is open still, or was resolved since its beginning: there is an index for each.
    found: Counter[int] = Counter()
    seconds = sa.extract("epoch", _tickets.c.opened_at)
    quarter = sa.cast(seconds - seconds % sa.literal_column(str(QUARTER)), sa.BigInteger)
    for still in (IS_OPEN, sa.and_(_RESOLVED, _tickets.c.resolved_at >= since)):
        query = sa.select(quarter, sa.func.count()).where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, still, *_of(customer_key),
            _tickets.c.opened_at >= since, _tickets.c.opened_at < until,
            _tickets.c.figures[ELSEWHERE].as_boolean().is_not(True),
        ).group_by(quarter)  # fmt: skip
        for begins, count in session.execute(query):
            found[begins] += count
    return {instant(begins): count for begins, count in found.items()}


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
