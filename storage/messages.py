"""Messages that a text was taken from: found again when they are edited or deleted."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.tables import MessageRow

_rows = table(MessageRow)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a message: the ticket it belongs to, its text, and which of its edits that shows."""

    ticket_id: int
    body_id: int
    revision: str


def find_kept(session: Session, organisation_id: int, channel: str, message_id: str) -> Kept | None:
    """What is kept of that message, if its text is."""
    query = sa.select(_rows.c.ticket_id, _rows.c.body_id, _rows.c.revision).where(
        _is(organisation_id, channel, message_id)
    )
    found = session.execute(query).first()
    return None if found is None or found.body_id is None else Kept(found[0], found[1], found[2] or "")


def keep_revision(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session, organisation_id: int, channel: str, message_id: str, body_id: int, revision: str
) -> None:
    """The message's text is that one from now on, as of that edit."""
    values = {"body_id": body_id, "revision": revision}
    session.execute(sa.update(_rows).where(_is(organisation_id, channel, message_id)).values(**values))


def hand_over(session: Session, organisation_id: int, channel: str, message_id: str, ticket_id: int) -> None:
    """The thread that this message carries goes on for another ticket."""
    session.execute(
        sa.update(_rows).where(_is(organisation_id, channel, message_id)).values(ticket_id=ticket_id, body_id=None)
    )


def _is(organisation_id: int, channel: str, message_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        _rows.c.organisation_id == organisation_id, _rows.c.channel == channel, _rows.c.message_id == message_id
    )
