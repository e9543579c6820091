"""What else somebody is about to be warned of is found, and what they were told of with it is kept."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from scheduler import deadlines
from storage.core import table
from storage.database import Database
from storage.tables import OutboxRow
from storage.told_with import Near, near_warnings, note_told, told_by, told_with
from storage.writing import LONG, is_written, note_writing
from tests.factories import AGENT, NOW, OTHER_AGENT, Home, open_stored
from triage.contents.deadlines import WarningContent

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WARNING = NOW + 10 * MINUTE


async def test_a_warning_is_near_while_it_waits_or_is_due_within_a_minute(database: Database, home: Home) -> None:
    def open_some(session: object) -> list[int]:
        after = (timedelta(0), 30 * SECOND, 3 * MINUTE)
        return [open_stored(session, home, NOW + each).id for each in after]  # type: ignore[arg-type]

    first, second, _ = database.write_now(open_some)

    def near(of: int, now: object) -> list[Near]:
        return database.read_now(lambda s: near_warnings(s, home.organisation_id, of, now))  # type: ignore[arg-type]

    assert near(first, WARNING - 2 * MINUTE) == []
    assert near(first, WARNING) == [Near(second, "response", 1, "left-300")]
    await deadlines.run_once(database, WARNING)
    (planned,) = near(second, WARNING)
    assert (planned.ticket_id, planned.outbox_id is None, planned.broadcast) == (first, False, True)
    sent = update(table(OutboxRow)).values(state="sent")
    database.write_now(lambda session: session.execute(sent))
    assert near(second, WARNING) == []


def test_what_somebody_was_told_of_with_another_is_kept_for_that_deadline(database: Database, home: Home) -> None:
    ticket = database.write_now(lambda session: open_stored(session, home))
    warning = WarningContent("left-300", 1, "response", NOW)
    assert database.read_now(lambda session: told_with(session, ticket.id, warning)) is None
    near = [Near(ticket.id, "response", 1, "left-300")]
    for of in (7, 8):
        database.write_now(
            lambda session, of=of: note_told(session, home.organisation_id, near, of, person=AGENT.id, now=NOW)  # type: ignore[misc]
        )
    assert database.read_now(lambda session: told_with(session, ticket.id, warning)) == (8, AGENT.id, NOW)
    by = [database.read_now(lambda session, of=of: told_by(session, of, NOW)) for of in (7, 8)]  # type: ignore[misc]
    assert by == [[], [Near(ticket.id, "response", 1, "")]], "said again, it says so again"
    other = WarningContent("left-300", 5, "response", NOW)
    assert database.read_now(lambda session: told_with(session, ticket.id, other)) is None


def test_a_form_counts_as_open_for_some_minutes(database: Database, home: Home) -> None:
    ticket = database.write_now(lambda session: open_stored(session, home))

    def open_at(now: object) -> bool:
        return database.read_now(lambda session: is_written(session, ticket.id, now))  # type: ignore[arg-type]

    assert not open_at(NOW)
    for person in (AGENT, OTHER_AGENT):
        database.write_now(
            lambda s, person=person: note_writing(s, home.organisation_id, ticket.id, person.id, NOW)  # type: ignore[misc]
        )
    assert open_at(NOW + LONG - SECOND)
    assert not open_at(NOW + LONG)
