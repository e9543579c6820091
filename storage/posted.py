"""Notices that were sent, looked up by their row id: what was said, and of which ticket; and whether some may have been
sent that are not on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.outbox import Outgoing
from storage.tables.conversations import ConversationRow
from storage.tables.outbox import OutboxRow
from storage.turns import CLAIMED, waiting
from triage.keys import platform_of

_rows, _places = table(OutboxRow), table(ConversationRow)


@dataclass(frozen=True, slots=True)
class Posted:
    """A notice as it was sent."""

    #: What was sent.
    item: Outgoing
    #: The platform's id of the message that it became.
    message_id: str
    #: When that was.
    sent_at: datetime


def load_posted(session: Session, organisation_id: int, row_id: int) -> Posted | None:
    """A notice that was sent, or None where it never was."""
    query = sa.select(_rows).where(
        _rows.c.organisation_id == organisation_id, _rows.c.id == row_id, _rows.c.message_id.is_not(None)
    )
    row = session.execute(query).mappings().first()
    if row is None:
        return None
    names = [name for name in Outgoing.__dataclass_fields__ if name in row]
    item = Outgoing(**{name: row[name] for name in names})
    return Posted(item, row["message_id"], row["sent_at"])


def may_have_begun(session: Session, organisation_id: int, channel: str) -> bool:
    """Whether a message that begins a ticket's thread in that channel may stand there without being on record: it is
    being posted, or nobody knows whether it was."""
    query = (
        sa.select(_rows.c.id)
        .join(_places, _places.c.id == _rows.c.conversation_id)
        .where(
            _rows.c.organisation_id == organisation_id, _rows.c.platform == platform_of(channel), waiting(_rows),
            _rows.c.attempts > sa.literal_column("0"), sa.or_(_rows.c.state == CLAIMED, _rows.c.unsure),
            _places.c.channel == channel, _places.c.root_id.is_(None),
        )
        .limit(1)
    )  # fmt: skip
    return session.execute(query).first() is not None


def ticket_of_notice(session: Session, organisation_id: int, row_id: int) -> int | None:
    """The row id of the ticket that a notice speaks of; None where there is no such notice, or it speaks of none."""
    query = sa.select(_rows.c.ticket_id).where(_rows.c.organisation_id == organisation_id, _rows.c.id == row_id)
    return session.execute(query).scalar()
