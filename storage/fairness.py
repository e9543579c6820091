"""Nothing starves: in each lane of the outbox whoever has waited for ten minutes gets a turn now and then, however much
is more urgent.

One of a lane at a time becomes as urgent as anything, with what waits before it in its conversation. It is looked for
every five seconds, by whichever process is the first of these (it says so in the inbox): a lane that takes a post a
second gives a fifth of them to those who have waited, oldest first. A row with `n` such rows before it goes within ten
minutes and `5 * (n + 1)` seconds. Four fifths are left to what is urgent; a digest sees to it that `n` is not large.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add_new, table
from storage.tables.intake import InboxRow
from storage.tables.outbox import OutboxRow
from storage.turns import Round, Turn, in_turn, turns
from triage.notice import Urgency

WAITED = timedelta(minutes=10)
EVERY = timedelta(seconds=5)

_rows = table(OutboxRow)


def is_starving(session: Session, now: datetime) -> bool:
    """Whether anything has waited for so long that is not as urgent as can be."""
    return any(turn.urgency > Urgency.FIRST for turn in turns(session, now - WAITED, Round()))


def give_turns(session: Session, now: datetime) -> int:
    """Hasten the oldest row of each lane that has waited for too long, unless one that was hastened waits there, or
    this was done within `EVERY`. How many there were."""
    oldest: dict[str, Turn] = {}
    served: set[str] = set()
    for turn in turns(session, now - WAITED, Round()):
        if turn.urgency == Urgency.FIRST:
            served.add(turn.lane)
        elif turn.lane not in oldest or turn.not_before < oldest[turn.lane].not_before:
            oldest[turn.lane] = turn
    late = [_first(session, turn) for lane, turn in oldest.items() if lane not in served]
    rows = [row for row in late if row is not None]
    ours = {of for of in sorted({row.organisation_id for row in rows}) if _is_first(session, of, now)}
    return sum(_hasten(session, row) for row in rows if row.organisation_id in ours)


def _is_first(session: Session, organisation_id: int, now: datetime) -> bool:
    """Whether no process has given turns to what waits for this organisation in these five seconds."""
    key = f"turns.{int(now.timestamp() // EVERY.total_seconds())}"
    values = {"organisation_id": organisation_id, "event_id": key, "received_at": now}
    return add_new(session, InboxRow, values, key=("organisation_id", "event_id"))


def _first(session: Session, turn: Turn) -> sa.Row[Any] | None:
    """The first row of that lane; None: it has gone."""
    query = (
        sa.select(_rows.c.id, _rows.c.organisation_id, _rows.c.conversation_id)
        .where(in_turn(_rows), _rows.c.urgency == turn.urgency, _rows.c.lane == turn.lane)
        .order_by(_rows.c.not_before, _rows.c.id)
        .limit(1)
    )
    return session.execute(query).first()


def _hasten(session: Session, row: sa.Row[Any]) -> bool:
    """Hasten that row, with what waits before it in its conversation. Not where another transaction has any of them
    locked, for which it would have to wait: it is looked at again soon."""
    which: sa.ColumnElement[bool] = _rows.c.id == row.id
    if row.conversation_id is not None:
        which = sa.or_(which, sa.and_(_rows.c.conversation_id == row.conversation_id, _rows.c.id < row.id))
    wanted = sa.select(_rows.c.id).where(which, _rows.c.state == "pending", _rows.c.urgency > Urgency.FIRST.value)
    locked = list(session.execute(wanted.with_for_update(skip_locked=True)).scalars())
    if not locked or set(locked) != set(session.execute(wanted).scalars()):
        return False
    hastened = sa.update(_rows).where(_rows.c.id.in_(locked))
    session.execute(hastened.values(urgency=Urgency.FIRST.value, behind=False))
    return True
