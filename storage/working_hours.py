"""When people are on duty: a copy of what the roster says, for whoever works with the database alone. It is written
whenever the roster is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.tables.availability import WorkingHoursRow
from triage.hours import hours_from_data
from triage.instants import whole_second
from triage.roster import Roster

AHEAD = timedelta(weeks=5)

_rows = table(WorkingHoursRow)


Copied = Mapping[str, dict[str, Any]]
"""By person: their hours as data, and beside them, as `on_call`, the spans in which they are on call."""


def copied(roster: Roster, now: datetime) -> Copied:
    """What is kept of a roster: of whoever has working hours on record, these and the spans of the next weeks in which
    they are on call. It is the same for a whole week, unless the roster changes."""
    if not roster.shifts:
        return {}
    day = whole_second(now).replace(hour=0, minute=0, second=0)
    monday = day - timedelta(days=day.weekday())
    duties = roster.rota.duties(monday, monday + AHEAD)
    return {
        person: {
            **hours.to_data(),
            "on_call": [[each.start.isoformat(), each.end.isoformat()] for each in duties if person in each.people],
        }
        for person, hours in roster.shifts.items()
    }


def load_working_hours(session: Session, organisation_id: int) -> Copied:
    """What is kept."""
    query = sa.select(_rows.c.person, _rows.c.hours).where(_rows.c.organisation_id == organisation_id)
    return {row.person: row.hours for row in session.execute(query)}


def save_working_hours(session: Session, organisation_id: int, hours: Copied) -> None:
    """Keep these, and no others."""
    of = _rows.c.organisation_id == organisation_id
    session.execute(sa.delete(_rows).where(of, _rows.c.person.not_in(list(hours))))
    rows = [{"organisation_id": organisation_id, "person": who, "hours": data} for who, data in hours.items()]
    upsert(session, WorkingHoursRow, rows, key=("organisation_id", "person"))


def is_working(hours: dict[str, Any] | None, now: datetime) -> bool:
    """Whether somebody of whom this is kept is on shift or on call; also where nothing is (None)."""
    if hours is None or hours_from_data(hours).is_open(now):
        return True
    spans = ((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in hours["on_call"])
    return any(start <= now < end for start, end in spans)
