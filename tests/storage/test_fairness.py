"""Nothing starves, however much is more urgent; and what is urgent waits for no more than one that has waited long."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, select

from storage.changes import record
from storage.database import Database
from storage.fairness import WAITED, give_turns, is_starving
from storage.outbox import claim
from storage.outcomes import mark_sent
from storage.tables.outbox import OutboxRow
from storage.tickets import get_ticket
from tests.factories import AGENT, NOW, Home, open_stored, opening
from triage.due import decide_due
from triage.noting import note

LATER = NOW + WAITED + timedelta(minutes=6)


def crowded(session: Session, home: Home) -> list[int]:
    """Two tickets with notes that wait since ten o'clock, and five with a breach of a quarter past."""
    quiet = [open_stored(session, home, change=opening(severity=3)) for _ in range(2)]
    crowd = [open_stored(session, home) for _ in range(5)]
    for each in session.exec(select(OutboxRow)):
        each.state = "sent"
    for stored in quiet:
        found = get_ticket(session, home.organisation_id, stored.number, lock=True)
        record(session, found, note(found.ticket, AGENT, NOW, "one"), NOW)
    at = NOW + timedelta(minutes=16)
    for stored in crowd:
        found = get_ticket(session, home.organisation_id, stored.number, lock=True)
        record(session, found, decide_due(found.ticket, at), at)
    return [stored.id for stored in quiet]


def say(database: Database, now: datetime) -> tuple[int | None, str]:
    def one(session: Session) -> tuple[int | None, str]:
        (item,) = claim(session, now, limit=1)
        mark_sent(session, item, f"m{item.id}", item.channel, now)
        return item.ticket_id, item.kind

    return database.write_now(one)


def test_one_of_a_channel_at_a_time_gets_its_turn_after_ten_minutes(database: Database, home: Home) -> None:
    quiet = database.write_now(lambda session: crowded(session, home))
    before = NOW + WAITED - timedelta(seconds=1)
    assert not database.read_now(lambda session: is_starving(session, before))
    assert database.read_now(lambda session: is_starving(session, LATER))
    assert [database.write_now(lambda session: give_turns(session, LATER)) for _ in range(2)] == [1, 0]
    assert say(database, LATER) == (quiet[0], "note")
    assert say(database, LATER)[1] == "breach", "the other one has to wait until it is looked again"
    assert database.write_now(lambda session: give_turns(session, LATER + timedelta(seconds=5))) == 1
    assert say(database, LATER + timedelta(seconds=5)) == (quiet[1], "note")


def test_many_processes_give_no_more_turns_than_one(database: Database, home: Home) -> None:
    quiet = database.write_now(lambda session: crowded(session, home))
    assert database.write_now(lambda session: give_turns(session, LATER)) == 1
    assert say(database, LATER) == (quiet[0], "note")
    after = [LATER + timedelta(seconds=seconds) for seconds in (1, 2, 3, 4, 5, 5)]
    assert [database.write_now(partial(give_turns, now=at)) for at in after] == [0, 0, 0, 0, 1, 0]


def test_what_a_process_of_the_version_before_has_planned_gets_its_turn_too(database: Database, home: Home) -> None:
    """It knows of no lanes."""
    quiet = database.write_now(lambda session: crowded(session, home))
    database.write_now(lambda session: session.execute(sa.update(OutboxRow).values(lane="")))
    assert database.write_now(lambda session: give_turns(session, LATER)) == 1
    assert say(database, LATER) == (quiet[0], "note")


def test_what_came_up_just_now_waits_for_one_of_them_at_most(database: Database, home: Home) -> None:
    database.write_now(lambda session: crowded(session, home))
    database.write_now(lambda session: give_turns(session, LATER))
    pressing = database.write_now(lambda session: open_stored(session, home, LATER)).id
    said = [say(database, LATER) for _ in range(2)]
    assert (pressing, "card") in said
