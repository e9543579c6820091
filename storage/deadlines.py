"""The next due thing of each clock of every ticket, in a table so that it can be searched: a projection of the agendas
(`triage.agenda`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import note_planned, table, upsert_tuples
from storage.prepared import Prepared
from storage.tables.tickets import DeadlineRow, TicketRow
from storage.tickets import StoredTicket, whole
from storage.told_programs import any_told
from triage.agenda import Due

_rows, _tickets = table(DeadlineRow), table(TicketRow)
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
_CLAIM = (
    sa.select(
        _tickets.c.id,
        _tickets.c.organisation_id,
        _tickets.c.desk_id,
        _tickets.c.number,
        any_told(_tickets.c.organisation_id),
    )
    .join_from(_rows, _tickets, _rows.c.ticket_id == _tickets.c.id)
    .where(_rows.c.due_at <= sa.bindparam("now", type_=_rows.c.due_at.type))
    .order_by(_rows.c.due_at)
    .limit(sa.bindparam("most"))
    .with_for_update(of=_tickets, skip_locked=True, key_share=True)
)
_CLAIM_ANY, _CLAIM_OTHERS = Prepared(_CLAIM), _CLAIM.where(_others)
_FORGET = Prepared(
    sa.delete(_rows).where(_rows.c.ticket_id == sa.bindparam("of"), _rows.c.clock == sa.bindparam("gone"))
)
_FORGET_ALL = Prepared(sa.delete(_rows).where(_rows.c.ticket_id == sa.bindparam("of")))
_KEY = ("ticket_id", "clock")
_COLUMNS = (*_KEY, "organisation_id", "step", "cycle", "due_at")

Change = tuple[Mapping[str, int], Mapping[str, Due], Mapping[str, Due]]
"""The columns that say which ticket, and its next due thing by clock, before and after."""


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


def claim_due(session: Session, now: datetime, limit: int, *, skip: Collection[int] = ()) -> list[StoredTicket]:
    """The tickets of the `limit` deadlines that are longest due at `now`, locked until this transaction ends. Those
    that somebody else has locked are left out, so that nobody waits for anybody (`SKIP LOCKED`). `skip` as above."""
    wanted = {"now": now, "most": limit}
    found: Sequence[Sequence[int]]
    if skip:
        found = session.execute(_CLAIM_OTHERS, {**wanted, "skip": list(skip)}).all()
    else:
        found = _CLAIM_ANY.rows(session, wanted)
    return whole(session, list({ticket_id: (ticket_id, *of) for ticket_id, *of in found}.values())) if found else []


def next_due_at(session: Session, *, skip: Collection[int] = ()) -> datetime | None:
    """The earliest instant at which something falls due, or fell due. None for nothing. `skip`: ticket ids to leave
    out, whose planning failed."""
    if skip:
        return session.execute(_OTHERS_NEXT, {"skip": list(skip)}).scalar_one_or_none()
    found = _ANY_NEXT.rows(session, {})
    return found[0][0] if found else None


def save_deadlines(session: Session, changes: Sequence[Change]) -> None:
    """Rewrite the rows that changes of tickets moved."""
    gone = [
        {"of": scope["ticket_id"], "gone": clock}
        for scope, before, after in changes
        for clock in before
        if clock not in after
    ]
    _FORGET.run_many(session, gone)
    moved = [
        (scope["ticket_id"], clock, scope["organisation_id"], due.step, due.cycle, due.at)
        for scope, before, after in changes
        for clock, due in after.items()
        if before.get(clock) != due
    ]
    if moved:
        note_planned(session)
    upsert_tuples(session, DeadlineRow, _COLUMNS, moved, key=_KEY)


def rebuild_deadlines(session: Session, scope: Mapping[str, int], due: Mapping[str, Due]) -> None:
    """Write all rows of one ticket anew, whatever is stored: for when the table disagrees with the agenda."""
    _FORGET_ALL.run(session, {"of": scope["ticket_id"]})
    save_deadlines(session, [(scope, {}, due)])
