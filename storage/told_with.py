"""Warnings that fall together: what else somebody is about to be warned of, and what they were told of with another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.lenient import content_of
from storage.prepared import Prepared
from storage.tables.conversations import ConversationRow
from storage.tables.outbox import OutboxRow, ToldWithRow
from storage.tables.tickets import OWNED, DeadlineRow, TicketRow
from storage.turns import CLAIMED, in_turn, waiting
from triage.agenda import BREACH_STEPS
from triage.contents.deadlines import WarningContent
from triage.notice import NoticeKind, Urgency
from triage.terms import ClockKind

WITHIN = timedelta(minutes=1)  # warnings of one person so close together are one
HOLDS = timedelta(minutes=5)  # for so long they count as told by the other
KEPT = timedelta(days=1)
LOOKED_AT = 64  # rows at a time of all that waits: of a lane, of all lanes, of what falls due
OWN = 100  # tickets of one person, the most severe first

_rows, _deadlines, _told = table(OutboxRow), table(DeadlineRow), table(ToldWithRow)
_tickets, _places = table(TicketRow), table(ConversationRow)
_TOLD = Prepared(
    sa.select(_told.c.outbox_id, _told.c.person, _told.c.at).where(
        _told.c.ticket_id == sa.bindparam("of"), _told.c.clock == sa.bindparam("which"),
        _told.c.cycle == sa.bindparam("of_cycle"),
    )
)  # fmt: skip
_BEFORE, _SOON = (sa.bindparam(name, type_=_rows.c.not_before.type) for name in ("before", "soon"))
_CLOCKS, _BREACHES = (
    [sa.literal_column(f"'{name}'", sa.String) for name in sorted(names)] for names in (ClockKind, BREACH_STEPS)
)
_URGENT = [each for each in Urgency if each <= Urgency.AHEAD]


def _front(urgency: Urgency, *, of_lane: bool) -> sa.Select[tuple[int]]:
    """The ids of what is sent next of that urgency, in `lane` or in all, as they stand in the index."""
    rows = _rows.alias("front")
    lane = [rows.c.lane == sa.bindparam("lane")] if of_lane else []
    query = sa.select(rows.c.id).where(in_turn(rows), rows.c.urgency == urgency.value, *lane)
    return query.order_by(rows.c.lane, rows.c.not_before, rows.c.id)


def _falls_due() -> sa.Select[tuple[int, str]]:
    """The keys of what falls due, from a minute ago to in a minute."""
    rows = _deadlines.alias("soonest")
    query = sa.select(rows.c.ticket_id, rows.c.clock).where(rows.c.due_at > _BEFORE, rows.c.due_at <= _SOON)
    return query.order_by(rows.c.due_at)


def _either(*queries: sa.Select[Any]) -> sa.Subquery:
    """What any of them finds; each is bounded by itself."""
    return sa.union_all(*(sa.select(query.subquery()) for query in queries)).subquery("either")


def _warnings(found: sa.Subquery) -> Prepared:
    """The warnings of other tickets among those rows of the outbox."""
    which = found.join(_rows, _rows.c.id == found.c.id).join(_tickets, _tickets.c.id == _rows.c.ticket_id)
    columns = (_rows.c.id, _rows.c.ticket_id, _rows.c.data, _rows.c.data_version, _rows.c.broadcast)
    return Prepared(
        sa.select(*columns, _tickets.c.assignee)
        .select_from(which)
        .where(
            _rows.c.organisation_id == sa.bindparam("organisation"), _rows.c.kind == NoticeKind.WARNING.value,
            _rows.c.ticket_id != sa.bindparam("ticket"), _rows.c.not_before <= _SOON,
        )
    )  # fmt: skip


def _deadlines_of(found: sa.Subquery, key: sa.ColumnElement[bool]) -> Prepared:
    """The deadlines of other tickets among those of which somebody is warned within a minute."""
    columns = (_deadlines.c.ticket_id, _deadlines.c.clock, _deadlines.c.cycle, _deadlines.c.step, _deadlines.c.due_at)
    return Prepared(
        sa.select(*columns, _tickets.c.assignee)
        .select_from(found.join(_deadlines, key).join(_tickets, _tickets.c.id == _deadlines.c.ticket_id))
        .where(
            _deadlines.c.due_at > _BEFORE, _deadlines.c.due_at <= _SOON,
            _deadlines.c.organisation_id == sa.bindparam("organisation"),
            _deadlines.c.ticket_id != sa.bindparam("ticket"),
            _deadlines.c.clock.in_(_CLOCKS), _deadlines.c.step.not_in(_BREACHES),
        )
    )  # fmt: skip


_theirs = (
    sa.select(_tickets.c.id)
    .where(
        _tickets.c.organisation_id == sa.bindparam("organisation"), sa.literal_column(OWNED),
        _tickets.c.assignee == sa.bindparam("person"),
    )
    .order_by(_tickets.c.severity)
    .limit(OWN)
    .subquery("theirs")
)  # fmt: skip
_claimed = _rows.alias("held")
_WAITING = _warnings(
    _either(
        # What is being sent at this moment as well: little.
        sa.select(_claimed.c.id).where(_claimed.c.state == CLAIMED),
        *(_front(each, of_lane=lane).limit(LOOKED_AT) for each in _URGENT for lane in (True, False)),
    )
)
_due = _either(_falls_due().limit(LOOKED_AT))
_DUE = _deadlines_of(_due, sa.and_(_deadlines.c.ticket_id == _due.c.ticket_id, _deadlines.c.clock == _due.c.clock))
_here = _rows.alias("here")
_THEIR_WAITING = _warnings(
    sa.select(_here.c.id)
    .select_from(
        _theirs.join(_places, _places.c.ticket_id == _theirs.c.id).join(_here, _here.c.conversation_id == _places.c.id)
    )
    .where(waiting(_here), ~_here.c.behind)
    .subquery("either")
)
_THEIR_DUE = _deadlines_of(_theirs, _deadlines.c.ticket_id == _theirs.c.id)
# Whether so much waits that not all of it was looked at.
_CROWD = Prepared(
    sa.select(
        sa.or_(
            *(
                sa.exists(sa.select(query.limit(1).offset(LOOKED_AT - 1).subquery()))
                for query in (*(_front(each, of_lane=False) for each in _URGENT), _falls_due())
            )
        )
    )
)


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


def near_warnings(
    session: Session, organisation_id: int, ticket_id: int, now: datetime, *, person: str | None = None, lane: str = ""
) -> list[Near]:
    """The warnings of other tickets than that one that wait to be sent, or are due within a minute: first those of the
    tickets that `person` has. Last calls may be among them that are not planned yet.

    Where much waits, not all of it is looked at: of that what comes first, in `lane` and in all, and what is said of
    that person's tickets.
    """
    of = {"organisation": organisation_id, "ticket": ticket_id, "soon": now + WITHIN, "before": now - WITHIN}
    said_soon = _WAITING.rows(session, {**of, "lane": lane})
    due = _DUE.rows(session, of)
    if person is not None and _CROWD.rows(session, of)[0][0]:
        said_soon += _THEIR_WAITING.rows(session, {**of, "person": person})
        due += _THEIR_DUE.rows(session, {**of, "person": person})
    found: dict[tuple[int, str, int], Near] = {}
    for outbox_id, of_ticket, data, version, broadcast, assignee in sorted(said_soon, key=itemgetter(0)):
        said = content_of(NoticeKind.WARNING, data, version)
        if isinstance(said, WarningContent) and not (said.last_call or said.quiet):
            near = Near(of_ticket, said.clock, said.cycle, said.step, outbox_id, broadcast, assignee)
            found.setdefault((of_ticket, said.clock, said.cycle), near)
    for of_ticket, clock, cycle, step, _, assignee in sorted(due, key=itemgetter(4)):
        found.setdefault((of_ticket, clock, cycle), Near(of_ticket, clock, cycle, step, assignee=assignee))
    return sorted(found.values(), key=lambda near: person is not None and near.assignee != person)


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
