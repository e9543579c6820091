"""What a change has to say, as rows of the outbox: where each notice goes, and what keeps it from being said twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Session

from storage.conversations import Conversation
from storage.core import add, table
from storage.outbox_rows import planned, put
from storage.refresh import Refresh, Target, mark_stale
from storage.tables import BodyRow, OutboxRow
from storage.tickets import StoredTicket
from storage.typed import lift
from triage.mirror import heard
from triage.notice import Audience, Notice, NoticeKind

_outbox = table(OutboxRow)


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
        where = _place(stored, notice)
        if where is None:
            continue
        platform, channel, conversation_id = where
        if notice.audience is Audience.CARD and conversation_id is not None:
            if notice.patient:
                mark_stale(session, conversation_id, now)
                continue
            card = Refresh(
                Target.CARD, stored.organisation_id, platform, channel, conversation_id, stored.id, conversation_id,
                notice.how_urgent,
            )  # fmt: skip
            rows.append(card.row(now))
            continue
        data, typed_id = _kept_apart(session, notice, scope)
        rows.append(
            planned(
                **scope, conversation_id=conversation_id, platform=platform, channel=channel, kind=notice.kind.value,
                audience=notice.audience.value, data=data, body_id=body(notice.body), typed_id=typed_id,
                broadcast=notice.broadcast, key=uuid4().hex if seq is None else _key(stored, seq, position), seq=seq,
                now=now, not_before=notice.not_before, urgency=notice.how_urgent,
            )
        )  # fmt: skip
    put(session, rows)


def enqueue_private(
    session: Session, organisation_id: int, notice: Notice, now: datetime, stored: StoredTicket | None = None
) -> None:
    """Plan something for one person though nothing happened: an answer, a refusal. A text in it belongs to a ticket,
    `stored`, with which it is erased."""
    person, key, body_id = str(notice.data["person"]), uuid4().hex, None
    if stored is not None and notice.body is not None:
        body_id = add(session, BodyRow, **stored.scope, text=notice.body)
        key = _draft(person, body_id)
    scope: dict[str, Any] = {"organisation_id": organisation_id, "ticket_id": None if stored is None else stored.id}
    data, typed_id = _kept_apart(session, notice, scope)
    row = planned(
        **scope, platform=person.partition(":")[0], channel=notice.data.get("channel") or "", kind=notice.kind.value,
        audience=notice.audience.value, data=data, body_id=body_id, typed_id=typed_id, key=key, now=now,
        not_before=notice.not_before, urgency=notice.how_urgent,
    )  # fmt: skip
    put(session, [row])


def _kept_apart(session: Session, notice: Notice, scope: Mapping[str, Any]) -> tuple[dict[str, Any], int | None]:
    """The data of a notice, and where what somebody typed is kept that they refer to. Only what is for one person has
    such parts: whatever others read is kept as a text of its own."""
    if notice.audience is not Audience.PERSON:
        return notice.data, None
    data, typed = lift(notice.data)
    return data, None if typed is None else add(session, BodyRow, **scope, text=typed)


def is_draft_of(session: Session, organisation_id: int, person: str, body_id: int) -> bool:
    """Whether that text was kept for that very person to go on with."""
    query = sa.select(_outbox.c.id).where(
        _outbox.c.organisation_id == organisation_id, _outbox.c.dedupe_key == _draft(person, body_id)
    )
    return session.execute(query).first() is not None


def _draft(person: str, body_id: int) -> str:
    return f"draft:{body_id}:{person}"


def _key(stored: StoredTicket, seq: int, position: int) -> str:
    return f"{stored.id}.{seq}.{position}"


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
