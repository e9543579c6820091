"""Who of the desk is away, and until when, as they said themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.prepared import Prepared
from storage.tables.accounts import AccountRow
from storage.tables.availability import AbsenceRow, WorkingHoursRow
from storage.tables.tickets import IS_OPEN, TicketRow
from storage.working_hours import is_working

_absences, _accounts, _tickets = table(AbsenceRow), table(AccountRow), table(TicketRow)
_hours = table(WorkingHoursRow)


def _of(rows: sa.Table, column: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    mine = (rows.c.organisation_id == sa.bindparam("of"), rows.c.person == sa.bindparam("who"))
    return sa.select(column).where(*mine, *where).scalar_subquery()


_NOW = sa.bindparam("now", type_=_absences.c.until.type)
# In one statement: it is asked with every new ticket.
_STATE = Prepared(
    sa.select(
        _of(_absences, _absences.c.person, sa.or_(_absences.c.until.is_(None), _absences.c.until > _NOW)),
        _of(_accounts, sa.func.max(sa.cast(_accounts.c.is_active, sa.Integer))),
        _of(_hours, _hours.c.hours),
    )
)


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away."""

    #: When they are back; None: they have not said.
    until: datetime | None = None
    #: Why, in their own words; may be empty.
    reason: str = ""


def set_absence(session: Session, organisation_id: int, person: str, absence: Absence, now: datetime) -> None:
    """Record that a person is away from `now` on. To be back is recorded as an absence that ends now."""
    row = {
        "organisation_id": organisation_id, "person": person, "until": absence.until, "reason": absence.reason,
        "set_at": now,
    }  # fmt: skip
    upsert(session, AbsenceRow, [row], key=("organisation_id", "person"))


def load_absences(session: Session, organisation_id: int) -> dict[str, Absence]:
    """The latest absence of each person. Some may be over."""
    query = sa.select(_absences.c.person, _absences.c.until, _absences.c.reason).where(
        _absences.c.organisation_id == organisation_id
    )
    return {row.person: Absence(row.until, row.reason) for row in session.execute(query)}


def is_there(session: Session, organisation_id: int, person: str | None, now: datetime) -> bool:
    """Whether that person is on duty: they are on shift or on call, have not said that they are away, and the platform
    has not said that they left (of any account of theirs that is in use)."""
    if person is None:
        return False
    ((away, in_use, hours),) = _STATE.rows(session, {"of": organisation_id, "who": person, "now": now})
    return away is None and in_use != 0 and is_working(hours, now)


def open_tickets_of(session: Session, organisation_id: int, person: str) -> int:
    """How many open tickets somebody has."""
    query = (
        sa.select(sa.func.count())
        .select_from(_tickets)
        .where(_tickets.c.organisation_id == organisation_id, IS_OPEN, _tickets.c.assignee == person)
    )
    return int(session.execute(query).scalar_one())
