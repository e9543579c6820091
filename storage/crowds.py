"""Crowds: channels for which more waits than they take in a while. What may be said at once is counted up to what is
needed, whatever else stands in its lane; of what is known to wait for others all is counted, for there is little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.lanes import Way, organisation_of, way_of
from storage.prepared import Prepared
from storage.tables.outbox import BEHIND, OutboxRow
from storage.turns import Round, Turn, busy_lanes, front_of_lane, turns, waiting
from triage.keys import platform_of
from triage.notice import Audience, NoticeKind, Urgency

LEAST = 10  # fewer are said one by one, whatever else waits
SOUGHT = 5000  # rows of a lane and an urgency, among which these are looked for
# What Vigie says by itself because something fell due. All else is what somebody did, or calls somebody to a level:
# that is never said in a digest.
FOLDED = frozenset({
    NoticeKind.WARNING, NoticeKind.BREACH, NoticeKind.CATCH_UP, NoticeKind.PROPOSAL, NoticeKind.CHASE,
    NoticeKind.NOBODY, NoticeKind.GROUP_SILENT, NoticeKind.AGREEMENT,
})  # fmt: skip

_rows = table(OutboxRow)
IS_BEHIND: sa.ColumnElement[bool] = sa.literal_column(BEHIND)
_KINDS: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{kind}'") for kind in sorted(FOLDED)]
IS_FOLDED = sa.and_(_rows.c.audience == Audience.DESK.value, _rows.c.kind.in_(_KINDS))


@dataclass(frozen=True, slots=True)
class Crowd:
    """A channel that more waits for than it takes."""

    #: Whose desk's.
    organisation_id: int
    #: The platform that it is on.
    platform: str
    #: Its key.
    channel: str


def _count(found: sa.Select[tuple[int]]) -> Prepared:
    return Prepared(sa.select(sa.func.count()).select_from(found.limit(sa.bindparam("most")).subquery("counted")))


def _folded() -> sa.Select[tuple[int]]:
    first = front_of_lane(work=False).limit(SOUGHT).subquery("front")
    return sa.select(_rows.c.id).join_from(first, _rows, _rows.c.id == first.c.id).where(IS_FOLDED)


_IN_TURN, _FOLDED = _count(front_of_lane(work=False)), _count(_folded())


def is_crowded(session: Session, most: int) -> bool:
    """Whether more than so much waits at all: a look that costs next to nothing."""
    some = sa.select(_rows.c.id).where(waiting(_rows)).order_by(_rows.c.conversation_id, _rows.c.id).limit(most + 1)
    return int(session.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one()) > most


def find_crowds(session: Session, now: datetime, most: Callable[[str], int], *, least: int = 0) -> list[Crowd]:
    """The channels for which more waits than they take, part of which can be said in a digest. `most`: how many posts
    a channel of that platform takes in a while; `least`: on any of them."""
    behind = _behind(session, now)
    of_lane: dict[str, list[Turn]] = {lane: [] for lane in behind}
    # Of all lanes in one look: where more than that waits, some urgency has its share of it.
    share = -(-max(LEAST, least + 1) // len(Urgency))
    busy = busy_lanes(session, now, share) | of_lane.keys()
    for turn in turns(session, now, Round()) if busy else ():
        if turn.lane in busy:
            of_lane.setdefault(turn.lane, []).append(turn)
    crowds = []
    for lane, due in of_lane.items():
        crowd = _crowd_of(lane)
        if crowd is None:
            continue
        count, folded = behind.get(lane, (0, 0))
        takes = most(crowd.platform)
        if count + _counted(session, _IN_TURN, due, takes + 1, now) <= takes:
            continue
        if folded + _counted(session, _FOLDED, due, LEAST, now) >= LEAST:
            crowds.append(crowd)
    return crowds


def _crowd_of(lane: str) -> Crowd | None:
    """The channel whose posts are that lane; None where it is another one."""
    whose, channel = organisation_of(lane), lane.partition(":")[2]
    platform = platform_of(channel)
    if way_of(lane)[1] is not Way.POSTS or whose is None or not platform:
        return None
    return Crowd(whose, platform, channel)


def _counted(session: Session, what: Prepared, due: list[Turn], most: int, now: datetime) -> int:
    """How many of these there are, of each urgency at most so many."""
    return sum(
        int(what.rows(session, {"now": now, "of_urgency": each.urgency, "of_lane": each.lane, "most": most})[0][0])
        for each in due
    )


def _behind(session: Session, now: datetime) -> dict[str, tuple[int, int]]:
    """What is known to wait for others, by lane: how much, and how much of it can be said in a digest."""
    folded = sa.func.sum(sa.case((IS_FOLDED, 1), else_=0))
    query = sa.select(_rows.c.lane, sa.func.count(), folded).where(IS_BEHIND, _rows.c.not_before <= now)
    return {lane: (int(count), int(some)) for lane, count, some in session.execute(query.group_by(_rows.c.lane))}
