"""What looks into the outbox again and again looks at what waits, and not at all that was ever sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from sqlmodel import Session

from storage import outbox
from storage.audit import release_claims, stuck
from storage.behind import set_right
from storage.crowds import find_crowds, is_crowded
from storage.database import Database
from storage.dead_letters import forget_typed
from storage.fairness import is_starving
from storage.figures import figures
from storage.outbox_rows import planned, put
from storage.reach import reach_of, tell_unreached
from storage.refresh import refresh_stale
from storage.set_back import bring_forward, is_ahead
from storage.told_with import near_warnings
from tests.factories import NOW, Home, make_home
from tests.statements import statements
from triage.notice import NoticeKind, Urgency

LOOKS: list[Callable[[Session], object]] = [
    partial(is_crowded, most=300),
    partial(find_crowds, now=NOW, most=lambda _: 1),
    partial(near_warnings, organisation_id=1, ticket_id=1, now=NOW),
    partial(stuck, before=NOW, now=NOW),
    partial(release_claims, before=NOW),
    partial(figures, now=NOW),
    partial(is_ahead, now=NOW),
    partial(bring_forward, now=NOW),
    partial(refresh_stale, now=NOW, most=1),
    partial(forget_typed, now=NOW),
    partial(tell_unreached, now=NOW),
    partial(reach_of, organisation_id=1, platforms=["teams"], now=NOW),
    partial(is_starving, now=NOW),
    outbox.waiting,
    set_right,
]


def wait(session: Session, home: Home, count: int, channel: str = "slack:CDESK", *, behind: int = 0) -> None:
    """So many warnings that wait for that channel, the last ones of them behind others."""
    rows = [
        planned(
            organisation_id=home.organisation_id, platform="slack", channel=channel, kind=NoticeKind.WARNING.value,
            audience="desk", key=f"{channel}.{number}", now=NOW, urgency=Urgency(-1 + number % 3),
        ) | {"behind": number >= count - behind}
        for number in range(count)
    ]  # fmt: skip
    put(session, rows)


def crowded(database: Database, most: int) -> list[str]:
    return [each.channel for each in database.read_now(lambda s: find_crowds(s, NOW, lambda _: most))]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: getattr(look, "func", look).__name__)
def test_no_pass_looks_at_all_that_was_ever_sent(sqlite_database: str, look: Callable[[Session], object]) -> None:
    database = Database(sqlite_database)
    plans: list[str] = []

    def explain(session: Session) -> None:
        wait(session, make_home(session), 12)
        cursor = session.info["cursor"]
        seen: list[str] = []
        cursor.connection.set_trace_callback(seen.append)
        look(session)
        cursor.connection.set_trace_callback(None)
        for statement in seen:
            plans.extend(line[3] for line in cursor.execute(f"EXPLAIN QUERY PLAN {statement}"))

    database.write_now(explain)
    database.close_now()
    assert plans
    assert not [line for line in plans if re.fullmatch("SCAN (outbox|next|each|marked)", line)], plans


def test_a_channel_is_crowded_by_what_waits_in_its_lane_and_behind_that(database: Database, home: Home) -> None:
    database.write_now(lambda session: wait(session, home, 30, behind=6))
    database.write_now(lambda session: wait(session, home, 9, "slack:CQUIET"))
    assert crowded(database, 29) == ["slack:CDESK"]
    assert crowded(database, 30) == []
    assert crowded(database, 5) == ["slack:CDESK"], "nine are said one by one"


def test_channels_that_are_not_crowded_are_not_counted_one_by_one(database: Database, home: Home) -> None:
    def fill(session: Session) -> None:
        for number in range(20):
            wait(session, home, 3, f"slack:C{number}")
        wait(session, home, 70, "slack:CBUSY")

    database.write_now(fill)
    with statements(database) as asked:
        found = database.read_now(lambda session: find_crowds(session, NOW, lambda _: 60, least=60))
    assert [each.channel for each in found] == ["slack:CBUSY"]
    assert len(asked) < 20


def test_a_lane_without_a_name_is_nobodys_channel(database: Database, home: Home) -> None:
    """As an earlier release leaves it."""
    database.write_now(lambda session: wait(session, home, 30, ""))
    assert crowded(database, 5) == []
