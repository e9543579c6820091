"""The statements by which rows of the outbox are claimed: those of one lane, or of many lanes at once.

On PostgreSQL a statement takes longer to be asked than to find one row, and workers that claim at the same moment meet
in the same lanes: so one statement goes through many lanes, and passes over what others have locked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.prepared import Prepared, as_given, given
from storage.refresh import Target
from storage.tables.outbox import OutboxRow
from storage.turns import GLANCE, WINDOW, Turn, at, first_in_lane, front_of_lane, is_before

_rows = table(OutboxRow)
# What is refreshed.
_SHOWN: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{target}'") for target in Target]


# What a `storage.outbox.Outgoing` consists of, in its order.
WHOLE = (
    _rows.c.id, _rows.c.organisation_id, _rows.c.ticket_id, _rows.c.conversation_id, _rows.c.platform,
    _rows.c.channel, _rows.c.kind, _rows.c.audience, _rows.c.data, _rows.c.body_id, _rows.c.broadcast,
    _rows.c.planned_at, _rows.c.attempts, _rows.c.unsure, _rows.c.lease_until, _rows.c.seq, _rows.c.typed_id,
    _rows.c.data_version, _rows.c.lane, _rows.c.trace,
)  # fmt: skip


def _claimed(chosen: sa.CTE) -> Prepared:
    return Prepared(
        sa.update(_rows)
        .where(_rows.c.id.in_(sa.select(chosen.c.id)))
        .values(
            state="claimed",
            lease_until=at("until"),
            attempts=_rows.c.attempts + 1,
            # A claimed refresh no longer answers for later changes: the next one gets a row of its own.
            dedupe_key=sa.case(
                (_rows.c.audience.in_(_SHOWN), sa.literal("claimed:").concat(sa.cast(_rows.c.id, sa.String))),
                else_=_rows.c.dedupe_key,
            ),
        )
        .returning(*WHOLE)
    )


def _of_one(*, work: bool) -> Prepared:
    front = front_of_lane(work=work).limit(sa.bindparam("window"))
    return _claimed(first_in_lane(front, sa.bindparam("most")).cte("chosen"))


_lanes = given({"lane": sa.String(), "most": sa.Integer(), "window": sa.Integer()})


def _of_each(*, work: bool) -> Prepared:
    """In the order of the lanes that are given, until there are `room`."""
    front = front_of_lane(work=work, lane=_lanes.c.lane).limit(_lanes.c.window).correlate(_lanes)
    found = first_in_lane(front, _lanes.c.most).correlate(_lanes).lateral("found")
    chosen = sa.select(found.c.id).select_from(_lanes.join(found, sa.true())).limit(sa.bindparam("room"))
    return _claimed(chosen.cte("chosen"))


def _which_wait(*, work: bool) -> Prepared:
    """The given lanes at whose front something waits for others."""
    front = front_of_lane(work=work, lane=_lanes.c.lane).limit(WINDOW).correlate(_lanes).subquery("front")
    each, older = _rows.alias("one"), _rows.alias("older")
    waits = (
        sa.select(each.c.id)
        .join_from(front, each, each.c.id == front.c.id)
        .join(older, is_before(older, each))
        .correlate(_lanes)
    )
    return Prepared(sa.select(_lanes.c.lane).where(sa.exists(waits)))


_OF_ONE, _OF_EACH, _WHICH_WAIT = (
    {work: make(work=work) for work in (False, True)} for make in (_of_one, _of_each, _which_wait)
)


def take(session: Session, turn: Turn, most: int, now: datetime, until: datetime, *, work: bool) -> list[list[Any]]:
    """Claim up to `most` rows of one lane until then."""
    asked = {
        "now": now, "until": until, "of_urgency": turn.urgency, "of_lane": turn.lane, "most": most,
        "window": _window(most),
    }  # fmt: skip
    return _OF_ONE[work].rows(session, asked)


def take_of_each(  # noqa: PLR0917  which, how many, when
    session: Session, urgency: int, lanes: Mapping[str, int], room: int, now: datetime, until: datetime, *, work: bool
) -> list[list[Any]]:
    """Claim rows of one urgency until then: of each of `lanes` up to so many, in their order, and up to `room` in all.
    For PostgreSQL."""
    rows = [{"lane": lane, "most": most, "window": _window(most)} for lane, most in lanes.items()]
    asked = {"now": now, "until": until, "of_urgency": urgency, "room": room}
    return _OF_EACH[work].rows(session, {**asked, **as_given(rows)})


def which_wait(session: Session, urgency: int, lanes: Sequence[str], now: datetime, *, work: bool) -> set[str]:
    """Those of `lanes` at whose front something of that urgency waits for an older one. For PostgreSQL."""
    rows = [{"lane": lane, "most": 0, "window": 0} for lane in lanes]
    return {lane for (lane,) in _WHICH_WAIT[work].rows(session, {"now": now, "of_urgency": urgency, **as_given(rows)})}


def _window(most: int) -> int:
    return min(most + GLANCE, WINDOW)
