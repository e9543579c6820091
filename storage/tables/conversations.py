"""Where tickets are spoken of: threads, their messages, and who is writing one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.tables.table import ID, IDS_ONCE, KEY_ONLY, Table


class ConversationRow(Table, table=True):
    """Where a ticket is spoken of: the desk's thread under its card, on each platform of the desk's, and the customer's
    thread if there is one."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("ticket_id", "side", "platform"),
        # Cards to refresh when there is time: few or none, but after many tickets were moved at once.
        Index("ix_conversation_stale", "stale_since", sqlite_where=text("stale_since IS NOT NULL"),
              postgresql_where=text("stale_since IS NOT NULL")),
        IDS_ONCE,
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int = Field(foreign_key="ticket.id", sa_type=ID)
    platform: str  # `slack`
    channel: str  # its key: `slack:C0123`
    side: str  # `desk`, `customer` or `escalation`
    root_id: str | None = None  # the message whose thread it is; None: nothing was sent there yet
    card_id: str | None = None  # the ticket's one card there
    stale_since: datetime | None = None  # its card shows what was true before then


class MessageRow(Table, table=True):
    """Which ticket a message belongs to: for reactions on it, and for answers in its thread."""

    __tablename__ = "message"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)  # its key: `slack:C0123`
    message_id: str = Field(primary_key=True)  # the platform's, unique in its channel
    ticket_id: int = Field(foreign_key="ticket.id", index=True, sa_type=ID)
    # what it says, where that is kept: it follows the message's edits and its deletion
    body_id: int | None = Field(default=None, sa_type=ID)
    revision: str | None = None  # which of its edits that is
    root_id: str | None = None  # the message in whose thread alone it is to be seen; NULL: it is seen in the channel


class WritingRow(Table, table=True):
    """Somebody of the desk opened a form by which the customer is told something, a short while ago perhaps."""

    __tablename__ = "writing"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    person: str  # who opened it last
    since: datetime  # when
