"""What becomes a ticket in each customer's channel, and which open ticket an author's next message belongs to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.core import table, upsert
from storage.persons import accounts_of
from storage.tables.conversations import ConversationRow
from storage.tables.intake import IntakeRow
from storage.tables.organisations import OrganisationRow
from storage.tables.tickets import IS_OPEN, EventRow, TicketRow

AUTO, MANUAL, OFF = MODES = ("auto", "manual", "off")


def intake_of(session: Session, organisation_id: int, channel: str, *, lock: bool = False) -> str:
    """The mode of a channel. `lock`: until this transaction ends, no other one takes in a message of that channel."""
    rows = table(IntakeRow)
    query = sa.select(rows.c.mode).where(rows.c.organisation_id == organisation_id, rows.c.channel == channel)
    return session.execute(query.with_for_update() if lock else query).scalar_one_or_none() or MANUAL


def intake_modes(session: Session, organisation_id: int) -> dict[str, str]:
    """The mode of every channel where it was set."""
    found = session.exec(select(IntakeRow).where(IntakeRow.organisation_id == organisation_id))
    return {row.channel: row.mode for row in found}


def set_intake(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session, organisation_id: int, channel: str, mode: str, person: str, now: datetime
) -> None:
    """Put a mode in force for a channel."""
    row = {"organisation_id": organisation_id, "channel": channel, "mode": mode, "set_by": person, "set_at": now}
    upsert(session, IntakeRow, [row], key=("organisation_id", "channel"))


def latest_of_author(session: Session, organisation_id: int, channel: str, person: str) -> int | None:
    """The row id of the newest open ticket that this person asked for in this customer's channel."""
    query = (
        select(TicketRow.id)
        .join(ConversationRow, col(ConversationRow.ticket_id) == col(TicketRow.id))
        .where(
            TicketRow.organisation_id == organisation_id,
            TicketRow.requester == person,
            ConversationRow.channel == channel,
            ConversationRow.side == "customer",
            IS_OPEN,
        )
        .order_by(col(TicketRow.number).desc())
    )
    return session.exec(query).first()


RECENT = 1000  # tickets that are looked at, the newest ones: an index has them in this order


def opened_by(session: Session, organisation_id: int, person: str, since: datetime) -> list[int]:
    """The row ids of the tickets that this person opened after then, the newest first."""
    tickets, events, organisations = table(TicketRow), table(EventRow), table(OrganisationRow)
    theirs = accounts_of(organisation_id, person)
    last = sa.select(organisations.c.last_number).where(organisations.c.id == organisation_id).scalar_subquery()
    query = (
        sa.select(tickets.c.id)
        .join_from(tickets, events, sa.and_(events.c.ticket_id == tickets.c.id, events.c.seq == 1))
        .where(
            tickets.c.organisation_id == organisation_id, tickets.c.number > last - RECENT,
            tickets.c.opened_at > since, sa.or_(events.c.actor == person, events.c.actor.in_(theirs)),
        )
        .order_by(tickets.c.number.desc())
    )  # fmt: skip
    return list(session.execute(query).scalars())
