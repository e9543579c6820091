"""Open tickets under older versions of the policy: counted, and put on the terms of a newer one, some at a time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.changes import record_all
from storage.core import table
from storage.customers import Plans
from storage.foreseen import Foreseen, foresee
from storage.tables.tickets import IS_OPEN, TicketRow
from storage.tickets import get_tickets
from triage.moving import move_terms
from triage.people import Actor
from triage.policy import Policy

_tickets = table(TicketRow)


def open_versions(session: Session, organisation_id: int, desk_id: int) -> dict[int, int]:
    """How many open tickets of a desk run under each version of its policy."""
    query = (
        sa.select(_tickets.c.policy_version, sa.func.count())
        .where(
            _tickets.c.organisation_id == organisation_id,
            _tickets.c.desk_id == desk_id,
            IS_OPEN,
        )
        .group_by(_tickets.c.policy_version)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def foresee_moves(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session, organisation_id: int, desk_id: int, actor: Actor, policy: Policy, plans: Plans, now: datetime,
    *, after: int, limit: int,
) -> list[Foreseen]:  # fmt: skip
    """What a move to the terms of `policy` means for the next `limit` open tickets with numbers beyond `after`. Only
    reads, so that commands go on meanwhile."""
    found = get_tickets(session, organisation_id, desk_id, after=after, limit=limit, not_version=policy.version)
    return [
        foresee(stored, move_terms(stored.ticket, actor, now, policy, *plans.held(stored.ticket.customer)))
        for stored in found
    ]


def record_moves(session: Session, moves: list[Foreseen], now: datetime) -> list[int]:
    """Record these moves, except of tickets that were changed since. The row ids of those exceptions."""
    ids = [move.before.id for move in moves]
    query = sa.select(_tickets.c.id, _tickets.c.version).where(_tickets.c.id.in_(ids)).order_by(_tickets.c.id)
    versions = {row[0]: row[1] for row in session.execute(query.with_for_update(key_share=True))}
    record_all(session, [move for move in moves if versions.get(move.before.id) == move.before.ticket.version], now)
    return [move.before.id for move in moves if versions.get(move.before.id) != move.before.ticket.version]
