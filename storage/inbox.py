"""Idempotency of what comes in: the ids of events that were handled, each recorded in the transaction of its effect."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from storage.core import add_new
from storage.errors import AlreadyHandledError
from storage.tables import InboxRow


def was_handled(session: Session, organisation_id: int, event_id: str) -> bool:
    """Whether `event_id` is on record."""
    return session.get(InboxRow, (organisation_id, event_id)) is not None


def handle_once(session: Session, organisation_id: int, event_id: str, now: datetime) -> None:
    """Record `event_id`. Raises AlreadyHandledError where it is recorded already: the caller's transaction then does
    nothing, and the redelivery is answered as a success."""
    values = {"organisation_id": organisation_id, "event_id": event_id, "received_at": now}
    if not add_new(session, InboxRow, values, key=("organisation_id", "event_id")):
        raise AlreadyHandledError(event_id)
