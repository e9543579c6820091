"""Quiet hours that people set."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.tables.availability import QuietHoursRow

_rows = table(QuietHoursRow)


def set_quiet_hours(session: Session, organisation_id: int, person: str, hours: tuple[int, int], now: datetime) -> None:
    """Record from when to when somebody is not to be disturbed, in minutes after midnight; both alike: never. It stays
    on record as never, so that other processes see that it changed."""
    row = {
        "organisation_id": organisation_id, "person": person, "starts": hours[0], "ends": hours[1], "set_at": now,
    }  # fmt: skip
    upsert(session, QuietHoursRow, [row], key=("organisation_id", "person"))


def load_quiet_hours(session: Session, organisation_id: int) -> dict[str, tuple[int, int, datetime]]:
    """By person: from when to when, in minutes after midnight of their own zone, and when they set that."""
    query = sa.select(_rows.c.person, _rows.c.starts, _rows.c.ends, _rows.c.set_at).where(
        _rows.c.organisation_id == organisation_id, _rows.c.starts != _rows.c.ends
    )
    return {row.person: (row.starts, row.ends, row.set_at) for row in session.execute(query)}


def join_quiet_hours(session: Session, organisation_id: int, before: str, after: str) -> None:
    """Two people are one from now on: what they set last holds."""
    whose, of = _rows.c.person, _rows.c.organisation_id == organisation_id
    query = sa.select(whose).where(of, whose.in_([before, after])).order_by(_rows.c.set_at.desc())
    latest, *earlier = session.execute(query).scalars().all() or [after]
    session.execute(sa.delete(_rows).where(of, whose.in_(earlier)))
    if latest == before:
        session.execute(sa.update(_rows).where(of, whose == before).values(person=after))
