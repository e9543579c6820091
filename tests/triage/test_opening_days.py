"""What opens on each date: which of the things said of it holds, and in which years it must open at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from triage.hours import Calendar, CalendarError
from triage.opening_days import Dates
from triage.opening_hours import read_openings
from triage.openings import Day

WORK = ("mon", "tue", "wed", "thu", "fri")
OFFICE = {day: [["09:00", "17:00"]] for day in WORK}
MORNING, EVENING, USUAL = [["09:00", "12:00"]], [["18:00", "20:00"]], OFFICE["wed"]


def dates_of(week: Any = OFFICE, holidays: Any = (), exceptions: Any = None, **rules: Any) -> Dates:
    return Dates(read_openings(week, holidays, exceptions, rules))


def on(dates: Dates, day: date) -> Day:
    [(_, hours)] = dates.hours(day.toordinal(), day.toordinal())
    return hours


def test_what_is_special_is_told_of_the_dates_asked_about_and_no_other() -> None:
    around = [f"2026-12-{n}" for n in range(21, 26)]
    every = {f"2026-12-{n}": MORNING for n in range(21, 26)}
    range_ = {"2026-12-21..2026-12-25": MORNING}
    yearly = {"12-21..12-25": MORNING}
    day = date(2026, 12, 23).toordinal()
    morning = ((540, 720),)
    assert dates_of(OFFICE, around).between(day, day) == ({}, {day}, set())
    assert dates_of(OFFICE, around, every).between(day, day) == ({day: morning}, {day}, {day})
    assert dates_of(OFFICE, (), range_).between(day, day) == ({day: morning}, set(), set())
    assert dates_of(OFFICE, yearly=yearly).between(day, day) == ({day: morning}, set(), set())
    two = {day: morning, day + 1: morning}
    assert dates_of(OFFICE, (), range_).between(day, day + 1) == (two, set(), set())
    assert dates_of(OFFICE, around).between(day, day + 1) == ({}, {day, day + 1}, set())


def test_each_date_from_one_to_another_is_told_once() -> None:
    monday = date(2026, 12, 21).toordinal()
    day = ((540, 1020),)
    assert [*dates_of().hours(monday + 3, monday + 5)] == [(monday + 3, day), (monday + 4, day), (monday + 5, ())]


@pytest.mark.parametrize(
    ("exceptions", "yearly", "expected", "note"),
    [
        ({"2026-12-20..2026-12-31": MORNING, "2026-12-23..2026-12-24": EVENING}, {}, EVENING, "the shorter of two"),
        ({"2026-12-15..2026-12-24": MORNING, "2026-12-23..2026-12-31": EVENING}, {}, EVENING, "that begins late"),
        ({"2026-12-10..2026-12-24": MORNING, "2026-12-22..2026-12-23": EVENING}, {}, EVENING, "that ends early"),
        ({"2026-12-22..2026-12-23": EVENING, "2026-12-23..2026-12-31": MORNING}, {}, EVENING, "that begins first"),
        ({"2026-12-20..2026-12-24": MORNING, "2026-12-10..2026-12-23": EVENING}, {}, MORNING, "of the longer, none"),
        ({"2026-12-23..2026-12-24": EVENING, "2026-12-22..2026-12-23": MORNING}, {}, EVENING, "of one length, later"),
        ({"2026-12-22..2026-12-23": [], "2026-12-23..2026-12-24": "open"}, {}, USUAL, "also as usual"),
        ({}, {"12-20..12-31": MORNING, "12-23..12-24": EVENING}, EVENING, "of every year, the shorter"),
        ({}, {"12-10..12-24": MORNING, "12-22..12-23": EVENING}, EVENING, "of every year, that ends early"),
        ({}, {"12-22..12-23": EVENING, "12-23..12-31": MORNING}, EVENING, "of every year, that begins first"),
        ({}, {"12-23": MORNING, "fourth wed of december": EVENING}, EVENING, "of one date, open for less"),
        ({}, {"12-23": EVENING, "fourth wed of december": MORNING}, EVENING, "so the other way round"),
        ({}, {"12-23": MORNING, "fourth wed of december": []}, [], "closed is the least"),
        ({}, {"12-23": MORNING, "fourth wed of december": "open"}, MORNING, "as usual is the most"),
        ({}, {"12-23": "open", "fourth wed of december": [["00:00", "24:00"]]}, [["00:00", "24:00"]], "so it is here"),
        ({}, {"12-23": [["00:00", "24:00"]], "fourth wed of december": "open"}, [["00:00", "24:00"]], "and here"),
    ],
)  # fmt: skip
def test_the_more_particular_of_two_holds(exceptions: Any, yearly: Any, expected: Any, note: str) -> None:
    day = date(2026, 12, 23)
    alone = dates_of(OFFICE, (), {day: expected})
    assert on(dates_of(OFFICE, (), exceptions, yearly=yearly), day) == on(alone, day), note


@pytest.mark.parametrize(
    ("yearly", "day"),
    [
        ("12-24..01-02", date(2027, 1, 2)),
        ("12-31+100", date(2027, 4, 10)),
        ("01-05-10", date(2026, 12, 26)),
        ("12-31+90..12-31+100", date(2027, 4, 10)),
        ("12-31+100..10-08", date(2027, 10, 8)),
    ],
)
def test_what_comes_every_year_may_lie_in_another_than_its_own(yearly: str, day: date) -> None:
    dates = dates_of(OFFICE, yearly={yearly: EVENING})
    assert on(dates, day) == ((1080, 1200),)


@pytest.mark.parametrize(
    ("exceptions", "opens"),
    [
        ({"1899-12-30..1899-12-31": MORNING}, False),
        ({"1899-12-31..1900-01-01": MORNING}, True),
        ({"1900-01-01..1900-01-02": MORNING}, True),
        ({"1999-12-30..1999-12-31": MORNING}, True),
        ({"2000-01-01..2000-01-02": MORNING}, True),
        ({"2200-12-30..2200-12-31": MORNING}, True),
        ({"2200-12-31..2201-01-01": MORNING}, True),
        ({"2201-01-01..2201-01-02": MORNING}, False),
    ],
)
def test_a_calendar_opens_in_the_years_that_time_is_counted_for(exceptions: Any, opens: bool) -> None:
    """Whatever it is made of, also a range by itself."""
    if opens:
        assert Calendar("UTC", {}, exceptions=exceptions).exceptions == exceptions
    else:
        with pytest.raises(CalendarError, match="The calendar never opens"):
            Calendar("UTC", {}, exceptions=exceptions)


def test_it_is_told_whether_only_the_week_and_single_dates_say_when_it_opens() -> None:
    assert dates_of(OFFICE, ["2026-12-25"], {"2026-12-24": MORNING}).regular_only
    assert not dates_of(OFFICE, (), {"2026-12-24..2026-12-25": MORNING}).regular_only
    assert not dates_of(OFFICE, yearly=["12-25"]).regular_only


def test_a_date_has_hours_of_its_own_where_those_of_that_very_date_are_given() -> None:
    exceptions = {"2026-12-24": MORNING, "2026-12-26": [], "2026-12-28": "open", "2026-12-29..2026-12-30": MORNING}
    dates = dates_of(OFFICE, (), exceptions)
    assert [n for n in range(23, 32) if dates.own_hours(date(2026, 12, n))] == [24, 26]
