"""The queue of the transactional outbox: claiming notices under a lease, taking claims over, and moving times forward
after the clock was set back.

Delivery is at least once. A row whose holder died between sending and recording is claimed again as *unsure*, and
looked for on the platform before it is sent again. What came of a row is recorded by `storage.outcomes`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.deferred import WORK
from storage.prepared import Prepared
from storage.refresh import Target
from storage.tables import BodyRow, ConversationRow, OutboxRow
from storage.typed import restore
from triage.contents import read_content
from triage.notice import Audience, Content, Urgency

LEASE = timedelta(seconds=20)
# No lease ends later than this from now, if replicas agree on the time to half a minute; one that does was taken
# before the clock was set back.
NO_LEASE = LEASE + timedelta(seconds=30)

_rows = table(OutboxRow)
_PENDING: sa.ColumnElement[str] = sa.literal_column("'pending'")
_CLAIMED: sa.ColumnElement[str] = sa.literal_column("'claimed'")
_CARD_AUDIENCE: sa.ColumnElement[str] = sa.literal_column("'card'")
_PERSON: sa.ColumnElement[str] = sa.literal_column("'person'")
_WORK: sa.ColumnElement[str] = sa.literal_column(f"'{WORK}'")
# What is refreshed.
_SHOWN: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{target}'") for target in Target]


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
    #: The lane whose rate limit it counts in: an organisation with a channel or a person; see `_LANE`.
    lane: str = ""

    @property
    def content(self) -> Content:
        """What it says, where it is a notice of a ticket or for one person. Raises KeyError where it is none."""
        return read_content(self.kind, self.data, self.data_version)


def _waiting(rows: sa.FromClause) -> sa.ColumnElement[bool]:
    # Literals rather than parameters: only with these does SQLite use the partial indexes.
    return rows.c.state.in_([_PENDING, _CLAIMED])


def _oldest() -> sa.ColumnElement[bool]:
    """Whether no older row of the same conversation waits: only the head of each conversation is claimed. Two
    exceptions. A row without a conversation waits for none. An urgent one does not wait for those that go last anyway,
    except for the card, which carries the thread."""
    older = _rows.alias("older")
    return ~sa.exists().where(
        older.c.conversation_id == _rows.c.conversation_id, older.c.id < _rows.c.id, _waiting(older),
        sa.or_(
            _rows.c.urgency > Urgency.LATE.value, older.c.urgency < Urgency.LAST.value,
            older.c.audience == _CARD_AUDIENCE,
        ),
    )  # fmt: skip


def _at(name: str) -> sa.ColumnElement[datetime]:
    return sa.bindparam(name, type_=_rows.c.not_before.type)


_MESSAGE: sa.ColumnElement[str] = sa.literal_column("'message'")
_places = table(ConversationRow)
EDITS = "#edits"  # a lane of edits ends with this
# A lane is what shares one rate limit (scheduler.pacing): the posts of an organisation in a channel; the edits there,
# which few platforms count as posts; and the private notices to one person, so that much of it delays only them.
_POSTS = sa.cast(_rows.c.organisation_id, sa.String).concat(":").concat(_rows.c.channel)
_TO_WHOM = sa.func.coalesce(_rows.c.data["person"].as_string(), "")
_LANE = sa.case(
    (
        sa.or_(_rows.c.audience == _MESSAGE, sa.and_(_rows.c.audience == "card", _places.c.card_id.is_not(None))),
        _POSTS.concat(EDITS),
    ),
    (_rows.c.audience.in_([_PERSON, _WORK]), sa.cast(_rows.c.organisation_id, sa.String).concat("#").concat(_TO_WHOM)),
    else_=_POSTS,
)
_CLAIMABLE = (
    sa.select(_rows.c.id, _LANE, _rows.c.urgency)
    .join_from(_rows, _places, _places.c.id == _rows.c.conversation_id, isouter=True)
    .where(
        _waiting(_rows),
        _rows.c.not_before <= _at("now"),
        sa.or_(_rows.c.state == _PENDING, _rows.c.lease_until <= _at("now"), _rows.c.lease_until > _at("no_lease")),
        _oldest(),
    )
    .order_by(_rows.c.urgency, _rows.c.not_before, _rows.c.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True, of=_rows)  # SQLite leaves this out: its writer holds the whole file already
)
_WHICH = {False: _rows.c.audience != _WORK, True: _rows.c.audience == _WORK}
_ANY_CLAIMABLE = {work: Prepared(_CLAIMABLE.where(which)) for work, which in _WHICH.items()}
_CLAIMABLE_ELSEWHERE = {
    work: _CLAIMABLE.where(
        which,
        _LANE.not_in(sa.bindparam("resting", expanding=True)),
        sa.or_(_rows.c.urgency < Urgency.AFTER.value, _LANE.not_in(sa.bindparam("busy", expanding=True))),
    )
    for work, which in _WHICH.items()
}
_CLAIM = Prepared(
    sa.update(_rows)
    .where(_rows.c.id == sa.bindparam("of"))
    .values(
        unsure=sa.or_(_rows.c.unsure, _rows.c.state == _CLAIMED),
        state="claimed",
        lease_until=_at("until"),
        attempts=_rows.c.attempts + 1,
        # A claimed refresh no longer answers for later changes: the next one gets a row of its own.
        dedupe_key=sa.case(
            (_rows.c.audience.in_(_SHOWN), sa.literal("claimed:").concat(sa.cast(_rows.c.id, sa.String))),
            else_=_rows.c.dedupe_key,
        ),
    )
    .returning(
        _rows.c.id, _rows.c.organisation_id, _rows.c.ticket_id, _rows.c.conversation_id, _rows.c.platform,
        _rows.c.channel, _rows.c.kind, _rows.c.audience, _rows.c.data, _rows.c.body_id, _rows.c.broadcast,
        _rows.c.planned_at, _rows.c.attempts, _rows.c.unsure, _rows.c.lease_until, _rows.c.seq, _rows.c.typed_id,
        _rows.c.data_version,
    )
)  # fmt: skip


_ADDRESSED = (Audience.PERSON, WORK)  # what is for one person has parts that they typed
_bodies = table(BodyRow)
_TEXT = Prepared(sa.select(_bodies.c.text).where(_bodies.c.id == sa.bindparam("of")))


def claim(
    session: Session,
    now: datetime,
    *,
    limit: int,
    work: bool = False,
    resting: Collection[str] = (),
    busy: Collection[str] = (),
    held: Collection[int] = (),
    admit: Callable[[str], bool] = lambda _: True,
    admit_after: Callable[[str], bool] = lambda _: True,
) -> list[Outgoing]:
    """Claim up to `limit` rows that are due at `now`, most urgent first, and of each conversation only the oldest, so
    that order is kept there. `work`: deferred work instead of notices.

    A claim is a lease of `LEASE`. A row whose lease ran out (or ends impossibly late, since the clock was set back) is
    claimed again, marked unsure.

    Arguments for pacing speak of lanes: the posts of a channel are one, the edits of its cards another. `resting`:
    lanes of which nothing is claimed. `busy`: lanes of which nothing is claimed that may go last. `held`: row ids that
    this process holds already. `admit(lane)` is asked before each claim whether one more may be sent now;
    `admit_after(lane)` instead for what may go last.
    """
    wanted = {"now": now, "no_lease": now + NO_LEASE, "most": limit + len(held)}
    found: Sequence[Sequence[Any]]
    if resting or busy:
        lanes = {"resting": list(resting), "busy": list(busy)}
        found = session.execute(_CLAIMABLE_ELSEWHERE[work], {**wanted, **lanes}).all()
    else:
        found = _ANY_CLAIMABLE[work].rows(session, wanted)
    free = [
        (row_id, lane)
        for row_id, lane, urgency in found
        if row_id not in held and (admit_after if urgency >= Urgency.AFTER else admit)(lane)
    ]
    claimed = [
        _whole(session, Outgoing(*_CLAIM.rows(session, {"of": row_id, "until": now + LEASE})[0]), lane)
        for row_id, lane in free
    ]
    return sorted(claimed, key=lambda item: item.id)


def _whole(session: Session, item: Outgoing, lane: str) -> Outgoing:
    """The row with its lane, and with the typed parts of its data put back (`storage.typed`)."""
    if item.audience not in _ADDRESSED:
        return replace(item, lane=lane)
    text = "" if item.typed_id is None else _TEXT.rows(session, {"of": item.typed_id})[0][0]
    return replace(item, lane=lane, data=restore(item.data, text))


_TAKE_OVER: sa.Update = (
    sa.update(_rows).where(_rows.c.state == _CLAIMED).values(state="pending", lease_until=None, unsure=True)
)  # fmt: skip


def take_over(session: Session) -> int:
    """Release every claim as unsure. How many there were.

    To be called only at the start of the one worker of a database: whoever held these claims is dead, so nobody has to
    wait for their leases to run out.
    """
    return int(session.execute(_TAKE_OVER).rowcount)  # type: ignore[attr-defined]


_BRING_FORWARD: sa.Update = (
    sa.update(_rows)
    .where(
        _waiting(_rows), _rows.c.not_before > _at("now"),
        sa.or_(_rows.c.attempts > 0, _rows.c.reason.is_not(None), _rows.c.planned_at > _at("now")),
    )
    .values(not_before=_at("now"))
)  # fmt: skip


def bring_forward(session: Session, now: datetime) -> int:
    """After the clock was set back: make due at `now` what waits for a retry, whose time lies too far ahead now. What
    was planned for later on purpose stays. How many rows that were."""
    return int(session.execute(_BRING_FORWARD, {"now": now}).rowcount)  # type: ignore[attr-defined]


_NEWEST = sa.select(sa.func.max(_rows.c.planned_at)).where(_waiting(_rows))


def is_ahead(session: Session, now: datetime) -> bool:
    """Whether a waiting row was planned later than `now`, so that the clock must have been set back."""
    newest: datetime | None = session.execute(_NEWEST).scalar_one()
    return newest is not None and newest > now


_EARLIEST = sa.select(
    sa.func.min(sa.case((_rows.c.state == _CLAIMED, _rows.c.lease_until), else_=_rows.c.not_before))
).where(_waiting(_rows), _oldest())
_NEXT: dict[bool | None, Prepared] = {work: Prepared(_EARLIEST.where(which)) for work, which in _WHICH.items()}
_NEXT[None] = Prepared(_EARLIEST)
_COUNT = sa.select(sa.func.count()).select_from(_rows).where(_waiting(_rows))


def next_at(session: Session, *, work: bool | None = None) -> datetime | None:
    """The earliest instant at which something may be claimed: a due time, or the end of a lease. None when nothing
    waits. `work`: True for deferred work only, False for notices only, None for both."""
    found: datetime | None = _NEXT[work].rows(session, {})[0][0]
    return found


def waiting(session: Session) -> int:
    """How many notices are not sent yet."""
    return int(session.execute(_COUNT).scalar_one())
