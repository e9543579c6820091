"""The calendars of cases: dates with hours of their own, periods, alternating weeks, and calendars built on others."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from triage.case_fields import Case
from triage.cases import evaluate_line

DAY = [["09:00", "17:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)
OFFICE = {"timezone": "UTC", "weekly_hours": WEEK}
NIGHTS = {"timezone": "UTC", "weekly_hours": {day: [["22:00", "06:00"]] for day in WEEK}}


def answer(case: dict[str, Any]) -> dict[str, Any]:
    return evaluate_line(1, json.dumps({"id": 1, **case}).encode())


def opened(calendar: dict[str, Any], start: str, count: int) -> list[str]:
    """The first stretches from a local date on, as `2026-12-24 09:00-12:00`; the end's date where it is another."""
    case = {"kind": "open_intervals", **calendar, "start": f"{start}T00:00:00Z", "count": count}
    found = answer(case)
    assert "result" in found, found
    return [f"{a[:10]} {a[11:16]}-{b[11:16] if a[:10] == b[:10] else b[:16]}" for a, b in found["result"]]


@pytest.mark.parametrize(
    ("fields", "start", "expected", "note"),
    [
        (
            {"exceptions": {"2026-12-24": [["09:00", "12:00"]], "2026-12-25": []}},
            "2026-12-24",
            ["2026-12-24 09:00-12:00", "2026-12-28 09:00-17:00"],
            "half a day, and a closed one",
        ),
        (
            {"exceptions": {"2026-12-26": [["10:00", "14:00"]]}},
            "2026-12-26",
            ["2026-12-26 10:00-14:00", "2026-12-28 09:00-17:00"],
            "an extra opening",
        ),
        (
            {"exceptions": {"2026-12-24..2026-12-31": []}},
            "2026-12-23",
            ["2026-12-23 09:00-17:00", "2027-01-01 09:00-17:00"],
            "a range that is closed",
        ),
        (
            {"exceptions": {"2026-12-24..2026-12-31": [], "2026-12-28..2026-12-29": [["10:00", "11:00"]],
                            "2026-12-29": [["12:00", "13:00"]]}},
            "2026-12-24",
            ["2026-12-28 10:00-11:00", "2026-12-29 12:00-13:00", "2027-01-01 09:00-17:00"],
            "a date before a range, a shorter range before a longer one",
        ),
        (
            {"holidays": ["2026-12-25"], "exceptions": {"2026-12-24..2026-12-26": [["10:00", "11:00"]]}},
            "2026-12-24",
            ["2026-12-24 10:00-11:00", "2026-12-26 10:00-11:00"],
            "a range opens no holiday",
        ),
        (
            {"holidays": ["2026-12-25"], "exceptions": {"2026-12-25": [["10:00", "11:00"]]}},
            "2026-12-25",
            ["2026-12-25 10:00-11:00"],
            "that very date does",
        ),
        (
            {"holidays": ["2026-12-25"], "exceptions": {"2026-12-25": "open"}},
            "2026-12-25",
            ["2026-12-25 09:00-17:00"],
            "as usual although a holiday",
        ),
        (
            {"yearly": {"12-24": [["09:00", "12:00"]], "12-25": []}},
            "2027-12-24",
            ["2027-12-24 09:00-12:00", "2027-12-27 09:00-17:00"],
            "every year",
        ),
        (
            {"yearly": ["last mon of may", "easter+1", "easter-2"]},
            "2027-03-25",
            ["2027-03-25 09:00-17:00", "2027-03-30 09:00-17:00"],
            "a list of dates is closed",
        ),
        (
            {"yearly": ["last mon of may", "first mon of september", "third thu of november"]},
            "2027-05-31",
            ["2027-06-01 09:00-17:00"],
            "a weekday of a month",
        ),
        (
            {"yearly": {"12-24..01-02": [], "12-29": [["10:00", "11:00"]]}},
            "2026-12-24",
            ["2026-12-29 10:00-11:00", "2027-01-04 09:00-17:00"],
            "a range over the turn of the year, and a date in it",
        ),
        (
            {"yearly": {"12-24": []}, "exceptions": {"2026-12-21..2026-12-24": [["10:00", "11:00"]]}},
            "2026-12-24",
            ["2026-12-24 10:00-11:00", "2026-12-25 09:00-17:00"],
            "a range of dates before a date that comes every year",
        ),
        (
            {"yearly": {"12-25": [["10:00", "11:00"]]}, "holidays": ["2026-12-25"]},
            "2026-12-25",
            ["2026-12-28 09:00-17:00"],
            "what comes every year opens no holiday",
        ),
        (
            {"yearly": {"01-01": [["10:00", "11:00"]], "first fri of january": [["12:00", "12:30"]]}},
            "2027-01-01",
            ["2027-01-01 12:00-12:30"],
            "of two that meet, the one that is open for less",
        ),
        (
            {"yearly": {"02-29": []}},
            "2028-02-28",
            ["2028-02-28 09:00-17:00", "2028-03-01 09:00-17:00"],
            "29 February in a leap year",
        ),
        (
            {"yearly": {"02-29": []}},
            "2027-02-26",
            ["2027-02-26 09:00-17:00", "2027-03-01 09:00-17:00"],
            "and in no other",
        ),
        (
            {"periods": [{"from": "2027-01-01", "weekly_hours": {"fri": [["08:00", "10:00"]]}}]},
            "2026-12-31",
            ["2026-12-31 09:00-17:00", "2027-01-01 08:00-10:00", "2027-01-08 08:00-10:00"],
            "another week from a date on",
        ),
        (
            {"yearly": {"01-08": []},
             "periods": [{"from": "2027-01-01", "weekly_hours": {"fri": DAY}, "yearly": {"01-15": [], "01-08": "open"},
                          "holidays": ["2027-01-22"], "exceptions": {"2027-01-29": []}}]},
            "2027-01-01",
            ["2027-01-01 09:00-17:00", "2027-01-08 09:00-17:00", "2027-02-05 09:00-17:00"],
            "what a period says of dates holds besides",
        ),
        (
            {"yearly": {"12-24..01-02": []},
             "periods": [{"from": "2027-01-01", "weekly_hours": WEEK,
                          "yearly": {"12-24..01-02": [["10:00", "11:00"]]}}]},
            "2026-12-30",
            ["2027-01-01 10:00-11:00", "2027-01-02 10:00-11:00", "2027-01-04 09:00-17:00"],
            "what it says otherwise of the same dates holds from its first day on, and not before",
        ),
        (
            {"weekly_hours": None, "weeks": [{"mon": DAY}, {"weekly_hours": {"tue": DAY}}], "weeks_from": "2026-12-03"},
            "2026-11-30",
            ["2026-11-30 09:00-17:00", "2026-12-08 09:00-17:00", "2026-12-14 09:00-17:00"],
            "weeks that alternate",
        ),
        (
            {"weekly_hours": None, "weeks": [{"mon": DAY}, {"tue": DAY}, {}], "weeks_from": "2026-12-03"},
            "2026-11-09",
            ["2026-11-09 09:00-17:00", "2026-11-17 09:00-17:00", "2026-11-30 09:00-17:00"],
            "three of them, also before the first",
        ),
        (
            {"periods": [{"from": "2027-01-01", "weeks": [{"fri": DAY}, {"mon": DAY}]}]},
            "2026-12-31",
            ["2026-12-31 09:00-17:00", "2027-01-01 09:00-17:00", "2027-01-04 09:00-17:00", "2027-01-15 09:00-17:00"],
            "a period's first week is the one in which it begins",
        ),
    ],
)  # fmt: skip
def test_a_calendar_opens_as_it_says(fields: dict[str, Any], start: str, expected: list[str], note: str) -> None:
    assert opened({**OFFICE, **fields}, start, len(expected)) == expected, note


