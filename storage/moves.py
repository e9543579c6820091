"""Open tickets under older versions of the policy: counted, and put on the terms of a newer one, some at a time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.changes import record
from storage.core import table
from storage.customers import Plans
from storage.tables import TicketRow
from storage.tickets import get_tickets
from triage.moving import move_terms
from triage.people import Actor
from triage.policy import Policy

_tickets = table(TicketRow)


def count_open(session: Session, organisation_id: int, desk_id: int, *, not_version: int | None = None) -> int:
    """How many tickets of a desk are open; `not_version`: under another version of the policy than that."""
    query = sa.select(sa.func.count()).where(
        _tickets.c.organisation_id == organisation_id,
        _tickets.c.desk_id == desk_id,
        _tickets.c.status != sa.literal_column("'resolved'"),
    )
    if not_version is not None:
        query = query.where(_tickets.c.policy_version != not_version)
    return int(session.execute(query).scalar_one())


def move_some(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session, organisation_id: int, desk_id: int, actor: Actor, policy: Policy, plans: Plans, now: datetime,
    *, after: int, limit: int,
) -> tuple[int | None, int]:  # fmt: skip
    """Put the next open tickets, beyond the row id `after`, on the terms of `policy`.

    Answers where to go on, None at the end, and how many were moved. Every lot is a transaction of its own: commands
    find their turn between them, and what was moved stays so if the rest never is.
    """
    found = get_tickets(
        session, organisation_id, desk_id, after=after, limit=limit, not_version=policy.version, lock=True
    )
    moved = 0
    for stored in found:
        change = move_terms(stored.ticket, actor, now, policy, plans.of(stored.ticket.customer))
        record(session, stored, change, now)
        moved += bool(change)
    return (found[-1].id if len(found) == limit else None), moved
