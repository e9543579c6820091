"""Who stands in for whom on call, as people agreed in chat: asked, agreed to, declined, undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add, table
from storage.tables.on_call import RotaCopyRow, StandInRow
from triage.rota import StandIn

KEPT = timedelta(days=92)  # so long after it is over somebody may still ask who was on call

_rows, _copies = table(StandInRow), table(RotaCopyRow)


class State(StrEnum):
    """What became of it."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Somebody stands in on call, or was asked to."""

    #: In the database.
    id: int
    #: Who stands in for whom, and when.
    stand_in: StandIn
    #: What became of it.
    state: State
    #: Who asked, by key.
    asked_by: str
    #: When they did.
    asked_at: datetime
    #: Who agreed, declined or undid it, by key; None: nobody yet.
    answered_by: str | None = None


def ask_stand_in(
    session: Session, organisation_id: int, desk_id: int, wanted: StandIn, *, by: str, state: State, now: datetime
) -> int:
    """Record that somebody is asked to stand in, or, by whoever may decide it, that they do. Answers its id."""
    answer = {} if state is State.ASKED else {"answered_by": by, "answered_at": now}
    return add(
        session, StandInRow, organisation_id=organisation_id, desk_id=desk_id, person=wanted.person,
        instead_of=wanted.instead_of, since=wanted.start, until=wanted.end, state=state.value, asked_by=by,
        asked_at=now, **answer,
    )  # fmt: skip


def find_stand_in(session: Session, organisation_id: int, row_id: int, *, lock: bool = False) -> Agreement | None:
    """One of them."""
    query = _query(organisation_id).where(_rows.c.id == row_id)
    found = _read(session, query.with_for_update() if lock else query)
    return found[0] if found else None


def answer_stand_in(
    session: Session, organisation_id: int, row_id: int, state: State, *, by: str, now: datetime
) -> None:
    """Record what became of one."""
    changed = sa.update(_rows).where(_rows.c.organisation_id == organisation_id, _rows.c.id == row_id)
    session.execute(changed.values(state=state.value, answered_by=by, answered_at=now))


def list_stand_ins(
    session: Session, organisation_id: int, desk_id: int, now: datetime, states: Sequence[State] = (State.AGREED,)
) -> list[Agreement]:
    """Those that are not over long since, in the order in which they were agreed to."""
    query = _query(organisation_id).where(
        _rows.c.desk_id == desk_id, _rows.c.until > now - KEPT, _rows.c.state.in_([each.value for each in states])
    )
    return _read(session, query.order_by(_rows.c.answered_at, _rows.c.id))


def _query(organisation_id: int) -> sa.Select[Any]:
    names = ("id", "person", "since", "until", "instead_of", "state", "asked_by", "asked_at", "answered_by")
    return sa.select(*(_rows.c[name] for name in names)).where(_rows.c.organisation_id == organisation_id)


def _read(session: Session, query: sa.Select[Any]) -> list[Agreement]:
    return [
        Agreement(
            row.id, StandIn(row.person, row.since, row.until, row.instead_of), State(row.state), row.asked_by,
            row.asked_at, row.answered_by,
        )
        for row in session.execute(query)
    ]  # fmt: skip


def last_of_rota(session: Session, organisation_id: int, desk_id: int) -> tuple[datetime | None, ...]:
    """By what it shows that who is on call has changed: the last answer to anybody, and the last reading of the
    calendar that the rota is kept in."""
    answers = sa.select(sa.func.max(_rows.c.answered_at)).where(
        _rows.c.organisation_id == organisation_id, _rows.c.desk_id == desk_id
    )
    readings = sa.select(_copies.c.read_at).where(
        _copies.c.organisation_id == organisation_id, _copies.c.desk_id == desk_id
    )
    return session.execute(answers).scalar_one(), session.execute(readings).scalar_one_or_none()
