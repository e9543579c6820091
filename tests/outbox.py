"""What waits in an outbox, as a test reads it, claims it and says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from storage.changes import record
from storage.database import Database
from storage.outbox import Outgoing, claim
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow
from storage.tickets import StoredTicket, get_ticket
from storage.typed import restore
from tests.factories import AGENT, NOW
from triage.noting import note


def private_data(session: Session, *, kind: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """The kind and the data of everything for one person alone, with what somebody typed, which is kept beside them."""
    query = select(OutboxRow).where(OutboxRow.audience == "person").order_by(OutboxRow.id)  # type: ignore[arg-type]
    found = []
    for row in session.exec(query):
        body = session.get(BodyRow, row.typed_id) if row.typed_id is not None else None
        if kind in (None, row.kind):
            found.append((row.kind, row.data if body is None else restore(row.data, body.text)))
    return found


def say(session: Session, stored: StoredTicket, text: str, now: datetime = NOW) -> None:
    """A note to the desk: one notice in the ticket's thread."""
    stored = get_ticket(session, stored.organisation_id, stored.number, lock=True)
    record(session, stored, note(stored.ticket, AGENT, now, text), now)


def take_all(database: Database, now: datetime = NOW, **options: Any) -> list[Outgoing]:
    """Claim what is due at `now`, ten at most."""
    return database.write_now(lambda session: claim(session, now, **{"limit": 10, **options}))


def mark(database: Database, how: Callable[..., object], item: Outgoing, *values: Any, **options: Any) -> None:
    """Put on record what became of `item`, by a function of `storage.outcomes`."""
    database.write_now(lambda session: how(session, item, *values, **options))


def row(database: Database, item: Outgoing) -> OutboxRow:
    """The row of `item` as it is now."""
    return database.read_now(lambda session: session.exec(select(OutboxRow).where(OutboxRow.id == item.id)).one())


def kinds(items: list[Outgoing]) -> list[str]:
    """What each of them says."""
    return [item.kind for item in items]
