"""Notices on their way: claimed under a lease, sent with their message id, retried, dropped or dead-lettered."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.messages import link_message
from storage.prepared import Prepared
from storage.tables import ConversationRow, OutboxRow
from triage.notice import Urgency

_KEY = re.compile(r"\d+\.(\d+)\.\d+")
MISSED = "undelivered_telling"
LEASE = timedelta(seconds=20)
# No lease ends later than that, if replicas agree on the time to half a minute: time has stepped back since.
NO_LEASE = LEASE + timedelta(seconds=30)

_rows = table(OutboxRow)
_PENDING: sa.ColumnElement[str] = sa.literal_column("'pending'")
_CLAIMED: sa.ColumnElement[str] = sa.literal_column("'claimed'")
_CARD_AUDIENCE: sa.ColumnElement[str] = sa.literal_column("'card'")
_PERSON: sa.ColumnElement[str] = sa.literal_column("'person'")
# What is rendered when it is sent: the ticket's card, a person's page.
_SHOWN: list[sa.ColumnElement[str]] = [sa.literal_column("'card'"), sa.literal_column("'home'")]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed notice. `unsure`: an earlier try may have arrived, look before saying it again. `lease_until`: by then
    what came of it has to be on record. `lane`: what it is paced with."""

    id: int
    organisation_id: int
    ticket_id: int | None
    conversation_id: int | None
    platform: str
    channel: str
    kind: str
    audience: str
    data: dict[str, Any]
    body_id: int | None
    broadcast: bool
    planned_at: datetime
    attempts: int
    unsure: bool
    lease_until: datetime | None = None
    key: str = ""
    lane: str = ""

    @property
    def seq(self) -> int | None:
        """The last event of the change that it speaks of, which is in its key; None where it has none."""
        found = _KEY.fullmatch(self.key)
        return int(found[1]) if found else None


def _waiting(rows: sa.FromClause) -> sa.ColumnElement[bool]:
    # Written out rather than as parameters: only so does SQLite see that the partial indexes serve.
    return rows.c.state.in_([_PENDING, _CLAIMED])


def _oldest() -> sa.ColumnElement[bool]:
    """Of its conversation: what waits behind it has to wait. A notice without conversation waits for nobody, and what
    is urgent for nothing that goes last anyway, but for the card that carries the thread."""
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


_AGAIN: sa.ColumnElement[str] = sa.literal_column("'again'")
_places = table(ConversationRow)
# What is paced together: the posts of an organisation in a channel, so that no other one's haste slows them; and apart
# from them edits of its messages, which no platform counts as posts and which therefore never make a warning wait. What
# one person alone is told waits for what they alone are told, however much of it they ask for, and keeps nobody else.
_POSTS = sa.cast(_rows.c.organisation_id, sa.String).concat(":").concat(_rows.c.channel)
_TO_WHOM = sa.func.coalesce(_rows.c.data["person"].as_string(), "")
_LANE = sa.case(
    (
        sa.or_(_rows.c.kind == _AGAIN, sa.and_(_rows.c.audience == "card", _places.c.card_id.is_not(None))),
        _POSTS.concat("#edits"),
    ),
    (_rows.c.audience == _PERSON, sa.cast(_rows.c.organisation_id, sa.String).concat("#").concat(_TO_WHOM)),
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
_ANY_CLAIMABLE = Prepared(_CLAIMABLE)
_CLAIMABLE_ELSEWHERE = _CLAIMABLE.where(
    _LANE.not_in(sa.bindparam("resting", expanding=True)),
    sa.or_(_rows.c.urgency < Urgency.AFTER.value, _LANE.not_in(sa.bindparam("busy", expanding=True))),
)
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
        _rows.c.planned_at, _rows.c.attempts, _rows.c.unsure, _rows.c.lease_until, _rows.c.dedupe_key,
    )
)  # fmt: skip


