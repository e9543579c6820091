"""The queue of the transactional outbox: claiming notices under a lease, and taking claims over.

Delivery is at least once. A row whose holder died between sending and recording is claimed again as *unsure*, and
looked for on the platform before it is sent again. What came of a row is recorded by `storage.outcomes`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog
from sqlmodel import Session

from storage.behind import mark_behind
from storage.core import table
from storage.deferred import WORK
from storage.pace import Pace, Unpaced, side_by_side
from storage.plans import by_index_alone
from storage.prepared import Prepared
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow
from storage.taking import WHOLE, take, take_of_each, which_wait
from storage.turns import CLAIMED, WINDOW, Round, Turn, at, earliest, turns
from storage.turns import waiting as waiting_rows
from storage.typed import restore
from triage.contents import read_content
from triage.notice import Audience, Content, Urgency

LEASE = timedelta(seconds=20)
# No lease ends later than this from now, if replicas agree on the time to half a minute; one that does was taken
# before the clock was set back.
NO_LEASE = LEASE + timedelta(seconds=30)
SETTLES = timedelta(seconds=30)  # a request whose answer did not come may still arrive for this long
MOST_MARKED = 2048  # of what waits for others, in one claim (`storage.behind`): some hundredths of a second

log = structlog.get_logger(__name__)
_rows = table(OutboxRow)
_WORK: sa.ColumnElement[str] = sa.literal_column(f"'{WORK}'")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row that this process has claimed."""

    #: The row id. Messages carry it as well, where the platform has a place for it.
    id: int
    #: The organisation that it belongs to.
    organisation_id: int
    #: The row id of the ticket; None: it is about none.
    ticket_id: int | None
    #: The row id of the conversation that it goes to; None: it goes to none.
    conversation_id: int | None
    #: The platform whose sender delivers it.
    platform: str
    #: The key of the channel, where it goes to no conversation.
    channel: str
    #: A triage.notice.NoticeKind, a storage.announcements.AnnouncementKind, a refresh's Target, or a WorkKind.
    kind: str
    #: triage.notice.Audience.
    audience: str
    #: What is to be said, as it was stored.
    data: dict[str, Any]
    #: The body id of its text; None: it has none.
    body_id: int | None
    #: Whether a reply is shown in the channel too.
    broadcast: bool
    #: When it was planned.
    planned_at: datetime
    #: How often it was tried before.
    attempts: int
    #: Whether an earlier try may have arrived: look before saying it again.
    unsure: bool
    #: The end of the lease (UTC), by when the result has to be recorded; None: it is not claimed.
    lease_until: datetime | None = None
    #: The last event of the change that it speaks of; None where nothing happened.
    seq: int | None = None
    #: The body id of the typed parts of `data` (storage.typed); None: there are none.
    typed_id: int | None = None
    #: The version of the form of `data`.
    data_version: int = 1
    #: The lane whose rate limit it counts in: see `storage.lanes`.
    lane: str = ""
    #: The trace in which it was planned, as a `traceparent`; None: nobody traced.
    trace: str | None = None
    #: Until when, in the event loop's seconds, a new message may be posted for it: later, somebody else may be posting
    #: it; None: at any time.
    posts_by: float | None = None
    #: Until when a try of a process that has died may still arrive; None: nobody has died over it. Not found before
    #: that, it is not posted either.
    settles_at: datetime | None = None

    @property
    def content(self) -> Content:
        """What it says, where it is a notice of a ticket or for one person. Raises KeyError where it is none."""
        return read_content(self.kind, self.data, self.data_version)


_FREED = {"state": "pending", "lease_until": None, "unsure": True}
_WHICH = {False: _rows.c.audience != _WORK, True: _rows.c.audience == _WORK}
_LEASE_ENDS = {
    work: Prepared(sa.select(sa.func.min(_rows.c.lease_until)).where(_rows.c.state == CLAIMED, which))
    for work, which in _WHICH.items()
}
_RUN_OUT = (
    sa.select(_rows.c.id)
    .where(
        _rows.c.state == CLAIMED, sa.or_(_rows.c.lease_until <= at("now"), _rows.c.lease_until > at("no_lease")),
        _rows.c.id.not_in(sa.bindparam("held", expanding=True)),
    )
    .with_for_update(skip_locked=True)
)  # fmt: skip
_FREE = {
    work: sa.update(_rows).where(_rows.c.id.in_(_RUN_OUT.where(which))).values(_FREED) for work, which in _WHICH.items()
}


