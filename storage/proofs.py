"""The tickets of a customer that a month's proof is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.tables.tickets import TicketRow
from storage.tickets import StoredTicket, get_tickets_by_id

AT_ONCE = 200  # tickets that are held in memory

_tickets = table(TicketRow)


def resolved_of(
    session: Session, organisation_id: int, desk_id: int, customer_key: str, *, since: datetime, until: datetime
) -> Iterator[StoredTicket]:
    """The customer's tickets at that desk that were resolved from `since` until before `until`, in that order. One that
    was merged counts with the ticket that went on."""
    query = (
        sa.select(_tickets.c.id)
        .where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id,
            _tickets.c.status == sa.literal_column("'resolved'"), _tickets.c.customer_key == customer_key,
            _tickets.c.resolved_at >= since, _tickets.c.resolved_at < until,
        )
        .order_by(_tickets.c.resolved_at, _tickets.c.number)
    )  # fmt: skip
    ids = list(session.execute(query).scalars())
    for place in range(0, len(ids), AT_ONCE):
        for stored in get_tickets_by_id(session, organisation_id, desk_id, ids[place : place + AT_ONCE]):
            if stored.ticket.merged_into is None:
                yield stored
