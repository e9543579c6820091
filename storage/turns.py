"""Whose turn it is in the outbox, found in time that does not grow with how much waits.

What waits stands in an index by urgency and lane (`storage.lanes`). A claim goes through it lane by lane, jumping from
the first row of each to the next one, so that a lane with a million rows costs as much as one with a single row.

Within a lane only the oldest row of each conversation may go. Where those at the front of a lane all wait for older
ones of their conversations, they leave the index (`storage.behind`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.prepared import Prepared
from storage.tables.outbox import OutboxRow
from triage.notice import Urgency

WINDOW, GLANCE = 64, 8  # so many rows at the front of a lane are looked at together: to claim, and to say when to
FIRST_LANES, MOST_LANES = 8, 1024  # lanes that are asked for at a time: at first, and at most

_rows = table(OutboxRow)
PENDING: sa.ColumnElement[str] = sa.literal_column("'pending'")
CLAIMED: sa.ColumnElement[str] = sa.literal_column("'claimed'")
_CARD_AUDIENCE: sa.ColumnElement[str] = sa.literal_column("'card'")
_WORK: sa.ColumnElement[str] = sa.literal_column("'work'")


@dataclass(frozen=True, slots=True)
class Turn:
    """The rows of one urgency in one lane."""

    #: triage.notice.Urgency.
    urgency: int
    #: See `storage.lanes`.
    lane: str
    #: When the first of them may be sent.
    not_before: datetime


@dataclass
class Round:
    """How far round the lanes a claim came that was full before it had asked them all: the next one goes on from there,
    so that of lanes that are equally urgent none starves. What is more urgent is asked for first all the same."""

    #: The urgency and the lane that had its turn last; None: all had.
    after: tuple[int, str] | None = None
    #: How many rows the last claim found to wait for others where a lane's whole front did: where it claimed nothing,
    #: what stands behind them may be next.
    marked: int = 0
    #: When claims whose lease is over were last looked for; None: never yet.
    looked_at: datetime | None = None
    #: When the next of them may be: nobody has to look before.
    look_at: datetime | None = None


# Literals rather than parameters: only with these does SQLite use the partial indexes.
def waiting(rows: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a row is not sent yet, nor given up."""
    return rows.c.state.in_([PENDING, CLAIMED])


def in_turn(rows: sa.FromClause, *, work: bool = False) -> sa.ColumnElement[bool]:
    """Whether it may be a row's turn, so that it stands in the index: of notices, or of deferred work."""
    what = rows.c.audience == _WORK if work else rows.c.audience != _WORK
    return sa.and_(rows.c.state == PENDING, ~rows.c.behind, what)


