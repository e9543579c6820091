"""What fell due for a desk and was done. A row is written in the transaction of what was done, so that it is done
exactly once, whatever the number of processes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add_new, table
from storage.tables.desks import DeskDoneRow
from triage.desk_agenda import DeskDue

_rows = table(DeskDoneRow)


def note_done(session: Session, organisation_id: int, desk_id: int, due: DeskDue, now: datetime) -> bool:
    """Record that it is done. False where it was already; whoever does it at this moment is waited for."""
    row = {
        "organisation_id": organisation_id, "desk_id": desk_id, "kind": due.kind, "key": due.key, "at": due.at,
        "done_at": now,
    }  # fmt: skip
    return add_new(session, DeskDoneRow, row, key=("organisation_id", "desk_id", "kind", "key", "at"))


def done_since(session: Session, organisation_id: int, desk_id: int, since: datetime) -> set[DeskDue]:
    """What fell due after `since` and was done."""
    query = sa.select(_rows.c.at, _rows.c.kind, _rows.c.key).where(
        _rows.c.organisation_id == organisation_id, _rows.c.desk_id == desk_id, _rows.c.at > since
    )
    return {DeskDue(*row) for row in session.execute(query)}


def forget_done(session: Session, before: datetime) -> None:
    """Delete what fell due before that, which nobody will look for again."""
    session.execute(sa.delete(_rows).where(_rows.c.at < before))
