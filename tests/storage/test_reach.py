"""A platform to which nothing gets out is said to be down, in the desk's other channels and once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlmodel import Session

from storage.changes import Place, record
from storage.database import Database
from storage.deferred import Work, WorkKind, defer
from storage.outbox import Outgoing, claim
from storage.outcomes import mark_retry, mark_sent
from storage.reach import Reach, reach_of, tell_unreached, unreached
from storage.tickets import get_ticket
from tests.factories import AGENT, NOW, Home, open_stored
from triage.noting import note

ON_SLACK, ON_TEAMS = "slack:CDESK", "teams:19:desk"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def both(database: Database, home: Home) -> Database:
    """A desk with a ticket whose card is up on both platforms."""

    def opened(session: Session) -> None:
        open_stored(session, home, NOW, Place(ON_SLACK, "desk"), Place(ON_TEAMS, "desk"))
        for item in claim(session, NOW, limit=10):
            mark_sent(session, item, f"m{item.id}", item.channel, NOW)

    database.write_now(opened)
    return database


def pass_over(database: Database, home: Home, now: datetime, *, down: str) -> list[Outgoing]:
    """Somebody notes something, everything that is due is sent, and what goes to the platform that is `down` is not.
    What was said."""

    def one(session: Session) -> list[Outgoing]:
        stored = get_ticket(session, home.organisation_id, 1, lock=True)
        record(session, stored, note(stored.ticket, AGENT, now, "Look"), now)
        said = []
        while items := claim(session, now, limit=50):
            for item in items:
                if item.platform == down:
                    mark_retry(session, item, now + MINUTE, "no answer")
                else:
                    mark_sent(session, item, f"n{item.id}", item.channel, now)
                    said.append(item)
        tell_unreached(session, now)
        return said

    return database.write_now(one)


def look(database: Database, home: Home, now: datetime) -> dict[str, Reach]:
    found = partial(reach_of, organisation_id=home.organisation_id, platforms=["slack", "teams"], now=now)
    return {each.platform: each for each in database.read_now(found)}


def test_what_is_still_to_be_shown_to_whoever_asked_is_no_notice_that_waits(both: Database, home: Home) -> None:
    asked = Work(WorkKind.LOOK_UP, "teams:29:ana", {"channel": ON_TEAMS})
    both.write_now(partial(defer, organisation_id=home.organisation_id, work=asked, now=NOW))
    assert look(both, home, NOW)["teams"].waiting == 0


def test_the_other_channel_is_told_once_until_something_gets_out(both: Database, home: Home) -> None:
    said: list[Outgoing] = []
    for minutes in range(1, 12):
        said += pass_over(both, home, NOW + minutes * MINUTE, down="teams")
    told = [item for item in said if item.kind == "unreached"]
    assert [(item.platform, item.channel) for item in told] == [("slack", ON_SLACK)]
    now = look(both, home, NOW + 11 * MINUTE)
    assert (now["slack"].down_since, now["teams"].down_since) == (None, NOW + MINUTE)
    assert now["teams"].waiting >= 1
    down = partial(unreached, organisation_id=home.organisation_id, now=NOW + 11 * MINUTE)
    assert both.read_now(down) == {"teams"}

    pass_over(both, home, NOW + 20 * MINUTE, down="")
    assert look(both, home, NOW + 20 * MINUTE)["teams"].down_since is None
    again = [item for minutes in range(21, 30) for item in pass_over(both, home, NOW + minutes * MINUTE, down="teams")]
    assert [item.kind for item in again].count("unreached") == 1, "another outage is told again"


def test_a_short_one_is_not_worth_a_word(both: Database, home: Home) -> None:
    said = [item for minutes in (1, 2, 3) for item in pass_over(both, home, NOW + minutes * MINUTE, down="teams")]
    assert "unreached" not in {item.kind for item in said}
