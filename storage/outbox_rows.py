"""The one place where rows of the outbox are built and inserted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage.core import add_new, note_planned, upsert
from storage.lanes import lane_of
from storage.tables.outbox import OutboxRow
from storage.tracing import trace_of
from triage.notice import Urgency

Row = dict[str, Any]

_CHANGING, _HASTENED = ("data", "lane", "behind"), ("urgency",)


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
    is_edit: bool = False,
) -> Row:
    """A row that waits to be sent. `key` is its idempotency key: of two rows with the same there is only ever one.
    `is_edit`: it changes a message that stands there. The columns are explained in `OutboxRow`."""
    lane = lane_of(organisation_id, audience, platform, channel, data or {}, is_edit=is_edit)
    return {
        "organisation_id": organisation_id, "ticket_id": ticket_id, "conversation_id": conversation_id,
        "platform": platform, "channel": channel, "kind": kind, "audience": audience, "data_version": version,
        "data": dict(data or {}), "body_id": body_id, "typed_id": typed_id, "broadcast": broadcast,
        "dedupe_key": key, "seq": seq, "state": "pending", "planned_at": now, "not_before": not_before or now,
        "attempts": 0, "unsure": False, "urgency": urgency.value, "lane": lane, "behind": False,
    }  # fmt: skip


def put(session: Session, rows: list[Row], *, hastening: bool = True) -> None:
    """Insert rows into the outbox, in order. A row that waits under the same idempotency key is overwritten
    (coalesced): it will show this change as well.

    It is overwritten rather than left alone because that locks it until this transaction ends: no sender can send the
    state before and record it as this one. `hastening`: whether it also takes the new row's urgency, where that is
    higher.
    """
    if rows:
        note_planned(session)
    least = _HASTENED if hastening else ()
    upsert(session, OutboxRow, _traced(session, rows), key=("dedupe_key",), changing=_CHANGING, least=least)


def put_once(session: Session, row: Row) -> bool:
    """Insert a row, unless one with its key was ever planned. Whether it was new."""
    is_new = add_new(session, OutboxRow, _traced(session, [row])[0], key=("dedupe_key",))
    if is_new:
        note_planned(session)
    return is_new


def _traced(session: Session, rows: list[Row]) -> list[Row]:
    """With the trace in which they are planned, where somebody traces."""
    traces = [trace_of(session, row.get("ticket_id")) for row in rows]
    return [{**row, "trace": trace} for row, trace in zip(rows, traces, strict=True)] if any(traces) else rows
