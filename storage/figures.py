"""How much waits and how much is wrong in the whole database: what whoever watches over it reads every few seconds.

Nothing here takes longer the more there is: what is counted is counted up to `MOST`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.deferred import WORK
from storage.refresh import Target
from storage.tables.operation import STANDS, AuditRow, FindingRow
from storage.tables.outbox import FAILED, WAITING, OutboxRow
from storage.tables.tickets import DeadlineRow
from storage.turns import earliest

MOST = 100_000

_rows, _deadlines = table(OutboxRow), table(DeadlineRow)
_audit, _findings = table(AuditRow), table(FindingRow)
_WHAT = sa.case(
    (_rows.c.audience == WORK, "work"),
    (_rows.c.audience.in_([target.value for target in Target]), "refresh"),
    else_="notice",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What stood in the database at a moment. Of what waits or is overdue at most `MOST` are counted."""

    #: Rows of the outbox that wait: by platform, whether pending or claimed, and notice, refresh or work.
    waiting: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    #: Those of them that were tried in vain before, by platform.
    tried: Mapping[str, int] = field(default_factory=dict)
    #: Those of them that may have arrived, by platform.
    unsure: Mapping[str, int] = field(default_factory=dict)
    #: For how many seconds the longest of them could have been sent; zero: none could.
    waiting_seconds: float = 0.0
    #: Dead letters, by platform and cause.
    dead: Mapping[tuple[str, str], int] = field(default_factory=dict)
    #: How many deadlines are past and not planned.
    overdue: int = 0
    #: For how many seconds the longest of them has been; zero: none.
    overdue_seconds: float = 0.0
    #: What the auditor found and is still wrong, by kind.
    standing: Mapping[str, int] = field(default_factory=dict)
    #: What it found in 30 days, by kind, how often it began.
    found: Mapping[str, int] = field(default_factory=dict)
    #: Seconds since a process last swept, as the auditor was told; None: never.
    swept_ago: float | None = None
    #: Seconds since the auditor last looked; None: never.
    audited_ago: float | None = None
    #: How many heartbeats the monitor has not taken, one after another.
    beats_failed: int = 0


def figures(session: Session, now: datetime) -> Figures:
    """What stands there at `now`."""
    waiting: dict[tuple[str, str, str], int] = {}
    tried: dict[str, int] = {}
    unsure: dict[str, int] = {}
    for platform, state, what, again, doubtful, count in session.execute(_waiting()).all():
        key = (platform, state, what)
        waiting[key] = waiting.get(key, 0) + count
        tried[platform] = tried.get(platform, 0) + again * count
        unsure[platform] = unsure.get(platform, 0) + doubtful * count
    oldest = min((at for at in (earliest(session, work=work) for work in (False, True)) if at), default=None)
    dead = sa.select(_rows.c.platform, _rows.c.cause, sa.func.count()).where(sa.text(FAILED))
    past = sa.select(sa.literal(1)).where(_deadlines.c.due_at <= now).limit(MOST).subquery()
    first = session.execute(sa.select(sa.func.min(_deadlines.c.due_at))).scalar()
    findings = session.execute(
        sa.select(
            _findings.c.kind, sa.func.sum(sa.case((sa.text(STANDS), 1), else_=0)), sa.func.sum(_findings.c.times)
        ).group_by(_findings.c.kind)
    ).all()
    audit = dict(session.execute(sa.select(_audit)).mappings().first() or {})
    return Figures(
        waiting,
        tried,
        unsure,
        _since(oldest, now) or 0.0,
        {(row[0], row[1] or ""): row[2] for row in session.execute(dead.group_by(_rows.c.platform, _rows.c.cause))},
        session.execute(sa.select(sa.func.count()).select_from(past)).scalar_one(),
        _since(first, now) or 0.0,
        {row[0]: int(row[1]) for row in findings},
        {row[0]: int(row[2]) for row in findings},
        _since(audit.get("swept_at"), now),
        _since(audit.get("ran_at"), now),
        audit.get("beat_failures", 0),
    )


def _waiting() -> sa.Select[tuple[str, str, str, int, int, int]]:
    some = (
        sa.select(
            _rows.c.platform, _rows.c.state, _WHAT.label("what"),
            sa.case((_rows.c.attempts > 0, 1), else_=0).label("again"),
            sa.case((_rows.c.unsure, 1), else_=0).label("doubtful"),
        )
        .where(sa.text(WAITING))
        .limit(MOST)
        .subquery()
    )  # fmt: skip
    by = (some.c.platform, some.c.state, some.c.what, some.c.again, some.c.doubtful)
    return sa.select(*by, sa.func.count()).group_by(*by)


def _since(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max(0.0, (now - at).total_seconds())
