"""What waited while its platform was away becomes one notice, whoever dies in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from storage.catching_up import gather, may_be_gathered
from storage.changes import record
from storage.database import Database
from storage.outbox import claim
from storage.tables import OutboxRow
from storage.tickets import get_ticket
from tests.factories import NOW, Home, open_stored
from triage.contents.deadlines import CatchUpContent
from triage.due import decide_due

BREACHES = [timedelta(minutes=15, seconds=1), timedelta(minutes=30, seconds=1), timedelta(minutes=45, seconds=1)]
BACK = NOW + timedelta(minutes=50)


def breached(session: Session, home: Home) -> int:
    """A ticket of severity 1 whose response and update were breached, and whose card stands already."""
    stored = open_stored(session, home)
    for each in session.exec(select(OutboxRow)):
        each.state = "sent"
    for after in BREACHES:
        stored = get_ticket(session, home.organisation_id, stored.number, lock=True)
        record(session, stored, decide_due(stored.ticket, NOW + after), NOW + after)
    return stored.id


def states(database: Database) -> list[tuple[str, str]]:
    def read(session: Session) -> list[Any]:
        return [(row.kind, row.state) for row in session.exec(select(OutboxRow).order_by("id")) if row.kind != "card"]

    return database.read_now(read)


def gathered(database: Database, at: datetime) -> Any:
    def first(session: Session) -> Any:
        (item,) = claim(session, at, limit=1)
        return gather(session, item, at)

    return database.write_now(first)


def test_the_first_says_the_rest_and_nobody_says_it_again(database: Database, home: Home) -> None:
    database.write_now(lambda session: breached(session, home))
    item = gathered(database, BACK)
    assert isinstance(item.content, CatchUpContent)
    assert [(each.clock, each.step) for each in item.content.missed[:1]] == [("response", "breach")]
    assert {each.clock for each in item.content.missed} == {"response", "update"}
    assert states(database)[0] == ("catch_up", "claimed")
    assert {state for _, state in states(database)[1:]} <= {"dropped"}
    # Whoever held it dies before it goes: it is the same one notice.
    again = gathered(database, BACK + timedelta(minutes=2))
    assert (again.id, again.unsure, again.content) == (item.id, True, item.content)


def test_what_comes_in_time_stands_alone(database: Database, home: Home) -> None:
    database.write_now(lambda session: breached(session, home))
    (item,) = database.write_now(lambda session: claim(session, NOW + BREACHES[0], limit=1))
    assert not may_be_gathered(item, NOW + BREACHES[0])
    assert may_be_gathered(item, BACK)
