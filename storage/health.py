"""How it stands with what a desk is promised: what was said and how late, what is due next, what the auditor found,
whether the monitor was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.deferred import WORK
from storage.lenient import content_of
from storage.machine_times import MachineTime, machine_times
from storage.refresh import Target
from storage.tables.operation import STANDS, AuditRow, FindingRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import DeadlineRow, EventRow, TicketRow
from triage.auditing import OF_TICKETS, Wrong
from triage.contents.deadlines import CatchUpContent
from triage.notice import NoticeKind

DAY = timedelta(days=1)
LATELY = timedelta(minutes=5)  # whoever has not looked, or was not told, for that long has stopped
MOST = 20_000  # notices, the newest ones, that the figures are of
SHOWN = 3  # tickets that are named, of each kind of finding

_audit, _findings, _rows = table(AuditRow), table(FindingRow), table(OutboxRow)
_deadlines, _events, _tickets = table(DeadlineRow), table(EventRow), table(TicketRow)
_NO_NOTICES = [WORK, *(target.value for target in Target)]


@dataclass(frozen=True, slots=True)
class Notices:
    """What became of the notices that were planned within a day."""

    #: How many were planned.
    planned: int = 0
    #: How many of them were sent.
    sent: int = 0
    #: How many were not worth saying any more when their turn came.
    withheld: int = 0
    #: How many could not be delivered.
    failed: int = 0
    #: How many wait.
    waiting: int = 0
    #: Seconds from when they were due until they were sent: half of them took no longer; None: none was sent.
    late_half: int | None = None
    #: The same of the latest one.
    late_most: int | None = None
    #: When the first of those that wait was planned; None: none waits.
    waits_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the auditor found of one kind within a day, or that stands since before."""

    #: What it is.
    kind: Wrong
    #: How many there are.
    count: int
    #: How many of them stand.
    standing: int
    #: How many of them the auditor put right.
    repaired: int
    #: Some of what stands: the numbers of tickets, or the ids of rows of the outbox.
    some: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """How it stands with one organisation at a moment."""

    #: When.
    at: datetime
    #: When the clocks were last looked at; None: never.
    swept_at: datetime | None = None
    #: When the auditor last looked; None: never.
    audited_at: datetime | None = None
    #: When it had last been through all open tickets; None: not yet.
    round_at: datetime | None = None
    #: What is due next; None: nothing.
    next_due: datetime | None = None
    #: What became of what was to be said.
    notices: Notices = field(default_factory=Notices)
    #: What the auditor found.
    found: tuple[Found, ...] = ()
    #: When the monitor last took a heartbeat; None: never.
    beat_at: datetime | None = None
    #: How often it did not, since then.
    beat_failures: int = 0
    #: Why, the last time.
    beat_error: str | None = None
    #: When time was last moved by hand, and nobody could have looked before; None: it never was.
    moved_at: datetime | None = None
    #: The machines whose clocks do not show what the database's does.
    machines: tuple[MachineTime, ...] = ()

    @property
    def is_watched(self) -> bool:
        """Whether the auditor looks. One that never did may have been started just now, unless something waits for it
        since before."""
        if self.audited_at is None:
            first = min(filter(None, (self.next_due, self.notices.waits_since)), default=self.at)
            return self.at - first <= LATELY
        return self.at - max(self.audited_at, self.moved_at or self.audited_at) <= LATELY

    @property
    def standing(self) -> tuple[Found, ...]:
        """What is wrong at this moment."""
        return tuple(each for each in self.found if each.standing)

    @property
    def is_well(self) -> bool:
        """Whether everything holds."""
        return self.is_watched and not (self.standing or self.beat_failures or self.machines)


