"""Rows of the outbox as they are planned: every one of them is built and put there by this file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage.core import add_new, upsert
from storage.tables import OutboxRow
from triage.notice import Urgency

Row = dict[str, Any]

_CHANGING = ("data", "urgency")


def planned(
    *,
    organisation_id: int,
    platform: str,
    kind: str,
    audience: str,
    key: str,
    now: datetime,
    ticket_id: int | None = None,
    conversation_id: int | None = None,
    channel: str = "",
    data: Mapping[str, Any] | None = None,
    version: int = 1,
    body_id: int | None = None,
    typed_id: int | None = None,
    broadcast: bool = False,
    seq: int | None = None,
    not_before: datetime | None = None,
    urgency: Urgency = Urgency.USUAL,
) -> Row:
    """A row that waits to be sent. `key` is its idempotency key: of two rows with the same there is only ever one. The
    columns are explained in `storage.tables.OutboxRow`."""
    return {
        "organisation_id": organisation_id, "ticket_id": ticket_id, "conversation_id": conversation_id,
        "platform": platform, "channel": channel, "kind": kind, "audience": audience, "data_version": version,
        "data": dict(data or {}), "body_id": body_id, "typed_id": typed_id, "broadcast": broadcast,
        "dedupe_key": key, "seq": seq, "state": "pending", "planned_at": now, "not_before": not_before or now,
        "attempts": 0, "unsure": False, "urgency": urgency.value,
    }  # fmt: skip


def put(session: Session, rows: list[Row], *, hastening: bool = True) -> None:
    """Put rows into the outbox, in order. What waits there under the same key already shows this change as well.

    Overwriting rather than ignoring that row holds it until this transaction ends: nobody may send the card as it was
    before and believe that it shows this change. It is as urgent as what came last, unless that is not `hastening`.
    """
    upsert(session, OutboxRow, rows, key=("dedupe_key",), changing=_CHANGING if hastening else _CHANGING[:1])


def put_once(session: Session, row: Row) -> bool:
    """Put a row there unless one of its key was planned ever; whether it was new."""
    return add_new(session, OutboxRow, row, key=("dedupe_key",))