def is_before(older: sa.FromClause, rows: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether `rows` waits for `older`, which is of the same conversation. An urgent one does not wait for those that
    go last anyway, except for the card, which carries the thread. A row without a conversation waits for none."""
    return sa.and_(
        older.c.conversation_id == rows.c.conversation_id, older.c.id < rows.c.id, waiting(older),
        sa.or_(
            rows.c.urgency > Urgency.LATE.value, older.c.urgency < Urgency.LAST.value,
            older.c.audience == _CARD_AUDIENCE,
        ),
    )  # fmt: skip


def _is_oldest(rows: sa.FromClause) -> sa.ColumnElement[bool]:
    older = _rows.alias("older")
    return ~sa.exists().where(is_before(older, rows))


def at(name: str) -> sa.ColumnElement[datetime]:
    """A parameter that is an instant."""
    return sa.bindparam(name, type_=_rows.c.not_before.type)


_OF_LANE: sa.ColumnElement[Any] = sa.bindparam("of_lane")


def front_of_lane(*, work: bool, lane: sa.ColumnElement[Any] = _OF_LANE) -> sa.Select[Any]:
    """The rows of `lane` and `of_urgency` that may be sent at `now`, of which some may have to wait for others."""
    each = _rows.alias("each")
    return (
        sa.select(each.c.id, each.c.not_before)
        .where(
            in_turn(each, work=work), each.c.urgency == sa.bindparam("of_urgency"), each.c.lane == lane,
            each.c.not_before <= at("now"),
        )
        .order_by(each.c.not_before, each.c.id)
    )  # fmt: skip


def first_in_lane(front: sa.Select[Any], most: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The ids of the first `most` rows of a lane's front that wait for none, locked; what another worker has locked is
    left out."""
    of, each = front.subquery("front"), _rows.alias("first")
    return (
        sa.select(each.c.id)
        .join_from(of, each, each.c.id == of.c.id)
        .where(each.c.state == PENDING, _is_oldest(each))
        .order_by(of.c.not_before, of.c.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=each)  # SQLite leaves this out: its writer holds the whole file already
    )


def _first(*where: sa.ColumnElement[bool], work: bool) -> sa.ScalarSelect[int]:
    return (
        sa.select(_step.c.id)
        .where(in_turn(_step, work=work), *where)
        .order_by(_step.c.urgency, _step.c.lane, _step.c.not_before, _step.c.id)
        .limit(1)
        .scalar_subquery()
    )


_step = _rows.alias("step")


def _after(urgency: Any, lane: Any, *, work: bool) -> sa.ColumnElement[int | None]:
    """The first row of the lane after that one: in two steps, since SQLite has no use of an index for one that compares
    both."""
    same = _first(_step.c.urgency == urgency, _step.c.lane > lane, work=work)
    return sa.func.coalesce(same, _first(_step.c.urgency > urgency, work=work))


def _lanes(*, work: bool) -> sa.CTE:
    """Each lane after `from_urgency` and `from_lane`, by urgency, with its first row (a loose index scan); up to
    `to_urgency` and `to_lane`."""
    first, later = _rows.alias("head"), _rows.alias("later")
    start = _after(sa.bindparam("from_urgency"), sa.bindparam("from_lane"), work=work)
    walk = (
        sa.select(first.c.urgency, first.c.lane, first.c.not_before)
        .where(first.c.id == start, _is_up_to(first))
        .cte("walk", recursive=True)
    )
    step = _after(walk.c.urgency, walk.c.lane, work=work)
    return walk.union_all(
        sa.select(later.c.urgency, later.c.lane, later.c.not_before).select_from(
            walk.join(later, sa.and_(later.c.id == step, _is_up_to(later)))
        )
    )


def _is_up_to(rows: sa.FromClause) -> sa.ColumnElement[bool]:
    last: sa.BindParameter[int] = sa.bindparam("to_urgency")
    return sa.or_(rows.c.urgency < last, sa.and_(rows.c.urgency == last, rows.c.lane <= sa.bindparam("to_lane")))


def _due(*, work: bool) -> Prepared:
    """The next `lanes` lanes with something that may be sent at `now`."""
    walk = _lanes(work=work)
    query = sa.select(walk.c.urgency, walk.c.lane, walk.c.not_before).where(walk.c.not_before <= at("now"))
    return Prepared(query.limit(sa.bindparam("lanes")))


def _earliest(*, work: bool) -> Prepared:
    """When the first row of any lane may be sent that waits for no other. Where the first few of a lane all wait for
    others, nobody looks what stands behind them: then when the first of them may be."""
    walk, each, head = _lanes(work=work), _rows.alias("each"), _rows.alias("oldest")
    front = (
        sa.select(each.c.id, each.c.not_before)
        .where(in_turn(each, work=work), each.c.urgency == walk.c.urgency, each.c.lane == walk.c.lane)
        .order_by(each.c.not_before, each.c.id)
        .correlate(walk)
    )
    window = front.limit(GLANCE).subquery("front")
    first = (
        sa.select(window.c.not_before)
        .join_from(window, head, head.c.id == window.c.id)
        .where(_is_oldest(head))
        .limit(1)
        .scalar_subquery()
    )
    last = front.offset(GLANCE - 1).limit(1).subquery("last")
    is_full = sa.exists(sa.select(last.c.id))
    return Prepared(
        sa.select(sa.func.min(sa.func.coalesce(first, sa.case((is_full, walk.c.not_before))))).select_from(walk)
    )


def _busy() -> Prepared:
    """The lanes in which at least `least` notices of one urgency may be sent at `now`."""
    walk, each = _lanes(work=False), _rows.alias("each")
    front = (
        sa.select(each.c.id)
        .where(
            in_turn(each), each.c.urgency == walk.c.urgency, each.c.lane == walk.c.lane, each.c.not_before <= at("now")
        )
        .order_by(each.c.not_before, each.c.id)
        .limit(1)
        .offset(sa.bindparam("others"))
        .correlate(walk)
    )  # fmt: skip
    return Prepared(sa.select(walk.c.lane).where(walk.c.not_before <= at("now"), sa.exists(front)).distinct())


_BUSY = _busy()
_DUE, _EARLIEST = ({work: make(work=work) for work in (False, True)} for make in (_due, _earliest))
_LOWEST, _HIGHEST = min(Urgency) - 1, max(Urgency) + 1
_ALL = (_LOWEST, "", _HIGHEST, "")


def turns(session: Session, now: datetime, done: Round, *, work: bool = False) -> Iterator[Turn]:
    """The lanes in which something may be sent at `now`, the most urgent first."""
    if done.after is None:
        yield from _between(session, now, _ALL, work=work)
        return
    urgency, lane = done.after
    for part in (
        (_LOWEST, "", urgency, ""), (urgency, lane, urgency + 1, ""), (urgency, "", urgency, lane),
        (urgency + 1, "", _HIGHEST, ""),
    ):  # fmt: skip
        yield from _between(session, now, part, work=work)


def busy_lanes(session: Session, now: datetime, least: int) -> set[str]:
    """The lanes in which at least so many notices of one urgency may be sent at `now`."""
    asked = dict(zip(("from_urgency", "from_lane", "to_urgency", "to_lane"), _ALL, strict=True))
    return {lane for (lane,) in _BUSY.rows(session, {**asked, "now": now, "others": least - 1})}


def _between(session: Session, now: datetime, part: tuple[int, str, int, str], *, work: bool) -> Iterator[Turn]:
    urgency, lane, to_urgency, to_lane = part
    lanes = FIRST_LANES
    while True:
        asked = {
            "now": now, "lanes": lanes, "from_urgency": urgency, "from_lane": lane, "to_urgency": to_urgency,
            "to_lane": to_lane,
        }  # fmt: skip
        found = [Turn(*row) for row in _DUE[work].rows(session, asked)]
        yield from found
        if len(found) < lanes:
            return
        urgency, lane, lanes = found[-1].urgency, found[-1].lane, min(2 * lanes, MOST_LANES)


def earliest(session: Session, *, work: bool) -> datetime | None:
    """When the first row may be sent that waits for no other; None: there is none."""
    asked = dict(zip(("from_urgency", "from_lane", "to_urgency", "to_lane"), _ALL, strict=True))
    found: datetime | None = _EARLIEST[work].rows(session, asked)[0][0]
    return found
