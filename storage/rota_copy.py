"""What was last read of the calendar that a desk's rota is kept in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.tables.on_call import RotaCopyRow

_rows = table(RotaCopyRow)


@dataclass(frozen=True, slots=True)
class Copy:
    """A calendar as it was last read."""

    #: Its address or path.
    source: str
    #: From when, until when, and by which names the calendar calls whoever is on call, the likeliest first.
    spans: tuple[tuple[datetime, datetime, tuple[str, ...]], ...]
    #: When it could last be read; None: never.
    read_at: datetime | None
    #: Why it could not be read the last time that was tried; None: it could.
    problem: str | None


def load_copy(session: Session, organisation_id: int, desk_id: int, source: str) -> Copy | None:
    """The copy of that calendar. None where it was never tried, or another is kept."""
    query = sa.select(_rows.c.source, _rows.c.spans, _rows.c.read_at, _rows.c.problem).where(
        _rows.c.organisation_id == organisation_id, _rows.c.desk_id == desk_id, _rows.c.source == source
    )
    found = session.execute(query).first()
    if found is None:
        return None
    spans = tuple(
        (datetime.fromisoformat(start), datetime.fromisoformat(end), tuple(names)) for start, end, names in found.spans
    )
    return Copy(found.source, spans, found.read_at, found.problem)


def save_copy(
    session: Session,
    organisation_id: int,
    desk_id: int,
    *,
    source: str,
    spans: list[Any] | None,
    problem: str | None,
    now: datetime,
) -> bool:
    """Keep what was read, or, where it could not be (`spans` is None), why. The last good copy stays. Whether what is
    kept is another than before."""
    known = load_copy(session, organisation_id, desk_id, source)
    before = [] if known is None else [[a.isoformat(), b.isoformat(), list(names)] for a, b, names in known.spans]
    read_at = None if known is None else known.read_at
    changed = spans is not None and (known is None or spans != before)
    row = {
        "organisation_id": organisation_id, "desk_id": desk_id, "source": source, "tried_at": now, "problem": problem,
        "spans": before if spans is None else spans, "read_at": now if changed else read_at,
    }  # fmt: skip
    upsert(session, RotaCopyRow, [row], key=("organisation_id", "desk_id"))
    return changed
