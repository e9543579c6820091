"""Which of a customer's tickets are shown to them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.tables.tickets import IS_OPEN, TicketRow
from storage.tickets import StoredTicket, get_tickets_by_id

_tickets = table(TicketRow)


def tickets_of_customer(
    session: Session, organisation_id: int, desk_id: int, customer_key: str, *, resolved_since: datetime, most: int
) -> list[StoredTicket]:
    """The customer's tickets at that desk that are open, or were resolved since then: the newest `most`, open ones
    first."""
    resolved = sa.and_(_tickets.c.status == sa.literal_column("'resolved'"), _tickets.c.resolved_at >= resolved_since)
    ids: list[int] = []
    for state in (IS_OPEN, resolved):
        query = (
            sa.select(_tickets.c.id)
            .where(
                _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id,
                _tickets.c.customer_key == customer_key, state,
            )
            .order_by(_tickets.c.number.desc())
            .limit(most - len(ids))
        )  # fmt: skip
        ids += session.execute(query).scalars()
    return get_tickets_by_id(session, organisation_id, desk_id, ids)
