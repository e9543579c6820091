"""What waits in an outbox, as a test reads it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow
from storage.typed import restore


def private_data(session: Session, *, kind: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """The kind and the data of everything for one person alone, with what somebody typed, which is kept beside them."""
    query = select(OutboxRow).where(OutboxRow.audience == "person").order_by(OutboxRow.id)  # type: ignore[arg-type]
    found = []
    for row in session.exec(query):
        body = session.get(BodyRow, row.typed_id) if row.typed_id is not None else None
        if kind in (None, row.kind):
            found.append((row.kind, row.data if body is None else restore(row.data, body.text)))
    return found
