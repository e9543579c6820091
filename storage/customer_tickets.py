"""Which of a customer's tickets are shown to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.tables.conversations import ConversationRow
from storage.tables.tickets import IS_OPEN, TicketRow
from storage.tickets import StoredTicket, get_tickets_by_id

_tickets, _conversations = table(TicketRow), table(ConversationRow)


def tickets_of_customer(
    session: Session, organisation_id: int, desk_id: int, customer_key: str, *, resolved_since: datetime,
    is_outside: Callable[[str], bool], reads_along: Callable[[StoredTicket], bool], most: int,
) -> list[StoredTicket]:  # fmt: skip
    """Those at that desk that are open, or were resolved since then, and that they read along: the newest `most`, open
    ones first. They read none along that is in no thread of a customer's and was asked for by nobody who `is_outside`;
    of the others `reads_along` decides."""
    threads = sa.exists().where(_conversations.c.ticket_id == _tickets.c.id, _conversations.c.side == "customer")
    resolved = sa.and_(_tickets.c.status == sa.literal_column("'resolved'"), _tickets.c.resolved_at >= resolved_since)
    ids: list[int] = []
    for state in (IS_OPEN, resolved):
        query = sa.select(_tickets.c.id, _tickets.c.requester, threads.label("has_thread")).where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id,
            _tickets.c.customer_key == customer_key, state,
        )  # fmt: skip
        rows = session.execute(query.order_by(_tickets.c.number.desc()))
        ids += [row.id for row in rows if row.has_thread or is_outside(row.requester)]
    found: list[StoredTicket] = []
    for begin in range(0, len(ids), most):
        some = get_tickets_by_id(session, organisation_id, desk_id, ids[begin : begin + most])
        found += filter(reads_along, some)
        if len(found) >= most:
            break
    return found[:most]
