"""The next due thing of each clock of every ticket, in a table so that it can be searched: a projection of the agendas
(`triage.agenda`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import note_planned, table, upsert
from storage.prepared import Prepared
from storage.tables import DeadlineRow
from triage.agenda import Due

_rows = table(DeadlineRow)
_others = _rows.c.ticket_id.not_in(sa.bindparam("skip", expanding=True))
_DUE = (
    sa.select(_rows.c.organisation_id, _rows.c.ticket_id)
    .where(_rows.c.due_at <= sa.bindparam("now", type_=_rows.c.due_at.type))
    .group_by(_rows.c.organisation_id, _rows.c.ticket_id)
    .order_by(sa.func.min(_rows.c.due_at))
    .limit(sa.bindparam("most"))
)
_ANY_DUE, _OTHERS_DUE = Prepared(_DUE), _DUE.where(_others)
_NEXT = sa.select(_rows.c.due_at).order_by(_rows.c.due_at).limit(1)
_ANY_NEXT, _OTHERS_NEXT = Prepared(_NEXT), _NEXT.where(_others)
_FORGET = Prepared(
    sa.delete(_rows).where(_rows.c.ticket_id == sa.bindparam("of"), _rows.c.clock == sa.bindparam("gone"))
)
_FORGET_ALL = Prepared(sa.delete(_rows).where(_rows.c.ticket_id == sa.bindparam("of")))


def due_tickets(session: Session, now: datetime, limit: int, *, skip: Collection[int] = ()) -> list[tuple[int, int]]:
    """(organisation id, ticket id) of the tickets with something due at `now`, longest overdue first. `skip`: ticket
    ids to leave out."""
    wanted = {"now": now, "most": limit}
    found: Sequence[Sequence[int]]
    if skip:
        found = session.execute(_OTHERS_DUE, {**wanted, "skip": list(skip)}).all()
    else:
        found = _ANY_DUE.rows(session, wanted)
    return [(organisation_id, ticket_id) for organisation_id, ticket_id in found]


def next_due_at(session: Session, *, skip: Collection[int] = ()) -> datetime | None:
    """The earliest instant at which something falls due, or fell due. None for nothing. `skip`: ticket ids to leave
    out, whose planning failed."""
    if skip:
        return session.execute(_OTHERS_NEXT, {"skip": list(skip)}).scalar_one_or_none()
    found = _ANY_NEXT.rows(session, {})
    return found[0][0] if found else None


def save_deadlines(
    session: Session, scope: Mapping[str, int], before: Mapping[str, Due], after: Mapping[str, Due]
) -> None:
    """Rewrite the rows that a change moved. `before` and `after`: the ticket's next due thing by clock."""
    gone = [clock for clock in before if clock not in after]
    _FORGET.run_many(session, [{"of": scope["ticket_id"], "gone": clock} for clock in gone])
    moved = [
        {**scope, "clock": clock, "step": due.step, "cycle": due.cycle, "due_at": due.at}
        for clock, due in after.items()
        if before.get(clock) != due
    ]
    if moved:
        note_planned(session)
    upsert(session, DeadlineRow, moved, key=("ticket_id", "clock"))


def rebuild_deadlines(session: Session, scope: Mapping[str, int], due: Mapping[str, Due]) -> None:
    """Write all rows of one ticket anew, whatever is stored: for when the table disagrees with the agenda."""
    _FORGET_ALL.run(session, {"of": scope["ticket_id"]})
    save_deadlines(session, scope, {}, due)