_ADDRESSED = (Audience.PERSON, WORK)  # what is for one person has parts that they typed
_bodies = table(BodyRow)
_TEXT = Prepared(sa.select(_bodies.c.text).where(_bodies.c.id == sa.bindparam("of")))


def claim(
    session: Session,
    now: datetime,
    *,
    limit: int,
    work: bool = False,
    held: Collection[int] = (),
    pace: Pace | None = None,
    done: Round | None = None,
) -> list[Outgoing]:
    """Claim up to `limit` rows that are due at `now`, most urgent first, and of each conversation only the oldest, so
    that order is kept there. `work`: deferred work instead of notices.

    A claim is a lease of `LEASE`. A row whose lease ran out (or ends impossibly late, since the clock was set back) is
    claimed again, marked unsure; but not one of `held`, the row ids that this process still holds.

    `pace` says how many of each lane may go. `done` is where the last claim of this process ended, and is set to where
    this one does.
    """
    by_index_alone(session)
    pace, done = pace or Unpaced(), done or Round()
    _free_claims(session, now, held, done, work=work)
    claimed: list[Outgoing] = []
    done.marked, after = 0, None
    of_some = partial(_claim_of_some, session, now=now, pace=pace, done=done, work=work)
    # On SQLite, where nobody else claims, one statement for many lanes takes longer than one for each.
    together = 2 * limit if session.info["engine"] == "postgresql" else 1
    for some in side_by_side(turns(session, now, done, work=work), pace, together):
        found, last = of_some(some, limit - len(claimed))
        claimed += found
        if len(claimed) >= limit or done.marked >= MOST_MARKED:
            after = last.urgency, last.lane
            break
    done.after = after
    return sorted((_whole(session, item) for item in claimed), key=lambda item: item.id)


def _free_claims(session: Session, now: datetime, held: Collection[int], done: Round, *, work: bool) -> None:
    """Give back, as unsure, claims whose lease is over. Nobody looks before one can be: what is claimed from now on
    ends a whole lease later."""
    if done.looked_at is not None and done.look_at is not None and done.looked_at <= now < done.look_at:
        return
    session.execute(_FREE[work], {"now": now, "no_lease": now + NO_LEASE, "held": list(held)})
    ends: datetime | None = _LEASE_ENDS[work].rows(session, {})[0][0]
    done.looked_at, done.look_at = now, min(ends or now + LEASE, now + LEASE)


def _claim_of_some(
    session: Session, some: Sequence[Turn], room: int, *, now: datetime, pace: Pace, done: Round, work: bool
) -> tuple[list[Outgoing], Turn]:
    """Claim what may go of these lanes, in their order (`storage.pace.side_by_side`). And which of them had its turn
    last."""
    one_lane = partial(_claim_of, session, now=now, pace=pace, done=done, work=work)
    if len(some) == 1:
        return one_lane(some[0], room), some[0]
    urgency, spare = some[0].urgency, some[0].urgency >= Urgency.AFTER
    lanes = {turn.lane: min(room, most) for turn in some if (most := pace.free(turn.lane, now, spare=spare)) > 0}
    rows = take_of_each(session, urgency, lanes, room, now, now + LEASE, work=work) if lanes else []
    claimed = [Outgoing(*row) for row in rows]
    for item in claimed:
        pace.take(item.lane, now, spare=spare)
    had = {item.lane for item in claimed}
    asked = list(some)
    while len(claimed) >= room and asked[-1].lane not in had:
        asked.pop()
    # Of a lane that was asked in vain, what is due waits for others, or somebody else has it at this moment.
    empty = [turn.lane for turn in asked if turn.lane in lanes and turn.lane not in had]
    blocked = which_wait(session, urgency, empty, now, work=work) if empty else set()
    for turn in asked:
        if turn.lane in blocked and mark_behind(session, turn, now, work=work) >= WINDOW:
            done.marked += WINDOW
            claimed += one_lane(turn, room - len(claimed))
    return claimed, asked[-1]


