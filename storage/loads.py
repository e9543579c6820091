"""How much everybody has in hand, and when they were last given something: by these the next assignee is chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.prepared import Prepared, among
from storage.tables.availability import LastAssignedRow
from storage.tables.tickets import OWNED, TicketRow
from triage.assigning import Load
from triage.event import Event
from triage.facts.owning import Assigned

_tickets, _last = table(TicketRow), table(LastAssignedRow)


# Whose they are is written out rather than given as a parameter: only so does SQLite see that the partial index serves.
_COUNTED = {
    engine: Prepared(
        sa.select(_tickets.c.assignee, _tickets.c.severity, sa.func.count())
        .where(
            _tickets.c.organisation_id == sa.bindparam("of"), sa.literal_column(OWNED),
            among(_tickets.c.assignee, "people", engine),
        )
        .group_by(_tickets.c.assignee, _tickets.c.severity)
    )
    for engine in ("sqlite", "postgresql")
}  # fmt: skip
_GIVEN = {
    engine: Prepared(
        sa.select(_last.c.person, _last.c.at).where(
            _last.c.organisation_id == sa.bindparam("of"), among(_last.c.person, "people", engine)
        )
    )
    for engine in ("sqlite", "postgresql")
}


@dataclass(slots=True)
class _Counting:
    open_by_severity: dict[int | None, int] = field(default_factory=dict)
    last_at: datetime | None = None


def loads(session: Session, organisation_id: int, people: Collection[str]) -> dict[str, Load]:
    """What each of these people has who has something, or ever was given something."""
    engine = session.info["engine"]
    asked = {"of": organisation_id, "people": list(people)}
    found: dict[str, _Counting] = {}
    for person, severity, count in _COUNTED[engine].rows(session, asked):
        found.setdefault(person, _Counting()).open_by_severity[severity] = count
    for person, at in _GIVEN[engine].rows(session, asked):
        found.setdefault(person, _Counting()).last_at = at
    return {person: Load(each.open_by_severity, each.last_at) for person, each in found.items()}


def note_assigned(session: Session, organisation_id: int, events: Sequence[Event]) -> None:
    """Remember when people came to a ticket, by what was just recorded of it."""
    given = {
        event.fact.assignee: event.recorded_at
        for event in events
        if isinstance(event.fact, Assigned) and event.fact.assignee not in (None, event.fact.before)
    }
    rows = [{"organisation_id": organisation_id, "person": person, "at": at} for person, at in given.items()]
    upsert(session, LastAssignedRow, rows, key=("organisation_id", "person"))


def join_assigned(session: Session, organisation_id: int, before: str, after: str) -> None:
    """Two people turned out to be one: what counts is when they were last given something under either key."""
    mine = (_last.c.organisation_id == organisation_id, _last.c.person.in_([before, after]))
    latest = session.execute(sa.select(sa.func.max(_last.c.at)).where(*mine)).scalar_one()
    session.execute(sa.delete(_last).where(*mine))
    if latest is not None:
        row = {"organisation_id": organisation_id, "person": after, "at": latest}
        upsert(session, LastAssignedRow, [row], key=("organisation_id", "person"))
