"""What waits in the outbox for an older row of its conversation is marked, so that a claim need not look at it.

Where those at the front of a lane (`storage.turns`) all wait for older ones of their conversations, which are somewhere
else (put off after a failed try, say), they are marked as `behind` and leave the index. Whatever ends gives the next of
its conversation its turn back (`next_of_conversation`). The mark only saves looking: what is not marked may still have
to wait. It is set while a row that it waits for is locked, so that nobody can end that one meanwhile and not see the
mark. Should a mark be left behind all the same, a sweep takes it off.

Whoever holds rows of several conversations waits for no row of another: what is locked is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import is_given, table
from storage.prepared import Prepared, among
from storage.tables.outbox import BEHIND, OutboxRow
from storage.turns import PENDING, WINDOW, Turn, front_of_lane, is_before
from triage.notice import Urgency

CHECKED = 500  # marks that are checked together

_rows = table(OutboxRow)
_IS_BEHIND: sa.ColumnElement[bool] = sa.literal_column(BEHIND)


def _behind(*, work: bool) -> Prepared:
    """Mark all rows in a lane's front that wait for others."""
    front, each, older = (
        front_of_lane(work=work).limit(WINDOW).subquery("front"),
        _rows.alias("one"),
        _rows.alias("older"),
    )
    found = (
        sa.select(each.c.id)
        .join_from(front, each, each.c.id == front.c.id)
        .join(older, is_before(older, each))
        .with_for_update(skip_locked=True, of=[each, older])
        .cte("found")
    )
    return Prepared(
        sa.update(_rows)
        .where(_rows.c.id.in_(sa.select(found.c.id)), _rows.c.state == PENDING)
        .values(behind=True)
        .returning(_rows.c.id)
    )


_next = _rows.alias("next")


def _first_behind(*which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    of = (_IS_BEHIND, _next.c.conversation_id == sa.bindparam("of"), *which)
    return sa.select(sa.func.min(_next.c.id)).select_from(_next).where(*of).scalar_subquery()


_BEHIND = {work: _behind(work=work) for work in (False, True)}
_locked = _rows.alias("locked")
_NEXT = sa.select(_locked.c.id).where(
    _locked.c.id.in_([_first_behind(), _first_behind(_next.c.urgency <= Urgency.LATE.value)])
)

_WITH_MARKS = Prepared(
    sa.select(_next.c.conversation_id)
    .where(_IS_BEHIND, among(_next.c.conversation_id, "ended", "postgresql"))
    .distinct()
)


def _turn_back(which: sa.Select[tuple[int]]) -> Prepared:
    """In the order of their ids, as by whoever else locks several of a conversation."""
    chosen = which.cte("chosen")
    return Prepared(sa.update(_rows).where(_rows.c.id.in_(sa.select(chosen.c.id))).values(behind=False))


_NEXT_OF_CONVERSATION = _turn_back(_NEXT.order_by(_locked.c.id).with_for_update())
_NEXT_IF_FREE = _turn_back(_NEXT.with_for_update(skip_locked=True))


def mark_behind(session: Session, turn: Turn, now: datetime, *, work: bool = False) -> int:
    """Mark everything at the front of that lane that waits for others. How many rows that were."""
    asked = {"now": now, "of_urgency": turn.urgency, "of_lane": turn.lane}
    return len(_BEHIND[work].rows(session, asked))


def next_of_conversation(session: Session, *conversation_ids: int | None) -> None:
    """Something of these conversations has ended: it may be the next one's turn there."""
    ended = list(dict.fromkeys(of for of in conversation_ids if of is not None))
    if is_given(session, ended):  # in few of them anything is marked
        marked = {of for (of,) in _WITH_MARKS.rows(session, {"ended": ended})}
        ended = [of for of in ended if of in marked]
    for of in ended:
        _NEXT_OF_CONVERSATION.run(session, {"of": of})


def next_of_each(session: Session, conversation_ids: Iterable[int | None]) -> None:
    """The same for many of them. What another transaction has locked is left out: as a rule, since something more was
    planned there, which gives it its turn back by itself; else the sweep does."""
    for of in dict.fromkeys(conversation_ids):
        if of is not None:
            _NEXT_IF_FREE.run(session, {"of": of})


def set_right(session: Session, after: int = 0) -> tuple[int, int]:
    """Give their turn back to those marked that wait for nothing any more, of some conversations after that one. How
    many rows that were, and after which conversation to go on. There should be none: a net beneath everything that ends
    rows."""
    some = (
        sa.select(_next.c.conversation_id)
        .where(_IS_BEHIND, _next.c.conversation_id > after)
        .order_by(_next.c.conversation_id)
        .limit(CHECKED)
    )
    last = session.execute(sa.select(sa.func.max(some.subquery("some").c.conversation_id))).scalar()
    if last is None:
        return 0, 0
    marked, older = _rows.alias("marked"), _rows.alias("older")
    free = (
        sa.select(marked.c.id)
        .where(
            _IS_BEHIND, marked.c.conversation_id > after, marked.c.conversation_id <= last,
            ~sa.exists().where(is_before(older, marked)),
        )
        .with_for_update(skip_locked=True, of=marked)
    )  # fmt: skip
    found = free.cte("free")
    freed = sa.update(_rows).where(_rows.c.id.in_(sa.select(found.c.id))).values(behind=False)
    return len(session.execute(freed.returning(_rows.c.id)).all()), int(last)
