"""Email: conversations by letter, and how far mailboxes were read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from storage.tables.table import ID, IDS_ONCE, KEY_ONLY, Table


class EmailThreadRow(Table, table=True):
    """A conversation by email with a customer's people: the letter that began it, and how the next one continues it."""

    __tablename__ = "email_thread"
    __table_args__ = (UniqueConstraint("organisation_id", "channel", "root_id"), IDS_ONCE)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    mark: str = Field(unique=True)  # random; stands in the ids of our letters, by which an answer is known
    channel: str  # the key of whoever began it: `email:alice@acme.example`
    root_id: str  # the id of the letter that began it
    subject: str  # of that letter
    addresses: list[str] = Field(sa_column=Column(JSON, nullable=False))  # who is written to
    last_id: str  # the id of their latest letter
    begun_at: datetime


class MailboxRow(Table, table=True):
    """How far a mailbox was read."""

    __tablename__ = "mailbox"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    address: str = Field(primary_key=True)  # whose it is, as the settings have it
    uidvalidity: int = Field(sa_type=ID)  # of the numbering that `last_uid` is of
    last_uid: int = Field(sa_type=ID)  # every letter up to this one was dealt with
    read_at: datetime  # when that was last so
    problem: str | None = None  # why it could not be read when that was last tried
