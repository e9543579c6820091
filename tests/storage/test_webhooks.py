"""What other programs are told is planned with the change, whoever makes it, on either engine."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from scheduler import deadlines
from storage.changes import record
from storage.database import Database
from storage.dead_letters import Which, find_entries
from storage.reset import forget_everything
from storage.tickets import get_ticket
from storage.webhooks import (
    WEBHOOK,
    add_webhook,
    channel_of,
    earlier_waits_until,
    end_webhook,
    list_webhooks,
    note_failure,
    note_success,
    replay,
)
from tests.factories import AGENT, NOW, Home, make_home, open_stored
from triage.noting import note


def waiting(database: Database) -> list[int]:
    which = Which(states=("pending",), kind=WEBHOOK)
    return [entry.id for entry in database.read_now(lambda session: find_entries(session, which))]


def add(database: Database, home: Home, *events: str) -> int:
    make = partial(
        add_webhook, organisation_id=home.organisation_id, desk_id=home.desk_id, url="https://example.com",
        events=events, with_text=False, by="ada", now=NOW,
    )  # fmt: skip
    return database.write_now(make)


async def test_an_opening_a_change_and_what_falls_due_are_planned_for_each_webhook(database: Database) -> None:
    home = database.write_now(make_home)
    quiet = database.write_now(partial(open_stored, home=home))
    assert quiet.is_told is False
    first, second = add(database, home), add(database, home, "deadline")
    opened = database.write_now(partial(open_stored, home=home))
    assert opened.is_told is True
    assert len(waiting(database)) == len(opened.events)
    stored = database.read_now(lambda session: get_ticket(session, home.organisation_id, opened.number))
    database.write_now(lambda session: record(session, stored, note(stored.ticket, AGENT, NOW, "seen"), NOW))
    of_first = waiting(database)
    waits = partial(earlier_waits_until, ticket_id=opened.id, channel=channel_of(first), row_id=of_first[-1])
    assert database.read_now(waits) == NOW
    assert database.read_now(partial(waits, row_id=of_first[0])) is None
    database.write_now(partial(end_webhook, webhook_id=first, by="ada", now=NOW))
    for _ in range(3):
        database.write_now(partial(open_stored, home=home))
    for hours in (1, 8, 24):
        await deadlines.run_once(database, NOW + timedelta(hours=hours))
    of_second = waiting(database)[len(of_first) :]
    assert len(of_second) >= 4, "of several tickets that were read at once, too"
    assert database.write_now(partial(replay, webhook_id=second, since=NOW, now=NOW)) == 0, "all of it waits still"


def test_how_often_it_failed_in_a_row_and_since_when_is_on_record(database: Database) -> None:
    home = database.write_now(make_home)
    made = add(database, home)
    for seconds in (0, 5):
        fail = partial(note_failure, webhook_id=made, reason="it answered 500", now=NOW + timedelta(seconds=seconds))
        database.write_now(fail)
    (failing,) = database.read_now(list_webhooks)
    assert (failing.failures, failing.failing_since, failing.failed_because) == (2, NOW, "it answered 500")
    database.write_now(partial(note_success, webhook_id=made))
    (well,) = database.read_now(list_webhooks)
    assert (well.failures, well.failing_since) == (0, None)


def test_a_webhook_outlives_a_reset_of_the_local_workspace(database: Database) -> None:
    home = database.write_now(make_home)
    made = add(database, home)
    database.write_now(partial(open_stored, home=home))
    database.write_now(partial(forget_everything, organisation_id=home.organisation_id))
    assert [each.id for each in database.read_now(list_webhooks)] == [made]
    assert waiting(database) == []