def _claim_of(
    session: Session, turn: Turn, room: int, *, now: datetime, pace: Pace, done: Round, work: bool
) -> list[Outgoing]:
    """Claim what may go of one lane."""
    spare = turn.urgency >= Urgency.AFTER
    claimed: list[Outgoing] = []
    while (most := min(room - len(claimed), pace.free(turn.lane, now, spare=spare))) > 0:
        found = [Outgoing(*row) for row in take(session, turn, most, now, now + LEASE, work=work)]
        for item in found:
            pace.take(item.lane, now, spare=spare)
        claimed += found
        if len(found) == most:
            break
        if found or mark_behind(session, turn, now, work=work) < WINDOW:
            break
        done.marked += WINDOW
        if done.marked >= MOST_MARKED:
            break
    return claimed


def _whole(session: Session, item: Outgoing) -> Outgoing:
    """The row with the typed parts of its data put back (`storage.typed`). Where they cannot be, it is left as it is:
    its own sending fails, and nobody else's."""
    if item.audience not in _ADDRESSED:
        return item
    texts = [] if item.typed_id is None else _TEXT.rows(session, {"of": item.typed_id})
    try:
        return replace(item, data=restore(item.data, texts[0][0] if texts else ""))
    except (ValueError, LookupError, TypeError):
        log.exception("what somebody typed cannot be put back", outbox_id=item.id)
        return item


def hold(session: Session, item: Outgoing) -> bool:
    """Lock a row that this process has claimed. False: the claim ran out meanwhile, and is somebody else's."""
    own = sa.select(_rows.c.id).where(
        _rows.c.id == item.id, _rows.c.state == CLAIMED, _rows.c.lease_until == item.lease_until
    )
    return session.execute(own.with_for_update()).first() is not None


def take_over(session: Session, now: datetime, most: int) -> list[Outgoing]:
    """Claim anew, as unsure, what is claimed: `most` notices. What there is beyond that, and deferred work, which can
    be done twice, is released.

    To be called only at the start of the one worker of a database: whoever held these claims is dead, so nobody has to
    wait for their leases to run out. What arrived is found at once. What did not may still be under way until the lease
    of the dead would have run out, and is posted no earlier (`Outgoing.settles_at`).
    """
    found = session.execute(
        sa.select(_rows.c.id, _rows.c.lease_until).where(_rows.c.state == CLAIMED, _WHICH[False]).order_by(_rows.c.id)
    ).all()
    settles = {row.id: min(row.lease_until or now, now + LEASE) for row in found}
    for row_id in list(settles)[most:]:
        free = sa.update(_rows).where(_rows.c.id == row_id)
        session.execute(free.values(**_FREED, not_before=max(now, settles[row_id])))
    session.execute(sa.update(_rows).where(_rows.c.state == CLAIMED, _WHICH[True]).values(**_FREED))
    renewed = {"lease_until": now + LEASE, "unsure": True, "attempts": _rows.c.attempts + 1}
    taken = session.execute(sa.update(_rows).where(_rows.c.state == CLAIMED).values(renewed).returning(*WHOLE))
    items = (replace(_whole(session, Outgoing(*row)), settles_at=settles[row.id]) for row in taken.all())
    return sorted(items, key=lambda item: item.id)


_COUNT = sa.select(sa.func.count()).select_from(_rows).where(waiting_rows(_rows))


def next_at(session: Session, *, work: bool | None = None) -> datetime | None:
    """The earliest instant at which something may be claimed: a due time, or the end of a lease. None when nothing
    waits. `work`: True for deferred work only, False for notices only, None for both."""
    which = (False, True) if work is None else (work,)
    ends = [_LEASE_ENDS[each].rows(session, {})[0][0] for each in which]
    found = [*ends, *(earliest(session, work=each) for each in which)]
    return min((one for one in found if one is not None), default=None)


def waiting(session: Session) -> int:
    """How many notices are not sent yet."""
    return int(session.execute(_COUNT).scalar_one())
