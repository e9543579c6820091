"""Forget every ticket of an organisation: what the local workspace's Reset does. Never used beside a real platform."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlmodel import Session

from storage.core import table
from storage.tables import (
    BodyRow,
    ConversationRow,
    DeadlineRow,
    EventRow,
    InboxRow,
    IntakeRow,
    MessageRow,
    OrganisationRow,
    OutboxRow,
    TicketRow,
)


def forget_tickets(session: Session, organisation_id: int) -> None:
    """Tickets and all that hangs on them are gone; numbers start from 1 again."""
    tickets = table(TicketRow)
    session.execute(select(tickets.c.id).where(tickets.c.organisation_id == organisation_id).with_for_update())
    for row in (OutboxRow, MessageRow, ConversationRow, DeadlineRow, EventRow, BodyRow, TicketRow, InboxRow, IntakeRow):
        rows = table(row)
        session.execute(delete(rows).where(rows.c.organisation_id == organisation_id))
    organisations = table(OrganisationRow)
    session.execute(update(organisations).where(organisations.c.id == organisation_id).values(last_number=0))
