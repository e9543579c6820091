"""A row of the outbox that cannot be read fails by itself, and holds up nobody who reads it among others."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import JSON, text
from sqlmodel import Session

from scheduler import deadlines
from storage.catching_up import gather
from storage.cause import Cause
from storage.changes import record
from storage.core import table
from storage.database import Database
from storage.health import health_of
from storage.outbox import claim
from storage.outcomes import mark_failed
from storage.tables.outbox import OutboxRow
from storage.tickets import get_ticket
from storage.told_with import near_warnings
from tests.factories import AGENT, NOW, Home, open_stored
from tests.storage.test_catching_up import BACK, breached
from triage.contents.deadlines import CatchUpContent
from triage.owning import take

WARNING = NOW + timedelta(minutes=10)
BROKEN = pytest.mark.parametrize("data", ["{", "[1]", "{}"])


def spoil(session: Session, data: str, which: str) -> None:
    if data == "{" and session.info["engine"] != "sqlite":
        data = "3"  # PostgreSQL keeps nothing that is no JSON
    session.execute(text(f"UPDATE outbox SET data = :data WHERE {which}"), {"data": data})  # noqa: S608  our own words


@BROKEN
def test_what_waits_is_said_in_one_without_what_cannot_be_read(database: Database, home: Home, data: str) -> None:
    database.write_now(partial(breached, home=home))
    second = "id = (SELECT id FROM outbox WHERE kind = 'breach' ORDER BY id LIMIT 1 OFFSET 1)"
    database.write_now(partial(spoil, data=data, which=second))

    def first(session: Session) -> object:
        (item,) = claim(session, BACK, limit=1)
        said = gather(session, item, BACK)
        return said and said.content

    assert isinstance(database.write_now(first), CatchUpContent)


@BROKEN
async def test_what_is_near_is_found_beside_what_cannot_be_read(database: Database, home: Home, data: str) -> None:
    tickets = [database.write_now(lambda s: open_stored(s, home)).id for _ in range(3)]
    await deadlines.run_once(database, WARNING)
    database.write_now(partial(spoil, data=data, which=f"ticket_id = {tickets[1]} AND kind = 'warning'"))
    near = database.read_now(lambda s: near_warnings(s, home.organisation_id, tickets[0], WARNING))
    assert [each.ticket_id for each in near] == [tickets[2]]


@BROKEN
async def test_a_ticket_can_be_taken_and_health_be_asked_for(database: Database, home: Home, data: str) -> None:
    number = database.write_now(lambda session: open_stored(session, home).number)
    await deadlines.run_once(database, WARNING)
    database.write_now(partial(spoil, data=data, which="kind = 'warning'"))

    def act(session: Session) -> None:
        stored = get_ticket(session, home.organisation_id, number, lock=True)
        record(session, stored, take(stored.ticket, AGENT, WARNING), WARNING)
        said = "UPDATE outbox SET kind = 'catch_up', state = 'sent', sent_at = planned_at WHERE kind = 'warning'"
        session.execute(text(said))

    database.write_now(act)
    assert database.read_now(lambda session: health_of(session, home.organisation_id, WARNING)).notices.sent == 1


@BROKEN
def test_it_becomes_a_dead_letter_that_remembers_what_does_not_count(database: Database, home: Home, data: str) -> None:
    database.write_now(partial(open_stored, home=home))
    database.write_now(partial(spoil, data=data, which="true"))

    def fail(session: Session) -> object:
        (item,) = claim(session, NOW, limit=1)
        mark_failed(session, item, Cause.DEFECT, "defect", missed=3)
        row = session.get_one(OutboxRow, item.id)
        return row.state, row.data

    assert database.write_now(fail) == ("failed", {"undelivered_telling": 3})


def test_whoever_asks_what_the_column_holds_is_told_json() -> None:
    """As whoever forgets somebody does, to change names within it."""
    assert isinstance(table(OutboxRow).c.data.type, JSON)
