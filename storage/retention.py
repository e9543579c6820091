"""What nobody will look for again: requests that were handled and notices that were said, long ago. It is looked for a
window at a time, without holding up whoever writes, and deleted a handful at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.deferred import WORK
from storage.kept import Before
from storage.refresh import Target
from storage.tables.intake import InboxRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow, TicketRow
from storage.turns import waiting
from triage.notice import SUMMARISED, Audience
from triage.ticket import Status

WINDOW = 2000  # rows that are looked through at once
MOST = 40  # rows that one transaction deletes

_inbox, _outbox, _tickets, _bodies = table(InboxRow), table(OutboxRow), table(TicketRow), table(BodyRow)
_OVER = ("sent", "dropped", "failed")
IS_CLOSED = _tickets.c.status.in_([status.value for status in (Status.RESOLVED, Status.DISMISSED)])
CLOSED_AT = sa.func.coalesce(_tickets.c.resolved_at, _tickets.c.opened_at)
_KEY = sa.tuple_(_inbox.c.organisation_id, _inbox.c.event_id)
# An announcement is never planned twice because its row stands there.
_ANNOUNCED = _outbox.c.dedupe_key.startswith("announced.", autoescape=True)
# In a message that others read too: where a text is erased later on, the message is edited.
_SHOWS_TEXT = sa.and_(
    _outbox.c.state == "sent",
    _outbox.c.audience.not_in([Audience.PERSON.value, WORK, *(target.value for target in Target)]),
    sa.or_(_outbox.c.body_id.is_not(None), _outbox.c.kind.in_(sorted(SUMMARISED))),
)
_others = _outbox.alias("others")
# There is no text any more that could be erased there, and nothing of the ticket's is still on its way.
_NOTHING_LEFT = sa.and_(
    ~sa.exists().where(_bodies.c.ticket_id == _outbox.c.ticket_id, _bodies.c.erased_at.is_(None)),
    ~sa.exists().where(_others.c.ticket_id == _outbox.c.ticket_id, waiting(_others)),
)


@dataclass(frozen=True, slots=True)
class Window:
    """What one look found."""

    #: The keys of what may go: a tuple of the organisation and the event of the inbox, an id of the outbox.
    gone: Sequence[tuple[int, str]] | Sequence[int]
    #: Where the next look begins; None: at the beginning, everything has been looked through.
    cursor: tuple[int, str] | int | None


def old_requests(session: Session, before: Before, cursor: tuple[int, str] | None) -> Window:
    """Requests that were handled too long ago to be kept. They are read in the order of their key, since an index by
    time would cost something with each request."""
    query = sa.select(_inbox.c.organisation_id, _inbox.c.event_id, _inbox.c.received_at)
    if cursor is not None:
        query = query.where(sa.tuple_(*map(sa.literal, cursor)) < _KEY)
    rows = session.execute(query.order_by(_inbox.c.organisation_id, _inbox.c.event_id).limit(WINDOW)).all()
    last = (rows[-1].organisation_id, rows[-1].event_id) if len(rows) == WINDOW else None
    old = [row for row in rows if row.received_at < before.of(row.organisation_id, None)]
    return Window([(row.organisation_id, row.event_id) for row in old], last)


def delete_requests(session: Session, keys: Sequence[tuple[int, str]], before: Before) -> int:
    """Forget that these were handled. How many there were."""
    which = _KEY.in_([tuple(key) for key in keys])
    return _delete(session, sa.delete(_inbox).where(which, _inbox.c.received_at < before.newest))


def old_notices(session: Session, before: Before, cursor: int | None) -> Window:
    """Notices and deferred work that have been over for too long to be kept, of tickets that have been closed for as
    long, and of no ticket. Not those that say once for all what is never to be said again, nor messages that show what
    somebody wrote and that is not erased: that may still have to be erased there."""
    ids = sa.select(_outbox.c.id, _outbox.c.planned_at).order_by(_outbox.c.id).limit(WINDOW)
    rows = session.execute(ids if cursor is None else ids.where(_outbox.c.id > cursor)).all()
    if not rows:
        return Window([], None)
    of_none = sa.and_(_outbox.c.ticket_id.is_(None), sa.not_(_ANNOUNCED))
    query = (
        sa.select(
            _outbox.c.id, _outbox.c.organisation_id, _outbox.c.planned_at, _tickets.c.desk_id,
            CLOSED_AT.label("closed_at"),
        )
        .join_from(_outbox, _tickets, _tickets.c.id == _outbox.c.ticket_id, isouter=True)
        .where(
            _outbox.c.id >= rows[0].id, _outbox.c.id <= rows[-1].id, _outbox.c.state.in_(_OVER),
            _outbox.c.planned_at < before.newest, _outbox.c.typed_id.is_(None), _outbox.c.stale_since.is_(None),
            sa.or_(of_none, sa.and_(IS_CLOSED, before.newest > CLOSED_AT)), sa.or_(sa.not_(_SHOWS_TEXT), _NOTHING_LEFT),
        )
        .order_by(_outbox.c.id)
    )  # fmt: skip
    old = [
        row.id
        for row in session.execute(query)
        if max(row.planned_at, row.closed_at or row.planned_at) < before.of(row.organisation_id, row.desk_id)
    ]
    # Rows are planned in the order of their ids, or nearly: beyond these nothing is old enough.
    ends = len(rows) < WINDOW or all(row.planned_at >= before.newest for row in rows)
    return Window(old, None if ends else rows[-1].id)


def delete_notices(session: Session, ids: Sequence[int], before: Before) -> int:
    """Delete these rows of the outbox, unless they wait again, or their messages are to be edited. How many there
    were."""
    still = (
        _outbox.c.state.in_(_OVER), _outbox.c.typed_id.is_(None), _outbox.c.stale_since.is_(None),
        _outbox.c.planned_at < before.newest,
    )  # fmt: skip
    return _delete(session, sa.delete(_outbox).where(_outbox.c.id.in_(list(ids)), *still))


def _delete(session: Session, statement: sa.Delete) -> int:
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
