"""What was said within a day is counted, with how late it was."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from bot.wording.health import health_lines
from bot.wording.sentences import plain
from bot.wording.speech import Speech
from scheduler import deadlines
from storage.audit import take_turn
from storage.core import table
from storage.database import Database
from storage.health import MOST, Health, Notices, health_of
from storage.tables.outbox import OutboxRow
from tests.factories import NOW, Home, open_stored

_rows = table(OutboxRow)
MINUTE = timedelta(minutes=1)


async def test_lateness_counts_from_when_something_was_due_and_not_from_when_it_was_planned(
    database: Database, home: Home
) -> None:
    database.write_now(lambda session: open_stored(session, home))
    await deadlines.run_once(database, NOW + 11 * MINUTE)  # the warning was due a minute ago
    sent = update(_rows).where(_rows.c.kind == "warning").values(state="sent", sent_at=NOW + 12 * MINUTE)
    database.write_now(lambda session: session.execute(sent))
    health = database.read_now(lambda session: health_of(session, home.organisation_id, NOW + 12 * MINUTE))
    assert health.notices == Notices(planned=1, sent=1, late_half=120, late_most=120)
    assert health.next_due == NOW + 15 * MINUTE + timedelta(seconds=1)
    later = database.read_now(lambda session: health_of(session, home.organisation_id, NOW + timedelta(days=2)))
    assert later.notices == Notices()


async def test_what_was_missed_in_an_outage_was_as_late_as_the_first_of_it(database: Database, home: Home) -> None:
    database.write_now(lambda session: open_stored(session, home))
    await deadlines.run_once(database, NOW + 60 * MINUTE)
    database.write_now(lambda session: session.execute(update(_rows).values(state="sent", sent_at=NOW + 60 * MINUTE)))
    notices = database.read_now(lambda session: health_of(session, home.organisation_id, NOW + 61 * MINUTE)).notices
    assert notices.late_most == 50 * 60


@pytest.mark.parametrize(
    ("state", "counted"),
    [("pending", "waiting"), ("claimed", "waiting"), ("dropped", "withheld"), ("failed", "failed")],
)
async def test_what_was_not_sent_is_told_apart(database: Database, home: Home, state: str, counted: str) -> None:
    database.write_now(lambda session: open_stored(session, home))
    await deadlines.run_once(database, NOW + 10 * MINUTE)
    database.write_now(lambda session: session.execute(update(_rows).values(state=state)))
    notices = database.read_now(lambda session: health_of(session, home.organisation_id, NOW + 10 * MINUTE)).notices
    assert (getattr(notices, counted), notices.planned, notices.sent) == (1, 1, 0)
    assert MOST > 1000


def test_the_auditor_has_stopped_where_it_did_not_look_for_long_and_not_where_time_was_moved_by_hand(
    database: Database, home: Home
) -> None:
    database.write_now(lambda session: take_turn(session, NOW, None))
    for moved_at, is_watched in ((None, False), (NOW + 10 * MINUTE, True), (NOW - MINUTE, False)):
        look = partial(health_of, organisation_id=home.organisation_id, now=NOW + 11 * MINUTE, moved_at=moved_at)
        assert database.read_now(look).is_watched is is_watched


def test_where_nobody_ever_looked_all_is_well_only_until_something_has_waited_for_long() -> None:
    assert Health(NOW).is_well
    assert Health(NOW, next_due=NOW + timedelta(hours=1)).is_well
    assert not Health(NOW, next_due=NOW - timedelta(minutes=6)).is_well
    assert Health(NOW, notices=Notices(waits_since=NOW - timedelta(minutes=4))).is_well
    never = Health(NOW, notices=Notices(waits_since=NOW - timedelta(minutes=6)))
    assert not never.is_well
    for language, says in (("en", "never checked"), ("fr", "jamais vérifiés")):
        line, good = health_lines(Speech(language), never)[0]
        assert says in plain(line)
        assert not good
