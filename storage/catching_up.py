"""What waited while its platform could not be reached: of each ticket, warnings, breaches and proposals become one
catch-up once it can (what must always hold: 2). Last calls that can still help stand beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.lenient import content_of
from storage.outbox import Outgoing, hold
from storage.tables.outbox import OutboxRow
from storage.tickets import get_ticket_by_id
from triage.catching_up import OUTAGE, gathered
from triage.contents.deadlines import WarningContent
from triage.notice import Content, NoticeKind
from triage.still_true import still_true

_rows = table(OutboxRow)
_LATE = (NoticeKind.BREACH, NoticeKind.CATCH_UP)


def may_be_gathered(item: Outgoing, now: datetime) -> bool:
    """Whether it comes so late that others may wait behind it which say more of the same."""
    if now - item.planned_at <= OUTAGE:
        return False
    if item.kind == NoticeKind.WARNING:
        return not _is_call(item.content)
    return item.kind in (*_LATE, NoticeKind.AGREEMENT)


def _is_call(content: Content) -> bool:
    return isinstance(content, WarningContent) and content.last_call


def gather(session: Session, item: Outgoing, now: datetime) -> Outgoing | None:
    """`item`, which says from now on what else waits in its conversation as well; nothing else does any more. As it was
    where nothing does, or where it is not worth saying. Durable, so that whoever dies in between repeats nothing. None
    where the claim is somebody else's by now, who may be saying it."""
    if item.ticket_id is None or item.conversation_id is None:
        return item
    if not hold(session, item):
        return None
    ticket = get_ticket_by_id(session, item.organisation_id, item.ticket_id).ticket
    if not still_true(ticket, item.content, now):
        return item
    behind = [
        (row, content)
        for row in session.execute(_behind(item, now))
        if (content := content_of(row.kind, row.data, row.data_version)) is not None
        and still_true(ticket, content, now)
        and not _is_call(content)
    ]
    if not behind:
        return item
    content = gathered([
        (item.content, item.planned_at), *((content, row.planned_at) for row, content in behind)
    ])  # fmt: skip
    whole = replace(
        item, kind=content.KIND.value, data=content.to_data(), data_version=content.VERSION,
        seq=max((row.seq for row, _ in behind if row.seq is not None), default=item.seq),
        broadcast=item.broadcast or any(row.broadcast for row, _ in behind),
    )  # fmt: skip
    said = {name: getattr(whole, name) for name in ("kind", "data", "data_version", "seq", "broadcast")}
    session.execute(sa.update(_rows).where(_rows.c.id == item.id).values(said))
    over = sa.update(_rows).where(_rows.c.id.in_([row.id for row, _ in behind]))
    session.execute(over.values(state="dropped", said_in=item.id, reason=f"said in one with {item.id}"))
    return whole


def _behind(item: Outgoing, now: datetime) -> sa.Select[Any]:
    """What waits behind it and is not in doubt. A proposal, most warnings and what is said of an agreement stand in the
    thread alone, wherever the rest stands."""
    alike = _rows.c.broadcast == item.broadcast if item.kind in _LATE else sa.true()
    return (
        sa.select(
            _rows.c.id, _rows.c.kind, _rows.c.data, _rows.c.data_version, _rows.c.planned_at, _rows.c.seq,
            _rows.c.broadcast,
        )
        .where(
            _rows.c.conversation_id == item.conversation_id, _rows.c.id > item.id, _rows.c.state == "pending",
            ~_rows.c.unsure, _rows.c.not_before <= now,
            sa.or_(
                sa.and_(_rows.c.kind.in_(_LATE), alike),
                _rows.c.kind.in_([NoticeKind.PROPOSAL, NoticeKind.WARNING, NoticeKind.AGREEMENT]),
            ),
        )
        .order_by(_rows.c.id)
        .with_for_update(skip_locked=True)  # a digest may be taking them in at this moment
    )  # fmt: skip