@pytest.mark.parametrize(
    ("fields", "start", "expected", "note"),
    [
        (
            {"exceptions": {"2026-12-22": [["20:00", "02:00"]]}},
            "2026-12-22",
            ["2026-12-22 00:00-06:00", "2026-12-22 20:00-2026-12-23T02:00", "2026-12-23 22:00-2026-12-24T06:00"],
            "the night before runs into own hours, and they into the next day",
        ),
        (
            {"exceptions": {"2026-12-22": []}},
            "2026-12-21",
            ["2026-12-21 22:00-2026-12-22T00:00", "2026-12-23 22:00-2026-12-24T06:00"],
            "nothing runs into a date that is closed, and its own night is not opened",
        ),
        (
            {"exceptions": {"2026-12-22": [["20:00", "02:00"]], "2026-12-23": []}},
            "2026-12-22",
            ["2026-12-22 00:00-06:00", "2026-12-22 20:00-2026-12-23T00:00", "2026-12-24 22:00-2026-12-25T06:00"],
            "own hours that run into a closed date end at midnight",
        ),
        (
            {"periods": [{"from": "2026-12-23", "weekly_hours": {"wed": DAY}}]},
            "2026-12-22",
            ["2026-12-22 00:00-06:00", "2026-12-22 22:00-2026-12-23T06:00", "2026-12-23 09:00-17:00"],
            "a night belongs to the period in which it opens",
        ),
    ],
)
def test_a_night_into_a_special_date(fields: dict[str, Any], start: str, expected: list[str], note: str) -> None:
    assert opened({**NIGHTS, **fields}, start, len(expected)) == expected, note


