"""Deadlines that were missed in a span of time, by the breaches on record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.persons import load_persons
from storage.tables.tickets import IS_OPEN, EventRow, TicketRow
from storage.ticket_figures import ELSEWHERE, clocks_missed, figures_column
from storage.tickets import get_tickets_by_id
from triage.agenda import BREACH_STEPS
from triage.event import Kind
from triage.ticket import Status

AT_ONCE = 500  # tickets that are read at once

_tickets, _events = table(TicketRow), table(EventRow)


def breaches(
    session: Session, those: Collection[sa.ColumnElement[bool]], since: datetime, until: datetime, most: int | None
) -> dict[int, tuple[str, ...]]:  # fmt: skip
    """The clocks that breached after `since` and not after `until`, by number of their tickets, in the order in which
    they did: as the agenda calls them, those of agreements among them (`restore/network`). `those`: of which tickets;
    `most`: breaches that are read; None: all."""
    query = (
        sa.select(_tickets.c.number, _events.c.clock)
        .join_from(_tickets, _events, _events.c.ticket_id == _tickets.c.id)
        .where(
            *those, _events.c.kind == Kind.BREACHED.value, _events.c.step == BREACH_STEPS[0], _events.c.at > since,
            _events.c.at <= until,
        )
        .order_by(_events.c.at, _tickets.c.number)
        .limit(most)
    )  # fmt: skip
    found: dict[int, tuple[str, ...]] = {}
    for number, clock in session.execute(query):
        before = found.get(number, ())
        if clock not in before:
            found[number] = (*before, clock)
    return found


@dataclass(frozen=True, slots=True)
class Missed:
    """A ticket that missed a deadline."""

    #: What people call it by.
    number: int
    #: Its severity.
    severity: int | None
    #: Whose it is, by key; None: nobody's.
    assignee: str | None
    #: The clocks of which it missed one, as the agenda calls them: `restore`, `restore/network`.
    clocks: tuple[str, ...]
    #: Whether it is still open.
    is_open: bool


def missed_in(session: Session, organisation_id: int, desk_id: int, since: datetime, until: datetime) -> list[Missed]:
    """The desk's tickets that missed a deadline in that span, open or not, the most severe first, and of a severity
    those that are still open. What turned out to be none once they were resolved (it had been restored earlier than
    was known) is left out, and so is what was merged into another. Read it of a span that a person looks at: of a week,
    not of years."""
    mine = (_tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id)
    resolved = sa.and_(_tickets.c.status == Status.RESOLVED.value, _tickets.c.resolved_at >= since)
    broken = breaches(session, (*mine, sa.or_(IS_OPEN, resolved)), since, until, None)
    persons, numbers = load_persons(session, organisation_id), sorted(broken)
    found: list[Missed] = []
    for place in range(0, len(numbers), AT_ONCE):
        found += _missed(session, (organisation_id, desk_id), numbers[place : place + AT_ONCE], broken, persons)
    return sorted(found, key=lambda each: (each.severity or 9, not each.is_open, each.number))


def _missed(
    session: Session, whose: tuple[int, int], numbers: Sequence[int], broken: Mapping[int, tuple[str, ...]],
    persons: Mapping[str, str],
) -> list[Missed]:  # fmt: skip
    query = sa.select(
        _tickets.c.id, _tickets.c.version, _tickets.c.number, _tickets.c.severity, _tickets.c.assignee,
        _tickets.c.status, _tickets.c.figures,
    ).where(_tickets.c.organisation_id == whose[0], _tickets.c.number.in_(numbers))  # fmt: skip
    rows = session.execute(query).all()
    stale = [
        row.id for row in rows
        if row.status == Status.RESOLVED.value and (row.figures is None or row.figures["of"] != row.version)
    ]  # fmt: skip
    worked_out = {each.id: figures_column(each) for each in get_tickets_by_id(session, *whose, stale)} if stale else {}
    found = []
    for row in rows:
        clocks, is_open = broken[row.number], row.status != Status.RESOLVED.value
        if not is_open:
            data = worked_out.get(row.id, row.figures) or {}
            still = () if ELSEWHERE in data else clocks_missed(data)
            clocks = tuple(kind for kind in clocks if kind in still)
        if clocks:
            found.append(Missed(row.number, row.severity, persons.get(row.assignee, row.assignee), clocks, is_open))
    return found
