"""Deleting all that was done for an organisation since its first start: the Reset of the local workspace. Never used
beside a real platform."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlmodel import Session

from storage.core import table
from storage.tables.accounts import AccountJoinRow, AccountRow, UserGroupRow
from storage.tables.channels import ChannelRow, MemberRow
from storage.tables.desks import DeskRow
from storage.tables.organisations import InstallationRow, OrganisationRow
from storage.tables.programs import ApiKeyRow, WebhookRow
from storage.tables.table import Table
from storage.tables.tickets import TicketRow

STAYS = (
    OrganisationRow, InstallationRow, DeskRow, AccountRow, AccountJoinRow, ChannelRow, MemberRow, UserGroupRow,
    ApiKeyRow, WebhookRow,
)  # fmt: skip
"""What the platform told of itself and its people, who of them is who, the keys of programs and their webhooks: it is
the same after a reset."""


def forget_everything(session: Session, organisation_id: int) -> None:
    """Delete tickets, policies, customers, absences and all that belongs to them. Ticket numbers start from 1 again."""
    tickets = table(TicketRow)
    session.execute(select(tickets.c.id).where(tickets.c.organisation_id == organisation_id).with_for_update())
    kept = {table(row).name for row in STAYS}
    for rows in reversed(Table.metadata.sorted_tables):  # what points at others before what they are
        if rows.name not in kept and "organisation_id" in rows.c:
            session.execute(delete(rows).where(rows.c.organisation_id == organisation_id))
    channels = table(ChannelRow)
    never_tried = dict.fromkeys(("private_works", "private_tried_at"))  # it may have been at a later time than now
    session.execute(update(channels).where(channels.c.organisation_id == organisation_id).values(never_tried))
    organisations = table(OrganisationRow)
    session.execute(update(organisations).where(organisations.c.id == organisation_id).values(last_number=0))
