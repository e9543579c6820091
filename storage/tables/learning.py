"""What a desk's corrections say of the suggestions, and what they taught."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field

from storage.tables.table import ID, KEY_ONLY, Table

WAITING = "state = 'waiting'"


class CorrectionRow(Table, table=True):
    """What somebody of the desk said that a ticket is, of which something else or the same was suggested. The text is
    the ticket's own: erased there, it teaches nothing any more."""

    __tablename__ = "correction"
    __table_args__ = (
        # Those that a lead has yet to look at.
        Index("ix_correction_waiting", "organisation_id", "desk_id", sqlite_where=text(WAITING),
              postgresql_where=text(WAITING)),
        KEY_ONLY,
    )  # fmt: skip
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    body_id: int = Field(foreign_key="body.id", sa_type=ID)  # the text that the ticket was opened with
    suggested: str  # in a word: `incident 2`, `inquiry`, `billing`
    chosen: str  # the same
    by: str  # who chose, by key
    at: datetime
    state: str = "waiting"  # storage.corrections.State
    decided_by: str | None = None  # the lead's key
    decided_at: datetime | None = None


class LearnedRow(Table, table=True):
    """What a desk's approved corrections taught: made anew from all of them each time."""

    __tablename__ = "learned"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", primary_key=True)
    digest: str  # of `data`: what is taught unchanged is not read again
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    texts: int  # from how many corrections; -1: a text was erased since, so that it has to be learned anew
    made_at: datetime