CALENDARS = {
    "office": {"weekly_hours": WEEK, "holidays": ["2026-12-25"], "yearly": {"12-24": [["09:00", "12:00"]]}},
    "saturdays": {"based_on": "office", "weekly_hours": {"sat": [["10:00", "14:00"]]}},
    "always": {"based_on": "elapsed", "yearly": ["12-25"]},
    "tokyo": {**OFFICE, "timezone": "Asia/Tokyo"},
}


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        ("office", ["2026-12-24 09:00-12:00", "2026-12-28 09:00-17:00"]),
        ("saturdays", ["2026-12-24 09:00-12:00", "2026-12-26 10:00-14:00", "2026-12-28 09:00-17:00"]),
        ("always", ["2026-12-24 00:00-2026-12-25T00:00", "2026-12-26 00:00-2027-12-25T00:00"]),
        ("tokyo", ["2026-12-24 00:00-08:00", "2026-12-25 00:00-08:00"]),
        ({"based_on": "saturdays", "yearly": {"12-24": []}, "holidays": ["2026-12-28"]},
         ["2026-12-26 10:00-14:00", "2026-12-29 09:00-17:00"]),
        ({"weekly_hours": {"fri": DAY}}, ["2026-12-25 09:00-17:00", "2027-01-01 09:00-17:00"]),
        ({"weekly_hours": WEEK, "periods": [{"from": "2026-12-25", "based_on": "saturdays"}]},
         ["2026-12-24 09:00-17:00", "2026-12-26 10:00-14:00"]),
    ],
)  # fmt: skip
def test_a_calendar_is_named_or_written_out(calendar: object, expected: list[str]) -> None:
    case = {"timezone": "UTC", "calendars": CALENDARS, "calendar": calendar}
    assert opened(case, "2026-12-24", len(expected)) == expected


def test_weeks_that_alternate_go_on_in_the_periods_of_what_they_are_built_on() -> None:
    base = {
        "weekly_hours": {"mon": DAY, "fri": DAY},
        "periods": [{"from": "2026-12-28", "weekly_hours": {"mon": DAY, "fri": [["08:00", "12:00"]]}}],
    }
    weeks = [{"mon": [["10:00", "11:00"]]}, {"mon": [["12:00", "13:00"]]}]
    own = {"based_on": "base", "weeks": weeks, "weeks_from": "2026-12-14"}
    assert opened({"timezone": "UTC", "calendars": {"base": base}, "calendar": own}, "2026-12-21", 6) == [
        "2026-12-21 12:00-13:00", "2026-12-25 09:00-17:00",
        "2026-12-28 10:00-11:00", "2027-01-01 08:00-12:00",
        "2027-01-04 12:00-13:00", "2027-01-08 08:00-12:00",
    ]  # fmt: skip


def test_the_case_itself_may_be_built_on_a_calendar() -> None:
    case = {"timezone": "UTC", "calendars": CALENDARS, "based_on": "saturdays", "weekly_hours": {"sat": []}}
    assert opened(case, "2026-12-25", 1) == ["2026-12-28 09:00-17:00"]


def test_what_a_calendar_leaves_empty_is_that_of_its_base() -> None:
    """Also its zone, where the case has another."""
    empty = {"based_on": "tokyo", "timezone": None, "weekly_hours": None, "exceptions": None}
    case = {"timezone": "UTC", "calendars": CALENDARS, "calendar": empty}
    assert opened(case, "2026-12-24", 1) == ["2026-12-24 00:00-08:00"]


