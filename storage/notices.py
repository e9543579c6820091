"""What a change has to say, as rows of the outbox: where each notice goes, and what keeps it from being said twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Session

from storage.conversations import Conversation
from storage.core import add, add_all, table, upsert
from storage.prepared import Prepared
from storage.tables import SETTLING, BodyRow, ConversationRow, OutboxRow
from storage.tickets import StoredTicket
from triage.mirror import heard
from triage.notice import SUMMARISED, Audience, Notice, NoticeKind, Urgency, speaks_of_update
from triage.settling import is_settled, may_settle

MOST_NOTICES = 16  # of one change, generously

_outbox, _places = table(OutboxRow), table(ConversationRow)
_UNSENT: list[sa.ColumnElement[str]] = [sa.literal_column("'pending'"), sa.literal_column("'claimed'")]
_MARK = sa.update(_places).where(_places.c.id == sa.bindparam("of"))
_STALE = Prepared(_MARK.values(stale_since=sa.bindparam("now", type_=_places.c.stale_since.type)))
_FRESH = Prepared(_MARK.values(stale_since=None))


def enqueue(
    session: Session,
    scope: Mapping[str, int],
    stored: StoredTicket,
    notices: Sequence[Notice],
    body: Callable[[str | None], int | None],
    *,
    now: datetime,
    seq: int | None,
) -> None:
    """Put `notices` of a ticket into the outbox, in order. `body` stores a free text and answers its id.

    `seq` is the last event of the change they speak of; it makes their keys, so that nothing is ever planned twice.
    None where nothing happened but something is to be said, which may well be said again. A card that already waits to
    be refreshed will show this change as well.
    """
    rows = []
    said = heard(notices, stored.ticket.requester, apart=stored.conversation("customer") is not None)
    for position, notice in enumerate(said):
        if notice.kind is NoticeKind.AGAIN:
            rows.extend(_again(session, scope, stored, notice, now))
            continue
        where = _place(stored, notice)
        if where is None:
            continue
        platform, channel, conversation_id = where
        if notice.patient and conversation_id is not None:
            _STALE.run(session, {"of": conversation_id, "now": now})
            continue
        if notice.audience is Audience.CARD:
            key = f"card:{conversation_id}"
        else:
            key = uuid4().hex if seq is None else _key(stored, seq, position)
        rows.append(
            {
                **scope, "conversation_id": conversation_id, "platform": platform, "channel": channel,
                "kind": notice.kind.value, "audience": notice.audience.value, "data_version": 1, "data": notice.data,
                "body_id": body(notice.body), "broadcast": notice.broadcast, "dedupe_key": key, "state": "pending",
                "planned_at": now, "not_before": notice.not_before or now, "attempts": 0, "unsure": False,
                "urgency": notice.how_urgent.value,
            }
        )  # fmt: skip
    # Overwriting rather than ignoring the waiting card holds its row until this transaction ends: nobody may send the
    # card as it was before and believe that it shows this change. One that may wait holds up none that may not.
    upsert(session, OutboxRow, rows, key=("dedupe_key",), changing=("data", "urgency"))


def enqueue_private(
    session: Session, organisation_id: int, notice: Notice, now: datetime, stored: StoredTicket | None = None
) -> None:
    """Plan something for one person though nothing happened: an answer, a refusal. A text in it belongs to a ticket,
    `stored`, with which it is erased."""
    scope: dict[str, Any] = {"organisation_id": organisation_id, "ticket_id": None, "body_id": None}
    person, key = str(notice.data["person"]), uuid4().hex
    if stored is not None:
        scope = {**stored.scope, "body_id": None}
        if notice.body is not None:
            scope["body_id"] = add(session, BodyRow, **stored.scope, text=notice.body)
            key = _draft(person, scope["body_id"])
    row = {
        **scope, "platform": person.partition(":")[0],
        "channel": notice.data.get("channel") or "", "kind": notice.kind.value, "audience": notice.audience.value,
        "data_version": 1, "data": notice.data, "broadcast": False, "dedupe_key": key, "state": "pending",
        "planned_at": now, "not_before": notice.not_before or now, "attempts": 0, "unsure": False,
        "urgency": notice.how_urgent.value,
    }  # fmt: skip
    add_all(session, OutboxRow, [row])


def is_draft_of(session: Session, organisation_id: int, person: str, body_id: int) -> bool:
    """Whether that text was kept for that very person to go on with."""
    query = sa.select(_outbox.c.id).where(
        _outbox.c.organisation_id == organisation_id, _outbox.c.dedupe_key == _draft(person, body_id)
    )
    return session.execute(query).first() is not None


def _draft(person: str, body_id: int) -> str:
    return f"draft:{body_id}:{person}"


def refresh_stale(session: Session, now: datetime, most: int) -> int:
    """Plan to refresh cards that may wait, the longest stale first, until `most` of them wait in the outbox; how many
    were added. So a desk with thousands of them sends them in its own time, and its outbox stays short."""
    waiting = sa.select(sa.func.count()).where(_outbox.c.urgency == Urgency.PATIENT.value, _outbox.c.state.in_(_UNSENT))
    room = most - int(session.execute(waiting).scalar_one())
    if room <= 0:
        return 0
    query = (
        sa.select(_places.c.id, _places.c.organisation_id, _places.c.ticket_id, _places.c.platform, _places.c.channel)
        .where(_places.c.stale_since.is_not(None))
        .order_by(_places.c.stale_since, _places.c.id)
        .limit(room)
        .with_for_update(skip_locked=True)
    )
    found = session.execute(query).all()
    rows = [
        {
            "organisation_id": organisation_id, "ticket_id": ticket_id, "conversation_id": conversation_id,
            "platform": platform, "channel": channel, "kind": NoticeKind.CARD.value, "audience": Audience.CARD.value,
            "data_version": 1, "data": {}, "body_id": None, "broadcast": False, "dedupe_key": f"card:{conversation_id}",
            "state": "pending", "planned_at": now, "not_before": now, "attempts": 0, "unsure": False,
            "urgency": Urgency.PATIENT.value,
        }
        for conversation_id, organisation_id, ticket_id, platform, channel in found
    ]  # fmt: skip
    upsert(session, OutboxRow, rows, key=("dedupe_key",), changing=("data",))
    _FRESH.run_many(session, [{"of": row.id} for row in found])
    return len(rows)


def _key(stored: StoredTicket, seq: int, position: int) -> str:
    return f"{stored.id}.{seq}.{position}"


def show_settled(session: Session, before: StoredTicket, after: StoredTicket, now: datetime) -> None:
    """Plan to show again what was said of the ticket and is settled by a change, or by its undoing is open again."""
    if not may_settle(before.ticket, after.ticket):
        return
    query = sa.select(_outbox).where(
        _outbox.c.ticket_id == after.id,
        sa.literal_column(SETTLING),
        _outbox.c.state.in_(["pending", "claimed", "sent"]),
    )
    rows = [
        _once_more(after.scope, row, now)
        for row in session.execute(query.order_by(_outbox.c.id)).mappings()
        if is_settled(before.ticket, NoticeKind(row["kind"]), row["data"])
        is not is_settled(after.ticket, NoticeKind(row["kind"]), row["data"])
    ]
    add_all(session, OutboxRow, rows)


def _again(
    session: Session, scope: Mapping[str, int], stored: StoredTicket, notice: Notice, now: datetime
) -> list[dict[str, Any]]:
    """A row for each message that is to be shown again: those of an update, those of some kinds, or those that show one
    of some texts. They are found by their keys. What is not sent yet is shown as it is when it is sent; it may be on
    its way, though, so each follows whatever comes of the first."""
    update, bodies = notice.data.get("update"), notice.data.get("bodies", ())
    seqs = range(1, stored.ticket.version + 1) if update is None else (update,)
    keys = [_key(stored, seq, position) for seq in seqs for position in range(MOST_NOTICES)]
    kinds = set(notice.data.get("kinds", ()))
    if stored.events[0].body_id in bodies:
        kinds |= SUMMARISED
    shows: sa.ColumnElement[bool] = sa.true()
    if update is None:
        shows = sa.or_(_outbox.c.kind.in_(sorted(kinds)), _outbox.c.body_id.in_(bodies))
    query = sa.select(_outbox).where(
        _outbox.c.dedupe_key.in_(keys),
        shows,
        _outbox.c.audience != Audience.PERSON.value,
        _outbox.c.kind != NoticeKind.AGAIN.value,
        _outbox.c.state.in_(["pending", "claimed", "sent"]),
    )
    rows = session.execute(query.order_by(_outbox.c.id)).mappings()
    return [
        _once_more(scope, row, now)
        for row in rows
        if update is None or speaks_of_update(NoticeKind(row["kind"]), row["data"])
    ]


def _once_more(scope: Mapping[str, int], row: sa.RowMapping, now: datetime) -> dict[str, Any]:
    """A row that shows the message of another again, after whatever comes of that one."""
    return {
        **scope, "conversation_id": row["conversation_id"], "platform": row["platform"], "channel": row["channel"],
        "kind": NoticeKind.AGAIN.value, "audience": row["audience"], "data_version": 1, "data": {"outbox": row["id"]},
        "body_id": None, "broadcast": False, "dedupe_key": uuid4().hex, "state": "pending", "planned_at": now,
        "not_before": now, "attempts": 0, "unsure": False, "urgency": Urgency.USUAL.value,
    }  # fmt: skip


def _place(stored: StoredTicket, notice: Notice) -> tuple[str, str, int | None] | None:
    """Platform, channel and conversation; None where there is nobody to tell."""
    desk = stored.conversation("desk")
    if notice.audience is Audience.PERSON:
        platform = str(notice.data["person"]).partition(":")[0]
        return platform, desk.channel if desk is not None and desk.platform == platform else "", None
    place: Conversation | None = desk
    if notice.audience is Audience.CUSTOMER:
        place = stored.customer_side
        if notice.kind is NoticeKind.RECEIPT and stored.conversation("customer") is None:
            return None  # the card is the receipt where the requester reads the desk's channel
    return None if place is None else (place.platform, place.channel, place.id)
