"""Who is about to tell a customer something: they have the form open."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.prepared import Prepared, among
from storage.tables.conversations import WritingRow

LONG = timedelta(
    minutes=5
)  # for so long after it was opened a form is taken to be open: no platform says when it is not

_rows = table(WritingRow)
_OPEN = Prepared(
    sa.select(_rows.c.person).where(
        _rows.c.ticket_id == sa.bindparam("of"), _rows.c.since > sa.bindparam("after", type_=_rows.c.since.type)
    )
)
_OPEN_OF = {
    engine: Prepared(
        sa.select(_rows.c.ticket_id).where(
            among(_rows.c.ticket_id, "tickets", engine),
            _rows.c.since > sa.bindparam("after", type_=_rows.c.since.type),
        )
    )
    for engine in ("sqlite", "postgresql")
}


def note_writing(session: Session, organisation_id: int, ticket_id: int, person: str, now: datetime) -> None:
    """Note that somebody opened such a form."""
    row = {"organisation_id": organisation_id, "ticket_id": ticket_id, "person": person, "since": now}
    upsert(session, WritingRow, [row], key=("ticket_id",))


def written_now(session: Session, ticket_ids: Collection[int], now: datetime) -> set[int]:
    """Those of the tickets of which `is_written` holds."""
    found = _OPEN_OF[session.info["engine"]].rows(session, {"tickets": list(ticket_ids), "after": now - LONG})
    return {ticket_id for (ticket_id,) in found}


def is_written(session: Session, ticket_id: int, now: datetime) -> bool:
    """Whether somebody may be writing to the customer of that ticket at this moment."""
    return bool(_OPEN.rows(session, {"of": ticket_id, "after": now - LONG}))
