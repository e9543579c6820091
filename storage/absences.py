"""Who of the desk is away, and until when, as they said themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.prepared import Prepared
from storage.tables import IS_OPEN, AbsenceRow, AccountRow, TicketRow
from storage.working_hours import is_working

_absences, _accounts, _tickets = table(AbsenceRow), table(AccountRow), table(TicketRow)


_AWAY = Prepared(
    sa.select(_absences.c.person).where(
        _absences.c.organisation_id == sa.bindparam("of"), _absences.c.person == sa.bindparam("who"),
        sa.or_(_absences.c.until.is_(None), _absences.c.until > sa.bindparam("now", type_=_absences.c.until.type)),
    )
)  # fmt: skip
_LEFT = Prepared(
    sa.select(_accounts.c.person)
    .where(_accounts.c.organisation_id == sa.bindparam("of"), _accounts.c.person == sa.bindparam("who"))
    .group_by(_accounts.c.person)
    .having(sa.func.max(sa.cast(_accounts.c.is_active, sa.Integer)) == 0)
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
    who = {"of": organisation_id, "who": person}
    is_gone = _AWAY.rows(session, {**who, "now": now}) or _LEFT.rows(session, who)
    return not is_gone and is_working(session, organisation_id, person, now)


def open_tickets_of(session: Session, organisation_id: int, person: str) -> int:
    """How many open tickets somebody has."""
    query = (
        sa.select(sa.func.count())
        .select_from(_tickets)
        .where(_tickets.c.organisation_id == organisation_id, IS_OPEN, _tickets.c.assignee == person)
    )
    return int(session.execute(query).scalar_one())
