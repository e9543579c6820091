"""What was said of somebody's tickets while they had quiet hours, and still stands."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.lenient import content_of
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import IS_OPEN, TicketRow
from storage.tickets import get_tickets_by_id
from triage.notice import NoticeKind
from triage.quiet_hours import still_matters

MOST = 50  # tickets that one person is told of

_outbox, _tickets = table(OutboxRow), table(TicketRow)
_NAMING = [
    kind.value
    for kind in (
        NoticeKind.WARNING, NoticeKind.BREACH, NoticeKind.CATCH_UP, NoticeKind.PROPOSAL, NoticeKind.CHASE,
        NoticeKind.CUSTOMER_WROTE, NoticeKind.ASSIGNED, NoticeKind.AGREEMENT,
    )
]  # fmt: skip


def told_in_quiet_hours(
    session: Session, organisation_id: int, desk_id: int, person: str, *, since: datetime, until: datetime
) -> list[int]:
    """The numbers of somebody's open tickets of which something was said between these instants that they still have to
    know."""
    mine = sa.select(_tickets.c.id).where(
        IS_OPEN, _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id,
        _tickets.c.assignee == person,
    )  # fmt: skip
    tickets = {each.id: each for each in get_tickets_by_id(
        session, organisation_id, desk_id, session.execute(mine.limit(MOST)).scalars().all()
    )}  # fmt: skip
    said = sa.select(_outbox.c.ticket_id, _outbox.c.kind, _outbox.c.data, _outbox.c.data_version).where(
        _outbox.c.ticket_id.in_(list(tickets)), _outbox.c.kind.in_(_NAMING),
        _outbox.c.planned_at >= since, _outbox.c.planned_at <= until,
    )  # fmt: skip
    found = {
        tickets[row.ticket_id].number
        for row in session.execute(said)
        if (content := content_of(row.kind, row.data, row.data_version)) is not None
        and still_matters(tickets[row.ticket_id].ticket, content, person)
    }
    return sorted(found)
