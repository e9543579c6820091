"""When a desk is told what it asked to be told at fixed times: on its days, in its zone, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from triage.briefing import MORNING, WEEKLY, Briefings, Weekly, closed_since, end_of_day, is_late
from triage.desk import Desk
from triage.desk_agenda import BRIEFING, upcoming
from triage.hours import ELAPSED, Calendar
from triage.policy import Policy
from triage.roster import Roster

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
PARIS = Desk(timezone="Europe/Paris", hours=Calendar("Europe/Paris", WEEK, holidays=["2026-11-11"]))
ALWAYS = Desk(timezone="Europe/Paris", hours=ELAPSED)
EVERY = Briefings(time(8, 30), Weekly(0, time(9)))
MONDAY = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)


def due(desk: Desk, wanted: Briefings, since: datetime, days: int) -> list[tuple[str, str]]:
    found = upcoming(Roster(), Policy(desk=desk, briefings=wanted), since, since + timedelta(days=days))
    return [(each.key, f"{each.at:%d %H:%M}") for each in found if each.kind == BRIEFING]


def test_the_morning_is_told_on_days_on_which_the_desk_is_open_and_the_week_once() -> None:
    assert due(PARIS, EVERY, MONDAY, 8) == [
        (MORNING, "09 07:30"), (WEEKLY, "09 08:00"), (MORNING, "10 07:30"), (MORNING, "12 07:30"),
        (MORNING, "13 07:30"), (MORNING, "16 07:30"), (WEEKLY, "16 08:00"),
    ]  # fmt: skip


def test_nothing_is_told_unless_it_was_asked_for() -> None:
    assert due(PARIS, Briefings(), MONDAY, 30) == []


@pytest.mark.parametrize(
    ("since", "at", "told"),
    [
        (datetime(2026, 3, 27, tzinfo=UTC), time(8, 30), ["27 07:30", "28 07:30", "29 06:30", "30 06:30"]),
        (datetime(2026, 3, 27, tzinfo=UTC), time(2, 30), ["27 01:30", "28 01:30", "29 01:30", "30 00:30"]),
        (datetime(2026, 10, 23, 1, tzinfo=UTC), time(2, 30), ["24 00:30", "25 00:30", "26 01:30"]),
    ],
    ids=["its hour stays", "an hour that is skipped", "an hour that comes twice"],
)
def test_whatever_the_clocks_do_it_is_told_once_a_day(since: datetime, at: time, told: list[str]) -> None:
    until = datetime(2026, since.month, 30 if since.month == 3 else 26, 12, tzinfo=UTC)
    found = upcoming(Roster(), Policy(desk=ALWAYS, briefings=Briefings(at)), since, until)
    assert [f"{each.at:%d %H:%M}" for each in found if each.kind == BRIEFING] == told


def test_it_never_depends_on_when_it_is_asked_for() -> None:
    def found(since: datetime, until: datetime) -> list[datetime]:
        each = upcoming(Roster(), Policy(desk=PARIS, briefings=EVERY), since, until)
        return [due.at for due in each if due.kind == BRIEFING]

    until = MONDAY + timedelta(days=14)
    whole = found(MONDAY, until)
    for hours in range(0, 14 * 24, 5):
        since = MONDAY + timedelta(hours=hours)
        assert found(since, until) == [at for at in whole if at > since]


def test_hours_late_a_morning_is_not_told_and_a_week_is_until_the_evening() -> None:
    for key, hours in ((MORNING, 1), (WEEKLY, 12)):
        assert not is_late(key, MONDAY, MONDAY + timedelta(hours=hours))
        assert is_late(key, MONDAY, MONDAY + timedelta(hours=hours, seconds=1))


def test_what_was_missed_is_told_since_the_desk_closed() -> None:
    monday, tuesday = (datetime(2026, 11, day, 7, 30, tzinfo=UTC) for day in (9, 10))
    assert closed_since(PARIS, monday) == datetime(2026, 11, 6, 16, tzinfo=UTC)
    assert closed_since(PARIS, tuesday) == datetime(2026, 11, 9, 16, tzinfo=UTC)
    assert closed_since(PARIS, datetime(2026, 11, 12, 9, tzinfo=UTC)) == datetime(2026, 11, 10, 16, tzinfo=UTC)
    assert closed_since(ALWAYS, monday) == monday - timedelta(days=1)
    assert end_of_day(PARIS, monday) == datetime(2026, 11, 9, 23, tzinfo=UTC)