def claim(
    session: Session,
    now: datetime,
    *,
    limit: int,
    resting: Collection[str] = (),
    busy: Collection[str] = (),
    held: Collection[int] = (),
    admit: Callable[[str], bool] = lambda _: True,
    admit_after: Callable[[str], bool] = lambda _: True,
) -> list[Outgoing]:
    """Claim due notices, urgent ones first, at most one of each conversation and only its oldest: order is kept there.

    A claim lasts `LEASE`; one whose holder died is taken over, marked unsure, also where time has stepped back.
    Nothing is claimed of the channels in `resting`, nor, of those that are `busy`, what comes after the rest, nor what
    this process still holds; `admit` is asked whether one more may go now, `admit_after` whether one may that comes
    after the rest. All speak of lanes: a channel's posts are one, the edits of its cards another.
    """
    wanted = {"now": now, "no_lease": now + NO_LEASE, "most": limit + len(held)}
    found: Sequence[Sequence[Any]]
    if resting or busy:
        lanes = {"resting": list(resting), "busy": list(busy)}
        found = session.execute(_CLAIMABLE_ELSEWHERE, {**wanted, **lanes}).all()
    else:
        found = _ANY_CLAIMABLE.rows(session, wanted)
    free = [
        (row_id, lane)
        for row_id, lane, urgency in found
        if row_id not in held and (admit_after if urgency >= Urgency.AFTER else admit)(lane)
    ]
    claimed = [
        replace(Outgoing(*_CLAIM.rows(session, {"of": row_id, "until": now + LEASE})[0]), lane=lane)
        for row_id, lane in free
    ]
    return sorted(claimed, key=lambda item: item.id)


@dataclass(frozen=True, slots=True)
class Posted:
    """A notice as it was sent: when, and the message that it became."""

    item: Outgoing
    message_id: str
    sent_at: datetime


def load_posted(session: Session, organisation_id: int, row_id: int) -> Posted | None:
    """A notice that was sent, or None where it never was."""
    query = sa.select(_rows).where(
        _rows.c.organisation_id == organisation_id, _rows.c.id == row_id, _rows.c.message_id.is_not(None)
    )
    row = session.execute(query).mappings().first()
    if row is None:
        return None
    names = [name for name in Outgoing.__dataclass_fields__ if name in row]
    item = Outgoing(**{name: row[name] for name in names}, key=row["dedupe_key"])
    return Posted(item, row["message_id"], row["sent_at"])


def ticket_of_notice(session: Session, organisation_id: int, row_id: int) -> int | None:
    """The row id of the ticket that a notice speaks of; None where there is no such notice, or it speaks of none."""
    query = sa.select(_rows.c.ticket_id).where(_rows.c.organisation_id == organisation_id, _rows.c.id == row_id)
    return session.execute(query).scalar()


_OWN = sa.and_(
    _rows.c.id == sa.bindparam("of"), _rows.c.state == _CLAIMED, _rows.c.lease_until == _at("held_until")
)  # whoever lost the claim has no say any more
_RETRY = Prepared(
    sa.update(_rows).where(_OWN)
    .values(state="pending", lease_until=None, not_before=_at("again"), attempts=sa.bindparam("tried"),
            reason=sa.bindparam("why"), unsure=sa.bindparam("in_doubt"))
)  # fmt: skip
_END = Prepared(
    sa.update(_rows).where(_OWN).values(state=sa.bindparam("now_is"), lease_until=None, reason=sa.bindparam("why"))
)
_SENT = Prepared(
    sa.update(_rows).where(_rows.c.id == sa.bindparam("of"), _rows.c.state != "sent")
    .values(state="sent", lease_until=None, sent_at=_at("now"), message_id=sa.bindparam("message"), unsure=False,
            reason=None)
)  # fmt: skip
_FIRST = (
    sa.update(_places).where(_places.c.id == sa.bindparam("of"), _places.c.root_id.is_(None))
    .values(root_id=sa.bindparam("message"))
)  # fmt: skip
_ROOT = Prepared(_FIRST)
# At the desk the card carries the thread, and nothing that was said while it could not be posted.
_ROOT_BESIDE = Prepared(_FIRST.where(_places.c.side != "desk"))
_CARD = Prepared(
    sa.update(_places).where(_places.c.id == sa.bindparam("of"), _places.c.card_id.is_(None))
    .values(card_id=sa.bindparam("message"))
)  # fmt: skip
# The message in whose thread it stands, where it is not that one itself.
_BELOW = Prepared(
    sa.select(_places.c.root_id).where(_places.c.id == sa.bindparam("of"), _places.c.root_id != sa.bindparam("message"))
)


