"""Warnings that fall together: what else somebody is about to be warned of, and what they were told of with another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.lenient import content_of
from storage.prepared import Prepared
from storage.tables import DeadlineRow, OutboxRow, TicketRow, ToldWithRow
from storage.turns import CLAIMED, in_turn
from triage.agenda import BREACH_STEPS
from triage.contents.deadlines import WarningContent
from triage.notice import NoticeKind, Urgency
from triage.terms import ClockKind

WITHIN = timedelta(minutes=1)  # warnings of one person so close together are one
HOLDS = timedelta(minutes=5)  # for so long they count as told by the other
KEPT = timedelta(days=1)
MOST = 20

_rows, _deadlines, _told, _tickets = table(OutboxRow), table(DeadlineRow), table(ToldWithRow), table(TicketRow)
_TOLD = Prepared(
    sa.select(_told.c.outbox_id, _told.c.person, _told.c.at).where(
        _told.c.ticket_id == sa.bindparam("of"), _told.c.clock == sa.bindparam("which"),
        _told.c.cycle == sa.bindparam("of_cycle"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Near:
    """A warning that is due within a minute, or waits to be sent."""

    #: The row id of the ticket.
    ticket_id: int
    #: Whose deadline is near: `triage.terms.ClockKind`.
    clock: str
    #: The `seq` of the event that set it.
    cycle: int
    #: Which step of its warnings it is.
    step: str
    #: The row of the outbox; None: it is not planned yet.
    outbox_id: int | None = None
    #: It is shown in the channel as well.
    broadcast: bool = False
    #: Who has the ticket, by key; None: nobody has, or it was not looked up.
    assignee: str | None = field(default=None, compare=False)


def told_with(session: Session, ticket_id: int, warning: WarningContent) -> tuple[int, str, datetime] | None:
    """By which row of the outbox somebody was told of that warning, who was, and when; None: nobody was."""
    found = _TOLD.rows(session, {"of": ticket_id, "which": warning.clock, "of_cycle": warning.cycle})
    return (found[0][0], found[0][1], found[0][2]) if found else None


def told_by(session: Session, outbox_id: int, now: datetime) -> list[Near]:
    """What that row of the outbox has told somebody besides, where it is said again after a failure."""
    query = sa.select(_told.c.ticket_id, _told.c.clock, _told.c.cycle).where(
        _told.c.outbox_id == outbox_id, _told.c.at > now - HOLDS
    )
    return [Near(row.ticket_id, row.clock, row.cycle, "") for row in session.execute(query)]


def near_warnings(session: Session, organisation_id: int, ticket_id: int, now: datetime) -> list[Near]:
    """The warnings of other tickets than that one that wait to be sent, or are due within a minute. Last calls may be
    among them that are not planned yet."""
    # What is being sent at this moment as well. Each part has an index of its own, which SQLite leaves aside for the
    # order of the ids, if it can: hence `+ 0`.
    parts = (sa.and_(in_turn(_rows), _rows.c.urgency <= Urgency.AHEAD.value), _rows.c.state == CLAIMED)
    waiting = sa.union_all(*(
        sa.select(_rows.c.id, _rows.c.ticket_id, _rows.c.data, _rows.c.data_version, _rows.c.broadcast).where(
            part, _rows.c.organisation_id == organisation_id, _rows.c.kind == NoticeKind.WARNING.value,
            _rows.c.ticket_id != ticket_id, _rows.c.not_before <= now + WITHIN,
        )
        for part in parts
    )).subquery()  # fmt: skip
    due = sa.select(_deadlines.c.ticket_id, _deadlines.c.clock, _deadlines.c.cycle, _deadlines.c.step).where(
        _deadlines.c.due_at > now - WITHIN, _deadlines.c.due_at <= now + WITHIN,
        _deadlines.c.organisation_id == organisation_id, _deadlines.c.ticket_id != ticket_id,
        _deadlines.c.clock.in_([kind.value for kind in ClockKind]), _deadlines.c.step.not_in(BREACH_STEPS),
    )  # fmt: skip
    found: dict[tuple[int, str, int], Near] = {}
    for row in session.execute(sa.select(waiting).order_by(waiting.c.id + 0).limit(MOST)):
        said = content_of(NoticeKind.WARNING, row.data, row.data_version)
        if isinstance(said, WarningContent) and not (said.last_call or said.quiet):
            near = Near(row.ticket_id, said.clock, said.cycle, said.step, row.id, row.broadcast)
            found.setdefault((near.ticket_id, near.clock, near.cycle), near)
    for row in session.execute(due.order_by(_deadlines.c.due_at).limit(MOST)):
        near = Near(row.ticket_id, row.clock, row.cycle, row.step)
        found.setdefault((near.ticket_id, near.clock, near.cycle), near)
    if not found:
        return []
    owned = sa.select(_tickets.c.id, _tickets.c.assignee).where(_tickets.c.id.in_({of for of, _, _ in found}))
    owners = {row.id: row.assignee for row in session.execute(owned)}
    return [replace(near, assignee=owners.get(near.ticket_id)) for near in found.values()]


def note_told(
    session: Session, organisation_id: int, near: Iterable[Near], outbox_id: int, *, person: str, now: datetime
) -> None:
    """Note that somebody is told of these by that row of the outbox."""
    session.execute(sa.delete(_told).where(_told.c.organisation_id == organisation_id, _told.c.at < now - KEPT))
    rows = [
        {"organisation_id": organisation_id, "ticket_id": each.ticket_id, "clock": each.clock, "cycle": each.cycle,
         "outbox_id": outbox_id, "person": person, "at": now}
        for each in near
    ]  # fmt: skip
    upsert(session, ToldWithRow, rows, key=("ticket_id", "clock", "cycle"))
