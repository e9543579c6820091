"""Tickets, their events and what is due of them, and the texts that were written about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Index, UniqueConstraint, literal_column, text
from sqlmodel import Field

from storage.tables.table import ID, IDS_ONCE, KEY_ONLY, Table

OPEN = "status NOT IN ('resolved', 'dismissed')"
IS_OPEN: ColumnElement[bool] = literal_column(OPEN)
"""Of a ticket. As text without a type, else SQLite is asked whether it equals 1 and no partial index serves."""
OWNED = f"{OPEN} AND assignee IS NOT NULL"
# Of a ticket: the name by which its place in the policy's order of work is found. What is not sorted yet is answered at
# the strictest target: it stands with severity 1.
QUEUED_AS = (
    "CASE WHEN category IS NULL THEN '1' "
    "WHEN category = 'incident' THEN CASE severity WHEN 2 THEN '2' WHEN 3 THEN '3' ELSE '1' END ELSE category END"
)


class TicketRow(Table, table=True):
    """The columns of a ticket that lists and searches need: a projection of its events that follows every change."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        # `list`: open tickets in its order, so that a page of them is read and no more.
        Index("ix_ticket_open", "organisation_id", text("(next_due_at IS NULL)"), "next_due_at", "number",
              sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        # `queue`: how many open tickets stand in each place of its order, and which; with the status all is in it.
        Index("ix_ticket_queue", "organisation_id", "desk_id", text(f"({QUEUED_AS})"), "status",
              sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        # The week's figures.
        Index("ix_ticket_resolved", "organisation_id", "resolved_at", sqlite_where=text("status = 'resolved'"),
              postgresql_where=text("status = 'resolved'")),
        # How much everybody has: whoever has least is given the next one.
        Index("ix_ticket_load", "organisation_id", "assignee", "severity", "status", sqlite_where=text(OWNED),
              postgresql_where=text(OWNED)),
        IDS_ONCE,
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    number: int  # what people call it by, counted in each organisation
    version: int  # how many events it has
    status: str  # triage.ticket.Status
    category: str | None = None  # triage.terms.Category; None: not known yet
    severity: int | None = None  # 1, 2 or 3, as it is in force
    assignee: str | None = None  # a person's key
    requester: str  # a person's key
    customer: str | None = None  # their name
    customer_key: str | None = None  # the same, whatever its case
    level: int = 0  # of escalation, the highest that was reached; 0: none
    summary_id: int | None = Field(default=None, sa_type=ID)  # the text of its summary, in `body`
    opened_at: datetime
    resolved_at: datetime | None = None
    next_due_at: datetime | None = None  # the earliest of its deadlines
    # Of the terms it runs under. Rows that an earlier release writes while both run stand under the first version.
    policy_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    # How it went, once it was resolved (storage.ticket_figures).
    figures: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))


class BodyRow(Table, table=True):
    """Free text that someone wrote, about a ticket or, until it is delivered, about none. Erasing it leaves every event
    and figure as it was."""

    __tablename__ = "body"
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True, sa_type=ID)  # None: of no ticket
    text: str  # empty once it was erased
    erased_at: datetime | None = None


WANTED = "kind IN ('escalation_asked', 'proposed')"


class EventRow(Table, table=True):
    """An event of a ticket: the audit log, append-only. (ticket, clock, step, cycle) is unique: that makes planning
    exactly once."""

    __tablename__ = "event"
    __table_args__ = (
        # Most events are not planned by Vigie and stay out of it.
        Index("ux_event_said", "ticket_id", "clock", "step", "cycle", unique=True,
              sqlite_where=text("clock IS NOT NULL"), postgresql_where=text("clock IS NOT NULL")),
        # Which tickets somebody, or Vigie, wants a manager to look at.
        Index("ix_event_wanted", "ticket_id", sqlite_where=text(WANTED), postgresql_where=text(WANTED)),
    )  # fmt: skip
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    seq: int = Field(primary_key=True)  # counted from 1, a ticket each
    at: datetime  # when it happened
    recorded_at: datetime  # when it was written down, which may be later
    actor: str  # a person's key, or `vigie`
    kind: str  # triage.event.Kind
    data_version: int = 1  # of the shape of `data`
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # what is known of it, by kind (triage.facts)
    body_id: int | None = Field(default=None, foreign_key="body.id", sa_type=ID)  # the text that came with it
    clock: str | None = None  # of what Vigie planned: which clock's
    step: str | None = None  # which of its warnings, a breach, a proposal
    cycle: int | None = None  # the seq of the event that last set that deadline
    platform: str | None = None  # on which the actor acted; None: unknown, or nobody did


class DeadlineRow(Table, table=True):
    """The next due thing of each clock of a ticket: a projection of its agenda, rewritten with every change."""

    __tablename__ = "deadline"
    __table_args__ = KEY_ONLY
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    clock: str = Field(primary_key=True)  # triage.terms.ClockKind, or what else is due
    organisation_id: int = Field(foreign_key="organisation.id")
    step: str  # what is to be said then
    cycle: int  # the seq of the event that set it
    due_at: datetime = Field(index=True)  # the sweep and the wake-up: what is due, what is next
