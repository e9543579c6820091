"""What a change has to say, as rows of the outbox: where each notice goes, and what keeps it from being said twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from storage.core import upsert
from storage.tables import OutboxRow
from storage.tickets import Conversation, StoredTicket
from triage.notice import URGENT, Audience, Notice, NoticeKind


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
    for position, notice in enumerate(notices):
        where = _place(stored, notice)
        if where is None:
            continue
        platform, channel, conversation_id = where
        if notice.audience is Audience.CARD:
            key = f"card:{conversation_id}"
        else:
            key = uuid4().hex if seq is None else f"{stored.id}.{seq}.{position}"
        rows.append(
            {
                **scope, "conversation_id": conversation_id, "platform": platform, "channel": channel,
                "kind": notice.kind.value, "audience": notice.audience.value, "data_version": 1, "data": notice.data,
                "body_id": body(notice.body), "broadcast": notice.broadcast, "dedupe_key": key, "state": "pending",
                "planned_at": now, "not_before": notice.not_before or now, "attempts": 0, "unsure": False,
                "urgency": 0 if notice.kind in URGENT else 1,
            }
        )  # fmt: skip
    # Overwriting rather than ignoring the waiting card holds its row until this transaction ends: nobody may send the
    # card as it was before and believe that it shows this change.
    upsert(session, OutboxRow, rows, key=("dedupe_key",), changing=("data",))


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
