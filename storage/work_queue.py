"""The desk's order of work, what of it may wait for a manager, and the figures of what was closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.listing import Listed, listed, with_cards
from storage.tables.customers import CustomerRow
from storage.tables.tickets import IS_OPEN, QUEUED_AS, WANTED, BodyRow, DeadlineRow, EventRow, TicketRow
from storage.tickets import StoredTicket, get_tickets_by_id

_tickets, _bodies = table(TicketRow), table(BodyRow)
_customers, _deadlines, _events = table(CustomerRow), table(DeadlineRow), table(EventRow)
_QUEUED_AS: sa.ColumnElement[str] = sa.literal_column(f"({QUEUED_AS})", sa.String)


def queue(
    session: Session,
    organisation_id: int,
    desk_id: int,
    order: Sequence[str],
    *,
    limit: int,
    offset: int = 0,
    narrowed: Sequence[sa.ColumnElement[bool]] = (),
    platform: str = "",
) -> tuple[list[Listed], int]:
    """A page of a desk's open tickets in the policy's order of work, and how many there are in all; of those alone for
    which the conditions of `narrowed` hold.

    Within one place of the order: by next deadline, then VIP customers first, then the oldest. `platform`: where the
    links to their cards should lead.
    """
    mine = (_tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, IS_OPEN, *narrowed)
    counted = sa.select(_QUEUED_AS, sa.func.count()).where(*mine).group_by(_QUEUED_AS)
    counts: dict[str, int] = {row[0]: row[1] for row in session.execute(counted)}
    places = {name: position for position, name in enumerate(order)}
    shown, before = _on_page(counts, places, limit, offset)
    if not shown:
        return [], sum(counts.values())
    # What was requested for a day has no clock: it stands where its reminder does.
    reminded = sa.select(_deadlines.c.due_at).where(
        _deadlines.c.ticket_id == _tickets.c.id, _deadlines.c.clock == "requested"
    )
    due = sa.func.coalesce(_tickets.c.next_due_at, reminded.scalar_subquery())
    vip = sa.and_(_customers.c.organisation_id == _tickets.c.organisation_id,
                  _customers.c.key == _tickets.c.customer_key, _customers.c.is_vip)  # fmt: skip
    query = (
        listed()
        .where(*mine, _QUEUED_AS.in_(shown))
        .order_by(
            sa.case(places, value=_QUEUED_AS, else_=len(order)), due.is_(None), due,
            ~sa.exists().where(vip), _tickets.c.opened_at, _tickets.c.number,
        )
        .limit(limit)
        .offset(offset - before)
    )  # fmt: skip
    return with_cards(session, organisation_id, query, platform), sum(counts.values())


def _on_page(counts: Mapping[str, int], places: Mapping[str, int], limit: int, offset: int) -> tuple[list[str], int]:
    """The names of the places that a page shows tickets of, and how many tickets stand in the places before: only what
    is shown has to be put in order."""
    standing: dict[int, list[str]] = {}
    for name in counts:
        standing.setdefault(places.get(name, len(places)), []).append(name)
    shown: list[str] = []
    before = passed = 0
    for _, names in sorted(standing.items()):
        here = sum(counts[name] for name in names)
        if passed + here <= offset:
            before += here
        elif passed < offset + limit:
            shown += names
        passed += here
    return shown, before


def unowned(session: Session, organisation_id: int, desk_id: int, limit: int) -> list[int]:
    """The row ids of open tickets that nobody has: by severity, then by next deadline."""
    query = (
        sa.select(_tickets.c.id)
        .where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, IS_OPEN,
            _tickets.c.assignee.is_(None),
        )
        .order_by(
            sa.func.coalesce(_tickets.c.severity, 9), _tickets.c.next_due_at.is_(None), _tickets.c.next_due_at,
            _tickets.c.number,
        )
        .limit(limit)
    )  # fmt: skip
    return list(session.execute(query).scalars())


def pressing(session: Session, organisation_id: int, desk_id: int, limit: int) -> list[StoredTicket]:
    """Open tickets that may need a manager: those at an escalation level, and those for which one was asked for or
    proposed. Highest level first."""
    # Written out rather than as parameters: only so does SQLite see that the partial index serves.
    wanted = sa.exists().where(_events.c.ticket_id == _tickets.c.id, sa.literal_column(WANTED))
    query = (
        sa.select(_tickets.c.id)
        .where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, IS_OPEN,
            sa.or_(_tickets.c.level > 0, wanted),
        )
        .order_by(_tickets.c.level.desc(), _tickets.c.severity, _tickets.c.opened_at)
        .limit(limit)
    )  # fmt: skip
    return get_tickets_by_id(session, organisation_id, desk_id, list(session.execute(query).scalars()))