@pytest.mark.parametrize(
    ("exceptions", "expected"),
    [
        ({"2026-12-27": DAY, "2026-12-28": [["09:00", "12:00"]]}, ["2026-12-28 09:00-12:00", "2026-12-29 09:00-17:00"]),
        (None, ["2026-12-28 09:00-17:00"]),
        ({"2026-12-26..2026-12-29": [], "2026-12-30..2027-01-04": []},
         ["2026-12-28 09:00-17:00", "2026-12-29 09:00-17:00", "2027-01-05 09:00-17:00"]),
    ],
)  # fmt: skip
def test_a_period_takes_what_its_base_says_of_dates_from_then_on(exceptions: object, expected: list[str]) -> None:
    """From the very day on which the period begins; a range that began before it is not its own."""
    calendars = {"base": {"weekly_hours": WEEK, "exceptions": exceptions}}
    calendar = {**OFFICE, "periods": [{"from": "2026-12-28", "based_on": "base"}]}
    case = {"timezone": "UTC", "calendars": calendars, "calendar": calendar}
    assert opened(case, "2026-12-26", len(expected)) == expected


def test_calendars_may_be_built_on_one_another_fifty_deep() -> None:
    calendars: dict[str, Any] = {"c1": OFFICE} | {f"c{n}": {"based_on": f"c{n - 1}"} for n in range(2, 52)}
    case = {"timezone": "UTC", "calendars": calendars}
    assert opened({**case, "calendar": "c50"}, "2026-12-24", 1) == ["2026-12-24 09:00-17:00"]
    refused = answer({"kind": "is_open", "at": "2026-12-24T09:00:00Z", **case, "calendar": "c51"})
    assert "'c51' is built on more than 50 calendars" in refused["error"]


def test_any_field_of_a_case_may_name_its_hours() -> None:
    case = Case({"timezone": "UTC", "calendars": CALENDARS, **OFFICE})
    start = datetime(2026, 12, 24, tzinfo=UTC)
    assert case.hours_of("elapsed").next_open(start) == start
    assert case.hours_of("office") == case.hours_of(CALENDARS["office"])
    assert case.hours() != case.hours_of("office")
    assert case.hours_of({"clock": "elapsed"}) is case.hours_of("elapsed")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"based_on": "elapsed", "yearly": [7]}, "7 is no date that comes every year"),
        ({"based_on": "elapsed", "yearly": [{}]}, "is no date that comes every year"),
        ({"based_on": "office", "yearly": 7}, "yearly must map dates"),
        ({"based_on": "office", "holidays": 7}, "holidays must be a list"),
        ({"based_on": "offise"}, "did you mean 'office'?"),
        ({"based_on": 7}, "7 is no calendar"),
        ({"based_on": "ring"}, "built on one another"),
        ({"calendar": "nights"}, "'nights' is not the name of a calendar"),
        ({"weekly_hours": WEEK, "yearly": {"02-30": []}}, "never comes"),
        ({"weekly_hours": WEEK, "exceptions": {"2026-12-31..2026-12-24": []}}, "runs backwards"),
        ({"weekly_hours": WEEK, "exceptions": "2026-12-24"}, "exceptions must map dates"),
        ({"weekly_hours": WEEK, "periods": {"from": "2027-01-01"}}, "periods must be a list"),
        ({"weekly_hours": WEEK, "periods": [{"weekly_hours": WEEK}]}, "each needs from"),
        ({"weekly_hours": WEEK, "periods": [{"from": "2027-01-01"}]}, "there are no hours"),
        ({"weekly_hours": WEEK, "periods": [{"from": "2027-01-01", "weekly_hours": {}}]}, "it never opens"),
        ({"weekly_hours": WEEK, "yearly": ["01-01..12-31"]}, "The calendar never opens"),
        ({"weeks": [WEEK, {}]}, "weeks needs weeks_from"),
        ({"weeks": []}, "weeks must be a list"),
        ({"calendars": 7, "calendar": "office"}, "calendars: give an object"),
    ],
)
def test_what_is_no_calendar_is_refused_in_one_sentence(fields: dict[str, Any], words: str) -> None:
    calendars = {**CALENDARS, "ring": {"based_on": "ring"}}
    case = {"kind": "next_open", "timezone": "UTC", "calendars": calendars, **fields, "start": "2026-12-24T00:00:00Z"}
    error = answer(case)["error"]
    assert words in error
    assert "\n" not in error