def mark_sent(session: Session, item: Outgoing, message_id: str, channel: str, now: datetime) -> None:
    """The platform has it under `message_id`. A card, or the first message of a customer's conversation, carries its
    thread.

    Recorded even when the claim was lost meanwhile: what is said is said.
    """
    _SENT.run(session, {"of": item.id, "now": now, "message": message_id})
    if item.ticket_id is None:
        return
    root_id: str | None = None
    if item.conversation_id is not None:
        here = {"of": item.conversation_id, "message": message_id}
        (_ROOT if item.audience == "card" else _ROOT_BESIDE).run(session, here)
        if item.audience == "card":
            _CARD.run(session, here)
        elif not item.broadcast:
            root_id = next((row[0] for row in _BELOW.rows(session, here)), None)
    link_message(session, item.organisation_id, channel, message_id, item.ticket_id, root_id=root_id)


def mark_retry(
    session: Session, item: Outgoing, not_before: datetime, reason: str, *, unsure: bool = False, counts: bool = True
) -> None:
    """Not sent this time; try again at `not_before`. Doubt stays: only `mark_sent` ends it. `counts`: it was a try,
    rather than a request to come back later."""
    tried = item.attempts if counts else item.attempts - 1
    values = {"again": not_before, "why": reason, "in_doubt": unsure or item.unsure, "tried": tried}
    _RETRY.run(session, {**_own(item), **values})


def mark_dropped(session: Session, item: Outgoing, reason: str) -> None:
    """Not worth saying any more."""
    _END.run(session, {**_own(item), "now_is": "dropped", "why": reason})


def mark_failed(session: Session, item: Outgoing, reason: str, *, missed: int | None = None) -> None:
    """A dead letter: kept and shown until someone retries or drops it. `missed`: the event that does not count for want
    of it, until it is sent after all."""
    _END.run(session, {**_own(item), "now_is": "failed", "why": reason})
    if missed is not None:
        session.execute(sa.update(_rows).where(_rows.c.id == item.id).values(data={**item.data, MISSED: missed}))


def _own(item: Outgoing) -> dict[str, Any]:
    return {"of": item.id, "held_until": item.lease_until}


_TAKE_OVER: sa.Update = (
    sa.update(_rows).where(_rows.c.state == _CLAIMED).values(state="pending", lease_until=None, unsure=True)
)  # fmt: skip


def take_over(session: Session) -> int:
    """Release every claim at once, as unsure; how many there were.

    For the start of a worker that knows itself alone: whoever held these claims is dead, and nobody need wait for
    their leases to run out.
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
    """Time has stepped back: what was to be tried again at an hour that is far away now may be tried at once. What was
    planned for later stays. How many notices that were."""
    return int(session.execute(_BRING_FORWARD, {"now": now}).rowcount)  # type: ignore[attr-defined]


_NEWEST = sa.select(sa.func.max(_rows.c.planned_at)).where(_waiting(_rows))


def is_ahead(session: Session, now: datetime) -> bool:
    """Whether something that waits was planned at a time which is still to come."""
    newest: datetime | None = session.execute(_NEWEST).scalar_one()
    return newest is not None and newest > now


_NEXT = Prepared(
    sa.select(sa.func.min(sa.case((_rows.c.state == _CLAIMED, _rows.c.lease_until), else_=_rows.c.not_before)))
    .where(_waiting(_rows), _oldest())
)  # fmt: skip
_COUNT = sa.select(sa.func.count()).select_from(_rows).where(_waiting(_rows))


def next_at(session: Session) -> datetime | None:
    """When the next notice may be sent, or a claim of a dead worker runs out; None when nothing waits."""
    found: datetime | None = _NEXT.rows(session, {})[0][0]
    return found


def waiting(session: Session) -> int:
    """How many notices are not sent yet."""
    return int(session.execute(_COUNT).scalar_one())