def health_of(session: Session, organisation_id: int, now: datetime, moved_at: datetime | None = None) -> Health:
    """How it stands with that organisation at `now`. `moved_at`: when time was last moved by hand."""
    audit: Mapping[str, Any] = dict(session.execute(sa.select(_audit)).mappings().first() or {})
    due = sa.select(_deadlines.c.due_at).where(_deadlines.c.organisation_id == organisation_id)
    return Health(
        now,
        audit.get("swept_at"),
        audit.get("ran_at"),
        audit.get("round_at"),
        session.execute(due.order_by(_deadlines.c.due_at).limit(1)).scalar(),
        _notices(session, organisation_id, now - DAY),
        _found(session, organisation_id, now - DAY),
        audit.get("beat_at"),
        audit.get("beat_failures", 0),
        audit.get("beat_error"),
        moved_at,
        machine_times(session, now),
    )


def _notices(session: Session, organisation_id: int, since: datetime) -> Notices:
    """Of what was planned since then. By row id, so that it takes no longer the more there were before."""
    newest = sa.select(sa.func.max(_rows.c.id)).scalar_subquery()
    other = _rows.alias("other")  # which says it with others
    query = (
        sa.select(
            sa.func.coalesce(other.c.state, _rows.c.state).label("state"),
            sa.func.coalesce(other.c.sent_at, _rows.c.sent_at, type_=_rows.c.sent_at.type).label("sent_at"),
            _rows.c.planned_at, _events.c.at, _rows.c.kind, _rows.c.data, _rows.c.data_version,
        )
        .join_from(
            _rows, _events,
            sa.and_(
                _events.c.ticket_id == _rows.c.ticket_id, _events.c.seq == _rows.c.seq, _events.c.clock.is_not(None)
            ),
            isouter=True,
        )
        .join(other, other.c.id == _rows.c.said_in, isouter=True)
        .where(
            _rows.c.id > newest - MOST, _rows.c.organisation_id == organisation_id, _rows.c.planned_at > since,
            _rows.c.audience.not_in(_NO_NOTICES),
        )
    )  # fmt: skip
    states: dict[str, int] = {}
    late: list[float] = []
    waits: list[datetime] = []
    for row in session.execute(query):
        states[row.state] = states.get(row.state, 0) + 1
        if row.state in ("pending", "claimed"):
            waits.append(row.planned_at)
        if row.sent_at is not None:
            due_at = _missed_at(row) if row.kind == NoticeKind.CATCH_UP else row.at
            late.append(max(0.0, (row.sent_at - (due_at or row.planned_at)).total_seconds()))
    return Notices(
        sum(states.values()),
        states.get("sent", 0),
        states.get("dropped", 0),
        states.get("failed", 0),
        states.get("pending", 0) + states.get("claimed", 0),
        round(median(late)) if late else None,
        round(max(late)) if late else None,
        min(waits, default=None),
    )


def _missed_at(row: sa.Row[Any]) -> datetime | None:
    """When the first of what a catch-up says had fallen due."""
    said = content_of(row.kind, row.data, row.data_version)
    return said.missed[0].at if isinstance(said, CatchUpContent) and said.missed else None


def _found(session: Session, organisation_id: int, since: datetime) -> tuple[Found, ...]:
    stands: sa.ColumnElement[bool] = sa.literal_column(STANDS)
    query = sa.select(_findings.c.kind, _findings.c.of, _findings.c.ended_at, _findings.c.repaired).where(
        _findings.c.organisation_id == organisation_id, sa.or_(stands, _findings.c.found_at > since)
    )
    by_kind: dict[str, list[sa.RowMapping]] = {}
    for row in session.execute(query.order_by(_findings.c.of)).mappings():
        by_kind.setdefault(row["kind"], []).append(row)
    found = []
    for kind in Wrong:
        rows = by_kind.get(kind, [])
        wrong = [row["of"] for row in rows if row["ended_at"] is None]
        if rows:
            repaired = sum(row["repaired"] for row in rows)
            some = wrong[:SHOWN]
            if kind in OF_TICKETS:
                numbers = sa.select(_tickets.c.number).where(_tickets.c.id.in_(some)).order_by(_tickets.c.number)
                some = list(session.execute(numbers).scalars())
            found.append(Found(kind, len(rows), len(wrong), repaired, tuple(some)))
    return tuple(found)
