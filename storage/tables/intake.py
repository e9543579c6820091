"""What comes in, and what becomes a ticket of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.tables.table import ID, IDS_ONCE, KEY_ONLY, Table


class IntakeRow(Table, table=True):
    """What becomes a ticket in a customer's channel: `auto`, `manual` or `off`. No row: `manual`."""

    __tablename__ = "intake"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)  # its key: `slack:C0123`
    mode: str
    set_by: str  # a person's key
    set_at: datetime


class PickedRow(Table, table=True):
    """A message for which somebody opened the form of a new ticket, as the platform described it then: the submitted
    form comes back from the person's own client and is not trusted."""

    __tablename__ = "picked"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)  # its key: `slack:C0123`
    message_id: str = Field(primary_key=True)  # the platform's
    root_id: str  # the message whose thread it stands in, or itself
    author: str | None = None  # a person's key; None: an app or a bot
    written_at: datetime  # as the platform says
    picked_at: datetime


class RedirectRow(Table, table=True):
    """A question for billing or sales: who asked it was told where it belongs. It is a ticket only where somebody opens
    one."""

    __tablename__ = "redirect"
    __table_args__ = (Index("ix_redirect_organisation_id_at", "organisation_id", "at"), IDS_ONCE)
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    kind: str  # `billing` or `sales`
    person: str  # the key of who asked
    channel: str  # the key of where they did
    message_id: str | None = None  # the platform's id of what they wrote; None: a command, which is no message
    root_id: str | None = None  # the message whose thread it stands in, or itself
    body_id: int = Field(foreign_key="body.id", sa_type=ID)  # what they wrote
    written_at: datetime  # when they did
    at: datetime  # when they were told
    # what was opened from it; None: nothing
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", sa_type=ID)


class BroughtRow(Table, table=True):
    """Which ticket of another help desk was brought to a desk, and as which: brought again, it is the same."""

    __tablename__ = "brought"
    # What one file has brought.
    __table_args__ = (Index("ix_brought_source", "organisation_id", "source"), KEY_ONLY)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", primary_key=True)
    ref: str = Field(primary_key=True)  # its number there, whatever its case
    ticket_id: int = Field(foreign_key="ticket.id", sa_type=ID)
    source: str  # a digest of the file that it stood in
    brought_at: datetime


class InboxRow(Table, table=True):
    """An event or act that was handled, so that its redelivery does nothing. Written with the effect it had."""

    __tablename__ = "inbox"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    event_id: str = Field(primary_key=True)  # the platform's id of it, or the key of an act
    received_at: datetime
    digest: str | None = None  # of what a page or a program asked for with that key; None: it came from a chat
    number: int | None = None  # of the ticket that was then opened or changed
