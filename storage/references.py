"""What tickets are called elsewhere: in other help desks, by carriers (`triage.referring`)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.tables.tickets import BodyRow, EventRow
from triage.event import Kind
from triage.referring import read
from triage.words import folded

_events, _bodies = table(EventRow), table(BodyRow)


def called(session: Session, ticket_ids: Sequence[int], ref: str) -> list[int]:
    """Those of these tickets that have exactly that number elsewhere, in the same order. `ref`: without case and
    accents (`triage.words.Query`)."""
    query = (
        sa.select(_events.c.ticket_id, _events.c.seq, _events.c.kind, _events.c.data, _bodies.c.text)
        .outerjoin(_bodies, _bodies.c.id == _events.c.body_id)
        .where(_events.c.ticket_id.in_(ticket_ids), _events.c.kind.in_([Kind.REFERENCED, Kind.UNREFERENCED]))
        .order_by(_events.c.ticket_id, _events.c.seq)
    )
    found: set[tuple[int, int]] = set()
    for ticket_id, seq, kind, data, text in session.execute(query) if ticket_ids else ():
        if kind == Kind.UNREFERENCED:
            found.discard((ticket_id, data["of"]))
        elif folded(read(text or "").number) == ref:
            found.add((ticket_id, seq))
    so_called = {ticket_id for ticket_id, _ in found}
    return [each for each in ticket_ids if each in so_called]
