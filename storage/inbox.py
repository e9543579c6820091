"""Idempotency of what comes in: the ids of events that were handled, each recorded in the transaction of its effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add_new, table
from storage.errors import AlreadyHandledError
from storage.tables.intake import InboxRow

_inbox = table(InboxRow)


@dataclass(frozen=True, slots=True)
class Handled:
    """What a request came to that a page or a program made."""

    #: Of all that was asked for: the same key with another digest is another request.
    digest: str
    #: The ticket that was opened or changed.
    number: int


def was_handled(session: Session, organisation_id: int, event_id: str) -> bool:
    """Whether `event_id` is on record."""
    return session.get(InboxRow, (organisation_id, event_id)) is not None


def handle_once(session: Session, organisation_id: int, event_id: str, now: datetime) -> None:
    """Record `event_id`. Raises AlreadyHandledError where it is recorded already: the caller's transaction then does
    nothing, and the redelivery is answered as a success."""
    values = {"organisation_id": organisation_id, "event_id": event_id, "received_at": now}
    if not add_new(session, InboxRow, values, key=("organisation_id", "event_id")):
        raise AlreadyHandledError(event_id)


def keep_answer(session: Session, organisation_id: int, event_id: str, handled: Handled) -> None:
    """Keep what became of a request that was just handled, for whoever sends it again and has to be told the same."""
    which = (_inbox.c.organisation_id == organisation_id, _inbox.c.event_id == event_id)
    session.execute(sa.update(_inbox).where(*which).values(digest=handled.digest, number=handled.number))


def find_answer(session: Session, organisation_id: int, event_id: str) -> Handled | None:
    """What became of that request; None where none is on record, or it is not known."""
    query = sa.select(_inbox.c.digest, _inbox.c.number).where(
        _inbox.c.organisation_id == organisation_id, _inbox.c.event_id == event_id
    )
    found = session.execute(query).first()
    return None if found is None or found.digest is None else Handled(found.digest, found.number)
