"""Which dates are not as the week has them, told as somebody needs them who adds up hours by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from triage.hours import Calendar
from triage.openings import Day
from triage.special_dates import Special, SpecialDate

WORK = ("mon", "tue", "wed", "thu", "fri")
OFFICE = {day: [["09:00", "17:00"]] for day in WORK}
NIGHTS = {day: [["22:00", "06:00"]] for day in WORK}
MORNING = ((540, 720),)
# 24 December 2026 is a Thursday.
EVE, CHRISTMAS, SATURDAY = (date(2026, 12, n) for n in (24, 25, 26))


def found(week: Any, *holidays: str, **more: Any) -> list[tuple[date, str, Day]]:
    """From Tuesday 22 December 2026 to Monday 4 January 2027."""
    calendar = Calendar("Europe/Paris", week, holidays, **more)
    special = calendar.special_dates(date(2026, 12, 22), date(2027, 1, 4))
    assert all(isinstance(each, SpecialDate) for each in special)
    return [(each.day, each.what, each.opens) for each in special]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({}, [], id="an ordinary week has none"),
        pytest.param({"exceptions": {EVE: [["09:00", "12:00"]]}}, [(EVE, Special.OPEN, MORNING)], id="a half day"),
        pytest.param({"yearly": {"12-24": [["09:00", "12:00"]]}}, [(EVE, Special.OPEN, MORNING)], id="one every year"),
        pytest.param(
            {"exceptions": {SATURDAY: [["09:00", "12:00"]]}}, [(SATURDAY, Special.OPEN, MORNING)], id="an extra opening"
        ),
        pytest.param({"exceptions": {EVE: [["09:00", "17:00"]]}}, [], id="hours that are the week's all the same"),
        pytest.param({"exceptions": {EVE: []}}, [(EVE, Special.CLOSED, ())], id="closed"),
        pytest.param({"exceptions": {SATURDAY: []}}, [], id="closed when it is so anyway"),
        pytest.param(
            {"exceptions": {"2026-12-24..2026-12-27": []}},
            [(EVE, Special.CLOSED, ()), (CHRISTMAS, Special.CLOSED, ())],
            id="of a range, what would open",
        ),
        pytest.param({"exceptions": {"2026-12-21": [], "2027-01-05": []}}, [], id="none the day before or after"),
        pytest.param(
            {"exceptions": {"2026-12-22": [], "2027-01-04": []}},
            [(date(2026, 12, 22), Special.CLOSED, ()), (date(2027, 1, 4), Special.CLOSED, ())],
            id="the first and the last one asked about",
        ),
    ],
)
def test_a_date_is_special_where_it_does_not_open_as_its_weekday_does(more: Any, expected: Any) -> None:
    assert found(OFFICE, **more) == expected


def test_a_holiday_is_told_from_what_is_closed_otherwise() -> None:
    assert found(OFFICE, "2026-12-25") == [(CHRISTMAS, Special.HOLIDAY, ())]
    assert found(OFFICE, "2026-12-25", exceptions={CHRISTMAS: []}) == [(CHRISTMAS, Special.HOLIDAY, ())]
    assert found(OFFICE, "2026-12-25", exceptions={CHRISTMAS: "open"}) == []
    open_ = {CHRISTMAS: [["09:00", "12:00"]]}
    assert found(OFFICE, "2026-12-25", exceptions=open_) == [(CHRISTMAS, Special.HOLIDAY, MORNING)]
    assert found(OFFICE, "2026-12-26") == []


def test_a_date_that_cuts_the_night_before_it_is_special() -> None:
    """On Saturday nothing opens, but Friday's night runs into it."""
    assert found(NIGHTS, "2026-12-26") == [(SATURDAY, Special.HOLIDAY, ())]
    assert found(NIGHTS, exceptions={SATURDAY: []}) == [(SATURDAY, Special.CLOSED, ())]
    assert found(NIGHTS, "2026-12-27") == []
    own = {EVE: [["22:00", "06:00"]]}
    assert found(NIGHTS, "2026-12-24", exceptions=own) == [(EVE, Special.HOLIDAY, ((1320, 1800),))]
    short = {CHRISTMAS: [["20:00", "24:00"]]}
    shortened = (CHRISTMAS, Special.OPEN, ((1200, 1440),))
    assert found(NIGHTS, "2026-12-26", exceptions=short) == [shortened], "up to midnight there is nothing to cut"
    minute = {CHRISTMAS: [["20:00", "00:01"]]}
    assert found(NIGHTS, "2026-12-26", exceptions=minute)[1:] == [(SATURDAY, Special.HOLIDAY, ())]


def test_the_first_date_of_another_week_is_told() -> None:
    new_year = date(2027, 1, 1)
    later = [{"from": new_year, "weekly_hours": OFFICE | {"fri": [["09:00", "12:00"]]}, "holidays": ["2027-01-04"]}]
    monday = (date(2027, 1, 4), Special.HOLIDAY, ())
    assert found(OFFICE, periods=later) == [(new_year, Special.WEEK, ()), monday]
    assert found(OFFICE, "2027-01-01", periods=later) == [
        (new_year, Special.WEEK, ()), (new_year, Special.HOLIDAY, ()), monday,
    ]  # fmt: skip


def test_the_week_on_a_date_is_that_of_its_period() -> None:
    short = {"mon": [["09:00", "12:00"]]}
    weeks = [OFFICE, short]
    calendar = Calendar(
        "UTC", OFFICE, periods=[
            {"from": "2027-01-01", "weekly_hours": short},
            {"from": "2027-02-01", "weeks": weeks, "weeks_from": "2027-01-27"},
        ],
    )  # fmt: skip
    assert calendar.week_on(date(2026, 12, 31)) == {"weekly_hours": OFFICE}
    assert calendar.week_on(date(2027, 1, 1)) == {"weekly_hours": short}
    assert calendar.week_on(date(2027, 2, 1)) == {"weeks": weeks, "weeks_from": "2027-01-25"}


def test_the_local_date_is_that_of_the_zone() -> None:
    calendar = Calendar("Pacific/Apia", OFFICE)
    assert calendar.local_date(1325239199) == date(2011, 12, 29), "a second before midnight"
    assert calendar.local_date(1325239200) == date(2011, 12, 31), "the 30th was left out there"
