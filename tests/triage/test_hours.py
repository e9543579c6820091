"""Business time: what a calendar promises, case by case."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.hours import ELAPSED, Calendar, CalendarError, Hours, business_week, hours_from_data
from triage.instants import Span, epoch

OFFICE = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NIGHTS = {day: [["20:00", "04:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
ALWAYS = {day: [["00:00", "24:00"]] for day in NIGHTS}
PARIS = Calendar("Europe/Paris", OFFICE, ["2026-12-25", "2027-01-01"])
UTC_WEEK = business_week("UTC")
SAMPLE = Path(__file__).parents[1] / "data" / "sla_sample.jsonl"


def at(text: str) -> datetime:
    """An instant in UTC: `2026-11-23 09:00` or with seconds."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def spans(*texts: tuple[str, str | None]) -> list[Span]:
    return [(at(start), None if end is None else at(end)) for start, end in texts]


# -- the cases handed to us ------------------------------------------------------------------------------------


CASES = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", [case for case in CASES if case["kind"] != "ticket"], ids=lambda case: case["note"])
def test_the_sample_cases_agree_to_the_second(case: dict[str, Any]) -> None:
    assert answer(case) == case["expected"]


def answer(case: dict[str, Any]) -> object:
    hours = hours_from_data(case)
    pauses = [(moment(start), moment(end) if end else None) for start, end in case.get("pauses", ())]
    match case["kind"]:
        case "add_business_time":
            return shown(hours.add(moment(case["start"]), case["duration_minutes"] * 60, pauses))
        case "business_time_between":
            return hours.between(moment(case["start"]), moment(case["end"]), pauses) / 60
        case "is_open":
            return hours.is_open(moment(case["at"]), pauses)
        case "next_open":
            return shown(hours.next_open(moment(case["start"]), pauses))
        case "open_intervals":
            found = hours.open_intervals(moment(case["start"]), case["count"], pauses)
            return [[shown(start), shown(end)] for start, end in found]
    raise AssertionError(case["kind"])


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def shown(value: datetime | None) -> str | None:
    return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")


# -- adding ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "seconds", "due", "note"),
    [
        ("2026-11-23 09:00", 0, "2026-11-23 09:00", "nothing to wait for"),
        ("2026-11-22 09:00", 0, "2026-11-22 09:00", "nothing to wait for, outside hours"),
        ("2026-11-23 09:00", 1, "2026-11-23 09:00:01", "a second from opening"),
        ("2026-11-23 08:59:59", 1, "2026-11-23 09:00:01", "the second before opening does not count"),
        ("2026-11-23 16:59:59", 1, "2026-11-23 17:00", "what exactly fills is due at closing"),
        ("2026-11-23 16:59:59", 2, "2026-11-24 09:00:01", "a second more is due the next morning"),
        ("2026-11-23 17:00", 1, "2026-11-24 09:00:01", "closing is closed"),
        ("2026-11-23 09:00", 8 * 3600, "2026-11-23 17:00", "a day"),
        ("2026-11-23 09:00", 8 * 3600 + 1, "2026-11-24 09:00:01", "a day and a second"),
        ("2026-11-27 17:55", 600, "2026-11-30 09:10", "Friday evening"),
        ("2026-11-23 10:00", 48 * 3600, "2026-12-01 10:00", "48 business hours are six working days"),
        ("2026-11-23 09:00", 48 * 3600, "2026-11-30 17:00", "six whole days"),
        ("2026-11-23 09:00", 0.4, "2026-11-23 09:00", "durations round to the nearest second"),
        ("2026-11-23 09:00", 0.6, "2026-11-23 09:00:01", "durations round to the nearest second"),
        ("2026-11-23 09:00:00.900000", 60, "2026-11-23 09:01", "a fraction of a second in an instant is dropped"),
        ("1969-12-31 16:59:59.500000", 1, "1969-12-31 17:00", "also before 1970"),
    ],
)
def test_adding_business_time(start: str, seconds: float, due: str, note: str) -> None:
    assert UTC_WEEK.add(at(start), seconds) == at(due), note


@pytest.mark.parametrize(
    ("pauses", "due", "note"),
    [
        ([("2026-11-23 10:00", "2026-11-23 11:00")], "2026-11-23 13:00", "a pause moves the deadline"),
        ([("2026-11-23 12:00", "2026-11-23 13:00")], "2026-11-23 12:00", "a pause that begins when it is due does not"),
        ([("2026-11-23 12:00", None)], "2026-11-23 12:00", "nor one without an end"),
        ([("2026-11-23 11:59:59", "2026-11-23 13:00")], "2026-11-23 13:00:01", "one second earlier it does"),
        ([("2026-11-23 11:59:59", None)], None, "an endless pause: never"),
        (
            [("2026-11-23 08:00", "2026-11-23 09:00")],
            "2026-11-23 12:00",
            "a pause that ends at the start moves nothing",
        ),
        ([("2026-11-23 08:00", "2026-11-23 09:00:01")], "2026-11-23 12:00:01", "a second of it does"),
        ([("2026-11-22 08:00", None)], None, "paused already, without an end"),
        ([("2026-11-23 10:00", "2026-11-23 10:00")], "2026-11-23 12:00", "a pause without length"),
        ([("2026-11-23 11:00", "2026-11-23 10:00")], "2026-11-23 12:00", "a pause that ends before it starts"),
        ([("2026-11-23 16:00", "2026-11-24 09:30")], "2026-11-23 12:00", "a pause after it is due"),
        (
            [("2026-11-23 11:00", "2026-11-24 09:30"), ("2026-11-23 10:00", "2026-11-23 11:30")],
            "2026-11-24 11:30",
            "unsorted, overlapping, over a night",
        ),
        (
            [("2026-11-23 10:00", "2026-11-23 11:00"), ("2026-11-23 11:00", "2026-11-23 12:00")],
            "2026-11-23 14:00",
            "touching",
        ),
        (
            [("2026-11-23 10:00", "2026-11-23 15:00"), ("2026-11-23 11:00", "2026-11-23 12:00")],
            "2026-11-23 17:00",
            "one within another",
        ),
        ([("2026-11-23 10:00", "9999-12-31 00:00")], None, "a pause that outlasts every calendar"),
        ([("9999-12-30 10:00", "9999-12-31 00:00")], "2026-11-23 12:00", "a pause that nobody will see"),
        ([("0001-01-01 10:00", "2026-11-23 10:00")], "2026-11-23 13:00", "a pause from the beginning of time"),
    ],
)
def test_pauses_move_a_deadline_by_what_they_cover_of_the_hours(
    pauses: list[tuple[str, str | None]], due: str | None, note: str
) -> None:
    assert UTC_WEEK.add(at("2026-11-23 09:00"), 3 * 3600, spans(*pauses)) == (due and at(due)), note


def test_a_single_second_counts_whichever_way_it_is_asked() -> None:
    start, pause = at("2026-11-23 09:00"), spans(("2026-11-23 09:00", "2026-11-23 10:00"))
    assert UTC_WEEK.add(start, 1, pause) == at("2026-11-23 10:00:01")
    assert UTC_WEEK.add_seconds(epoch(start), 1) == epoch(start) + 1
    assert UTC_WEEK.add_seconds(epoch(start), 0) == epoch(start)


def test_a_deadline_that_no_opening_is_left_for_is_never_reached() -> None:
    once = Calendar("UTC", {}, exceptions={"2026-11-28": [["10:00", "12:00"]]})
    assert once.add(at("2026-11-23 09:00"), 7200) == at("2026-11-28 12:00")
    assert once.add(at("2026-11-23 09:00"), 7201) is None
    assert once.next_open(at("2026-11-28 12:00")) is None
    assert once.open_intervals(at("2026-11-23 09:00"), 5) == spans(("2026-11-28 10:00", "2026-11-28 12:00"))
    with pytest.raises(CalendarError, match="1900"):
        once.back(at("2026-11-23 09:00"), 1)


# -- measuring -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "seconds", "note"),
    [
        ("2026-11-23 09:00", "2026-11-23 09:00", 0, "no time at all"),
        ("2026-11-23 12:00", "2026-11-23 11:00", 0, "the end before the start"),
        ("2026-11-23 08:00", "2026-11-23 09:00", 0, "before opening"),
        ("2026-11-23 08:00", "2026-11-23 09:00:01", 1, "a second of it"),
        ("2026-11-23 16:59:59", "2026-11-24 09:00", 1, "the last second"),
        ("2026-11-23 17:00", "2026-11-24 09:00", 0, "a night"),
        ("2026-11-23 00:00", "2026-11-30 00:00", 40 * 3600, "a week"),
        ("2021-11-22 00:00", "2026-11-23 00:00", 261 * 5 * 8 * 3600, "five years"),
    ],
)
def test_measuring_business_time(start: str, end: str, seconds: int, note: str) -> None:
    assert UTC_WEEK.between(at(start), at(end)) == seconds, note


def test_pauses_are_left_out_of_what_is_measured() -> None:
    day = at("2026-11-23 00:00"), at("2026-11-24 00:00")
    assert UTC_WEEK.between(*day, spans(("2026-11-23 10:00", "2026-11-23 12:00"))) == 6 * 3600
    assert UTC_WEEK.between(*day, spans(("2026-11-23 16:00", None))) == 7 * 3600
    assert UTC_WEEK.between(*day, spans(("2026-11-22 10:00", "2026-11-23 10:00"))) == 7 * 3600
    assert UTC_WEEK.between(*day, spans(("2026-11-23 16:00", "2026-11-24 12:00"))) == 7 * 3600
    assert (
        UTC_WEEK.between(*day, spans(("2026-11-22 10:00", "2026-11-22 12:00"), ("2026-11-25 10:00", None))) == 8 * 3600
    )


# -- walking back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "seconds", "found", "note"),
    [
        ("2026-11-24 10:00", 0, "2026-11-24 10:00", "nothing"),
        ("2026-11-23 20:00", 0, "2026-11-23 20:00", "nothing, outside hours"),
        ("2026-11-24 10:00", 900, "2026-11-24 09:45", "inside a day"),
        ("2026-11-24 10:00", 3599, "2026-11-24 09:00:01", "nearly the opening"),
        ("2026-11-24 10:00", 3600, "2026-11-23 17:00", "the opening is the closing before it"),
        ("2026-11-24 10:00", 3601, "2026-11-23 16:59:59", "a second more"),
        ("2026-11-24 09:00", 900, "2026-11-23 16:45", "from an opening"),
        ("2026-11-23 20:00", 900, "2026-11-23 16:45", "from outside hours"),
        ("2026-11-30 09:00", 900, "2026-11-27 16:45", "over a weekend"),
        ("2026-11-30 10:00", 3600, "2026-11-27 17:00", "to the closing before a weekend"),
        ("2026-12-01 10:00", 48 * 3600, "2026-11-23 10:00", "48 business hours"),
    ],
)
def test_walking_back_through_open_hours(end: str, seconds: int, found: str, note: str) -> None:
    assert UTC_WEEK.back(at(end), seconds) == at(found), note


@pytest.mark.parametrize(
    ("pauses", "found", "note"),
    [
        ([("2026-11-23 10:00", "2026-11-23 12:00")], "2026-11-23 13:00", "a pause further back"),
        ([("2026-11-23 13:30", "2026-11-23 14:00")], "2026-11-23 12:30", "a pause on the way"),
        (
            [("2026-11-23 12:00", "2026-11-23 13:00")],
            "2026-11-23 12:00",
            "ends where the walk would: the closing before",
        ),
        ([("2026-11-23 08:00", "2026-11-23 13:00")], "2026-11-20 17:00", "and before that"),
        ([("2026-11-23 13:00", None)], "2026-11-23 11:00", "paused still"),
        ([("2026-11-23 14:00", "2026-11-23 18:00")], "2026-11-23 12:00", "paused at the end"),
        ([("2026-11-23 15:00", "2026-11-23 18:00")], "2026-11-23 13:00", "a pause that begins at the end"),
        ([("0001-01-01 00:00", "0001-01-02 00:00")], "2026-11-23 13:00", "a pause before our time"),
        (
            [("2026-11-23 13:30", "2026-11-23 14:00"), ("2026-11-23 16:00", "2026-11-23 17:00")],
            "2026-11-23 12:30",
            "a pause on the way and one that is to come",
        ),
        (
            [("2026-11-23 10:00", "2026-11-23 12:45"), ("2026-11-23 13:30", "2026-11-23 14:00")],
            "2026-11-23 09:45",
            "two on the way",
        ),
    ],
)
def test_walking_back_leaves_out_pauses(pauses: list[tuple[str, str | None]], found: str, note: str) -> None:
    assert UTC_WEEK.back(at("2026-11-23 15:00"), 2 * 3600, spans(*pauses)) == at(found), note


def test_walking_back_into_an_endless_pause_from_the_beginning_of_time_is_refused() -> None:
    with pytest.raises(CalendarError, match="1900"):
        UTC_WEEK.back(at("2026-11-23 15:00"), 60, spans(("0001-01-01 00:00", None)))


# -- what is open ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment_", "is_open", "upcoming"),
    [
        ("2026-11-23 08:59:59", False, "2026-11-23 09:00"),
        ("2026-11-23 09:00", True, "2026-11-23 09:00"),
        ("2026-11-23 16:59:59", True, "2026-11-23 16:59:59"),
        ("2026-11-23 17:00", False, "2026-11-24 09:00"),
        ("2026-11-28 12:00", False, "2026-11-30 09:00"),
    ],
)
def test_opening_is_open_and_closing_is_closed(moment_: str, is_open: bool, upcoming: str) -> None:
    assert UTC_WEEK.is_open(at(moment_)) is is_open
    assert UTC_WEEK.next_open(at(moment_)) == at(upcoming)


def test_paused_is_closed() -> None:
    pauses = spans(("2026-11-23 09:00", "2026-11-23 10:00"), ("2026-11-23 12:00", "2026-11-24 08:00"))
    assert not UTC_WEEK.is_open(at("2026-11-23 09:00"), pauses)
    assert UTC_WEEK.is_open(at("2026-11-23 10:00"), pauses)
    assert UTC_WEEK.next_open(at("2026-11-23 08:00"), pauses) == at("2026-11-23 10:00")
    assert UTC_WEEK.next_open(at("2026-11-23 12:00"), pauses) == at("2026-11-24 09:00")
    assert UTC_WEEK.next_open(at("2026-11-23 12:00"), [*pauses, (at("2026-11-24 08:30"), None)]) is None
    assert UTC_WEEK.next_open(at("2026-11-23 12:00"), spans(("2026-11-23 12:00", "9999-01-01 00:00"))) is None
    assert UTC_WEEK.open_intervals(at("2026-11-23 08:00"), 3, pauses) == spans(
        ("2026-11-23 10:00", "2026-11-23 12:00"),
        ("2026-11-24 09:00", "2026-11-24 17:00"),
        ("2026-11-25 09:00", "2026-11-25 17:00"),
    )
    assert UTC_WEEK.open_intervals(at("2026-11-23 11:00"), 3, spans(("2026-11-23 12:00", None))) == spans(
        ("2026-11-23 11:00", "2026-11-23 12:00")
    )


def test_a_pause_that_ends_at_closing_leaves_nothing_of_the_day() -> None:
    found = UTC_WEEK.open_intervals(at("2026-11-23 15:00"), 2, spans(("2026-11-23 16:00", "2026-11-23 17:00")))
    assert found == spans(("2026-11-23 15:00", "2026-11-23 16:00"), ("2026-11-24 09:00", "2026-11-24 17:00"))


def test_a_pause_up_to_the_last_second_leaves_it() -> None:
    last = at("2200-12-31 23:59:59")
    for hours in (ELAPSED, Calendar("UTC", ALWAYS)):
        assert hours.next_open(at("2200-12-01 00:00"), [(at("2200-12-01 00:00"), last)]) == last
        assert (
            hours.add(at("2200-12-31 23:58:49"), 10, [(at("2200-12-31 23:58:49"), at("2200-12-31 23:59:49"))]) == last
        )


def test_a_pause_over_a_night_takes_from_both_days_and_later_ones_wait_their_turn() -> None:
    night, later = ("2026-11-23 16:00", "2026-11-24 10:00"), ("2026-11-25 12:00", "2026-11-25 13:00")
    assert UTC_WEEK.open_intervals(at("2026-11-23 15:00"), 4, spans(later, night)) == spans(
        ("2026-11-23 15:00", "2026-11-23 16:00"),
        ("2026-11-24 10:00", "2026-11-24 17:00"),
        ("2026-11-25 09:00", "2026-11-25 12:00"),
        ("2026-11-25 13:00", "2026-11-25 17:00"),
    )


def test_open_intervals_are_cut_at_the_start_and_as_many_as_asked() -> None:
    assert UTC_WEEK.open_intervals(at("2026-11-23 16:00"), 0) == []
    assert UTC_WEEK.open_intervals(at("2026-11-23 16:00"), -1) == []
    assert UTC_WEEK.open_intervals(at("2026-11-23 17:00"), 1) == spans(("2026-11-24 09:00", "2026-11-24 17:00"))
    year = UTC_WEEK.open_intervals(at("2026-01-01 00:00"), 261)
    assert len(year) == 261
    assert all(end is not None and end - start == timedelta(hours=8) for start, end in year)
    assert year[-1][0] == at("2026-12-31 09:00")


def test_touching_intervals_are_one_stretch() -> None:
    split = Calendar("UTC", {"mon": [["12:00", "24:00"], ["09:00", "12:00"]], "tue": [["00:00", "01:00"]]})
    assert split.open_intervals(at("2026-11-23 00:00"), 1) == spans(("2026-11-23 09:00", "2026-11-24 01:00"))
    assert split.is_open(at("2026-11-23 12:00"))
    assert split.is_open(at("2026-11-24 00:00"))


@pytest.mark.parametrize("hours", [ELAPSED, Calendar("Europe/Paris", ALWAYS)], ids=["elapsed", "calendar"])
def test_what_never_closes_is_one_stretch_without_an_end(hours: Hours) -> None:
    start = at("2026-11-23 16:00")
    assert hours.open_intervals(start, 3) == [(start, None)]
    assert hours.open_intervals(start, 3, spans(("2026-11-23 15:00", "2026-11-23 17:00"))) == [
        (at("2026-11-23 17:00"), None)
    ]
    assert hours.open_intervals(start, 3, spans(("2026-11-23 17:00", "2026-11-23 18:00"))) == [
        (start, at("2026-11-23 17:00")),
        (at("2026-11-23 18:00"), None),
    ]
    assert hours.open_intervals(start, 3, spans(("2026-11-23 17:00", None))) == [(start, at("2026-11-23 17:00"))]


def test_around_the_clock_but_for_a_holiday() -> None:
    calendar = Calendar("Europe/Paris", ALWAYS, ["2026-12-25"])
    assert calendar.open_intervals(at("2026-12-24 00:00"), 9) == [
        (at("2026-12-24 00:00"), at("2026-12-24 23:00")),
        (at("2026-12-25 23:00"), None),
    ]
    assert calendar.open_intervals(at("2031-12-24 00:00"), 9) == [(at("2031-12-24 00:00"), None)]


def test_around_the_clock_ends_at_a_special_date_however_far_off() -> None:
    start = at("2026-01-01 00:00")
    holiday = Calendar("UTC", ALWAYS, ["2026-12-25", "2031-12-25"])
    assert holiday.open_intervals(at("2027-01-01 00:00"), 2) == [
        (at("2027-01-01 00:00"), at("2031-12-25 00:00")),
        (at("2031-12-26 00:00"), None),
    ]
    own = Calendar("UTC", ALWAYS, exceptions={"2026-05-01": [], "2031-12-25": [["00:00", "12:00"]]})
    assert own.open_intervals(at("2027-01-01 00:00"), 1) == spans(("2027-01-01 00:00", "2031-12-25 12:00"))
    six_days = Calendar("UTC", {day: hours for day, hours in ALWAYS.items() if day != "sun"})
    assert six_days.open_intervals(start, 1) == spans(("2026-01-01 00:00", "2026-01-04 00:00"))
    but_a_minute = Calendar("UTC", ALWAYS | {"sun": [["00:00", "23:59"]]})
    assert but_a_minute.open_intervals(start, 1) == spans(("2026-01-01 00:00", "2026-01-04 23:59"))


def test_around_the_clock_but_for_a_date_with_own_hours() -> None:
    calendar = Calendar("UTC", ALWAYS, exceptions={"2026-12-24": [["00:00", "12:00"]]})
    assert calendar.open_intervals(at("2026-12-24 00:00"), 9) == [
        (at("2026-12-24 00:00"), at("2026-12-24 12:00")),
        (at("2026-12-25 00:00"), None),
    ]
    assert Calendar("UTC", ALWAYS, ["9999-12-31"]).is_open(at("2026-12-24 00:00"))


# -- local times -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timezone_", "day", "interval", "expected", "note"),
    [
        ("Europe/Paris", "sun", ("02:30", "05:00"), ("2027-03-28 01:30", "2027-03-28 03:00"), "02:30 becomes 03:30"),
        ("Europe/Paris", "sun", ("01:00", "02:30"), ("2027-03-28 00:00", "2027-03-28 01:30"), "and closes at 03:30"),
        ("Europe/Paris", "sun", ("03:00", "04:00"), ("2027-03-28 01:00", "2027-03-28 02:00"), "03:00 exists"),
        ("Europe/Paris", "sun", ("02:00", "04:00"), ("2026-10-25 00:00", "2026-10-25 03:00"), "02:00 comes twice"),
        ("Europe/Paris", "sun", ("00:00", "02:30"), ("2026-10-24 22:00", "2026-10-25 00:30"), "02:30 comes first"),
        ("Europe/Paris", "sun", ("00:00", "24:00"), ("2026-10-24 22:00", "2026-10-25 23:00"), "25 hours"),
        ("Australia/Lord_Howe", "sun", ("02:15", "04:00"), ("2026-10-03 15:45", "2026-10-03 17:00"), "30 minutes' gap"),
        (
            "Australia/Lord_Howe",
            "sun",
            ("01:45", "04:00"),
            ("2026-04-04 14:45", "2026-04-04 17:30"),
            "30 minutes twice",
        ),
        ("Asia/Kathmandu", "mon", ("09:00", "17:00"), ("2026-11-23 03:15", "2026-11-23 11:15"), "45 minutes"),
        (
            "Pacific/Chatham",
            "sun",
            ("02:45", "04:00"),
            ("2026-09-26 14:00", "2026-09-26 14:15"),
            "45 minutes and a gap",
        ),
        ("Asia/Beirut", "sun", ("00:00", "02:00"), ("2026-03-28 22:00", "2026-03-28 23:00"), "midnight is skipped"),
        (
            "Asia/Beirut",
            "sat",
            ("23:00", "24:00"),
            ("2026-10-24 20:00", "2026-10-24 22:00"),
            "the last hour comes twice",
        ),
        ("America/Havana", "sun", ("00:00", "02:00"), ("2024-11-03 04:00", "2024-11-03 07:00"), "midnight comes twice"),
        (
            "Pacific/Apia",
            "thu",
            ("20:00", "04:00"),
            ("2011-12-30 06:00", "2011-12-30 14:00"),
            "a night over a date skipped",
        ),
        (
            "Africa/Monrovia",
            "thu",
            ("09:00", "10:00"),
            ("1971-12-30 09:44:30", "1971-12-30 10:44:30"),
            "offsets have seconds",
        ),
    ],
)
def test_end_points_become_instants(
    timezone_: str, day: str, interval: tuple[str, str], expected: tuple[str, str], note: str
) -> None:
    calendar = Calendar(timezone_, {day: [interval]})
    assert calendar.open_intervals(at(expected[0]) - timedelta(hours=20), 1) == spans(expected), note


def test_an_interval_swallowed_by_a_change_of_clock_has_no_length() -> None:
    calendar = Calendar("Europe/Paris", {"sun": [["02:00", "03:00"], ["10:00", "11:00"]]})
    assert calendar.open_intervals(at("2027-03-28 00:00"), 1) == spans(("2027-03-28 08:00", "2027-03-28 09:00"))
    backwards = Calendar("Europe/Paris", {"sun": [["02:30", "03:15"], ["10:00", "11:00"]]})
    assert backwards.open_intervals(at("2027-03-28 00:00"), 1) == spans(("2027-03-28 08:00", "2027-03-28 09:00"))


def test_hours_of_a_skipped_date_move_forward_by_the_gap() -> None:
    """Samoa had no 30 December 2011. The rule for skipped local times says where its opening hours went."""
    calendar = Calendar("Pacific/Apia", {"fri": [["09:00", "17:00"]]})
    assert calendar.open_intervals(at("2011-12-29 12:00"), 1) == spans(("2011-12-30 19:00", "2011-12-31 03:00"))
    closed = Calendar("Pacific/Apia", {"fri": [["09:00", "17:00"]]}, ["2011-12-30"])
    assert closed.next_open(at("2011-12-29 12:00")) == at("2012-01-05 19:00")


def test_a_repeated_hour_counts_twice_and_a_skipped_one_not_at_all() -> None:
    always = Calendar("Europe/Paris", ALWAYS)
    assert always.between(at("2026-10-24 22:00"), at("2026-10-25 23:00")) == 25 * 3600
    paris = ZoneInfo("Europe/Paris")
    second_pass = datetime(2026, 10, 25, 2, 30, tzinfo=paris, fold=1)
    assert ELAPSED.between(second_pass.replace(fold=0), second_pass) == 3600
    assert ELAPSED.add(second_pass, 60) == at("2026-10-25 01:31")


# -- holidays and exceptions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holidays", "expected", "note"),
    [
        ([], [("24 01:00", "24 09:00"), ("25 01:00", "25 09:00")], "no holiday"),
        (["2026-12-24"], [("24 01:00", "24 05:00"), ("25 05:00", "25 09:00")], "what runs into the next day stays"),
        (["2026-12-25"], [("24 01:00", "24 09:00"), ("25 01:00", "25 05:00")], "what runs in is closed"),
        (["2026-12-24", "2026-12-25"], [("24 01:00", "24 05:00"), ("26 05:00", "26 09:00")], "both"),
    ],
)
def test_a_holiday_is_closed_all_that_local_date(
    holidays: list[str], expected: list[tuple[str, str]], note: str
) -> None:
    """From Wednesday 23 December; midnight in Toronto is 05:00 in UTC."""
    nights = {day: [["20:00", "04:00"]] for day in ("wed", "thu", "fri", "sat")}
    found = Calendar("America/Toronto", nights, holidays).open_intervals(at("2026-12-23 12:00"), 2)
    assert found == spans(*((f"2026-12-{start}", f"2026-12-{end}") for start, end in expected)), note


def test_a_holiday_that_comes_twice_is_closed_twice() -> None:
    """In St John's the clocks went back at 00:01, so the last 59 minutes of the day before came after its midnight."""
    always = {"sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}
    calendar = Calendar("America/St_Johns", always, ["2006-10-28"])
    assert calendar.open_intervals(at("2006-10-27 00:00"), 2) == spans(
        ("2006-10-29 02:30", "2006-10-29 02:31"), ("2006-10-29 03:30", "2006-10-30 03:30")
    )


def test_a_date_with_own_hours_opens_then_instead() -> None:
    own = {"2026-11-24": [["10:00", "11:00"]], date(2026, 11, 28): [["08:00", "09:00"]], "2026-11-25": []}
    calendar = Calendar("UTC", {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]]}, exceptions=own)
    assert calendar.open_intervals(at("2026-11-23 00:00"), 4) == spans(
        ("2026-11-23 09:00", "2026-11-23 17:00"),
        ("2026-11-24 10:00", "2026-11-24 11:00"),
        ("2026-11-28 08:00", "2026-11-28 09:00"),
        ("2026-11-30 09:00", "2026-11-30 17:00"),
    )


def test_own_hours_hold_on_a_holiday_but_not_into_the_next_one() -> None:
    calendar = Calendar(
        "UTC",
        NIGHTS,
        ["2026-12-24", "2026-12-25"],
        {"2026-12-24": [["10:00", "12:00"], ["22:00", "03:00"]]},
    )
    assert calendar.open_intervals(at("2026-12-23 18:00"), 4) == spans(
        ("2026-12-23 20:00", "2026-12-24 00:00"),
        ("2026-12-24 10:00", "2026-12-24 12:00"),
        ("2026-12-24 22:00", "2026-12-25 00:00"),
        ("2026-12-26 00:00", "2026-12-26 04:00"),
    )


def test_own_hours_may_meet_the_night_before() -> None:
    calendar = Calendar("UTC", NIGHTS, exceptions={"2026-12-24": [["02:00", "10:00"]]})
    assert calendar.open_intervals(at("2026-12-23 18:00"), 2) == spans(
        ("2026-12-23 20:00", "2026-12-24 10:00"), ("2026-12-25 20:00", "2026-12-26 04:00")
    )


# -- around the clock ------------------------------------------------------------------------------------------


def test_around_the_clock_every_second_counts() -> None:
    start = at("2026-11-28 23:50")
    assert ELAPSED.add(start, 900) == at("2026-11-29 00:05")
    assert ELAPSED.add(start, 900, spans(("2026-11-28 23:55", "2026-11-29 00:55"))) == at("2026-11-29 01:05")
    assert ELAPSED.add(start, 900, spans(("2026-11-28 23:55", None))) is None
    assert ELAPSED.add(start, 900, spans(("2026-11-29 00:05", None))) == at("2026-11-29 00:05")
    assert ELAPSED.add(start, 900, spans(("2026-11-29 00:04:59", None))) is None
    assert ELAPSED.add(start, 900, spans(("2026-11-29 00:05", "2026-11-29 01:05"))) == at("2026-11-29 00:05")
    assert ELAPSED.add(start, 0, spans(("2026-11-28 23:00", "2026-11-29 01:05"))) == start
    assert ELAPSED.between(start, at("2026-11-29 00:05")) == 900
    assert ELAPSED.between(at("2026-11-29 00:05"), start) == 0
    assert ELAPSED.back(at("2026-11-29 00:05"), 900) == start
    assert ELAPSED.is_open(start)
    assert ELAPSED.next_open(start) == start
    assert ELAPSED.next_open(start, spans(("2026-11-28 23:00", "2026-11-29 00:00"))) == at("2026-11-29 00:00")


# -- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timezone_", "week", "holidays", "exceptions", "words"),
    [
        ("Europe/Pariss", OFFICE, [], {}, "Unknown time zone 'Europe/Pariss': did you mean Europe/Paris"),
        ("europe/paris", OFFICE, [], {}, "did you mean Europe/Paris"),
        ("../../etc/passwd", OFFICE, [], {}, "use an IANA name"),
        ("", OFFICE, [], {}, "use an IANA name"),
        (None, OFFICE, [], {}, "use an IANA name"),
        (["UTC"], OFFICE, [], {}, "Unknown time zone"),
        ("UTC", {}, [], {}, "never opens"),
        ("UTC", {"mon": []}, [], {}, "never opens"),
        ("UTC", {}, [], {"2026-11-23": []}, "never opens"),
        ("UTC", None, [], {}, "must map days"),
        ("UTC", [["09:00", "17:00"]], [], {}, "must map days"),
        ("UTC", {"monday": [["09:00", "17:00"]]}, [], {}, "Unknown day 'monday'"),
        ("UTC", {"mon": ["09:00", "17:00"]}, [], {}, "mon: '09:00' is not"),
        ("UTC", {"mon": [["09:00", "17:00", "18:00"]]}, [], {}, "is not \\[open, close\\]"),
        ("UTC", {"mon": [540]}, [], {}, "540 is not"),
        ("UTC", {"mon": "09:00-17:00"}, [], {}, "give a list"),
        ("UTC", {"mon": {"09:00": "17:00"}}, [], {}, "give a list"),
        ("UTC", {"mon": [["9am", "17:00"]]}, [], {}, "mon: '9am' is not a time of day"),
        ("UTC", {"mon": [["09:60", "17:00"]]}, [], {}, "'09:60' is not"),
        ("UTC", {"mon": [["09:00", "24:01"]]}, [], {}, "'24:01' is not"),
        ("UTC", {"mon": [["09:00", "25:00"]]}, [], {}, "'25:00' is not"),
        ("UTC", {"mon": [[540, 1020]]}, [], {}, "540 is not a time of day"),
        ("UTC", {"mon": [["09:00\n", "17:00"]]}, [], {}, "is not a time of day"),
        ("UTC", {"mon": [["24:00", "17:00"]]}, [], {}, "24:00 ends a day"),
        ("UTC", OFFICE, ["2026-02-30"], {}, "'2026-02-30' is not a date"),
        ("UTC", OFFICE, [20261225], {}, "20261225 is not a date"),
        ("UTC", OFFICE, [datetime(2026, 12, 25, tzinfo=UTC)], {}, "is not a date"),
        ("UTC", OFFICE, "2026-12-25", {}, "list of dates"),
        ("UTC", OFFICE, 7, {}, "list of dates"),
        ("UTC", OFFICE, [], {"Christmas": []}, "'Christmas' is not a date"),
        ("UTC", OFFICE, [], {"2026-12-24": [["09:00", "noon"]]}, "2026-12-24: 'noon' is not a time"),
        ("UTC", OFFICE, [], "2026-12-24", "must map dates"),
    ],
)
def test_a_calendar_that_cannot_be_meant_is_refused_in_one_sentence(
    timezone_: Any, week: Any, holidays: Any, exceptions: Any, words: str
) -> None:
    with pytest.raises(CalendarError, match=words) as refused:
        Calendar(timezone_, week, holidays, exceptions)
    assert "\n" not in str(refused.value)


def test_intervals_that_overlap_are_one() -> None:
    week = {"mon": [["09:00", "12:00"], ["11:00", "13:00"], ["22:00", "10:00"]], "tue": [["09:00", "12:00"]]}
    merged = {"mon": [["09:00", "13:00"], ["22:00", "24:00"]], "tue": [["00:00", "12:00"]]}
    start, several = at("2026-11-23 00:00"), Calendar("UTC", week)
    assert several.open_intervals(start, 5) == Calendar("UTC", merged).open_intervals(start, 5)
    assert several.day_seconds == 9 * 3600
    assert several.weekly_hours == week


@pytest.mark.parametrize("hours", [ELAPSED, UTC_WEEK], ids=["elapsed", "calendar"])
def test_a_naive_datetime_is_refused_everywhere(hours: Hours) -> None:
    naive, aware = datetime(2026, 11, 23, 9), at("2026-11-23 09:00")  # noqa: DTZ001
    for ask in (
        lambda: hours.add(naive, 60),
        lambda: hours.add(aware, 60, [(naive, None)]),
        lambda: hours.between(naive, aware),
        lambda: hours.between(aware, naive),
        lambda: hours.back(naive, 60),
        lambda: hours.is_open(naive),
        lambda: hours.next_open(naive),
        lambda: hours.open_intervals(naive, 1),
    ):
        with pytest.raises(ValueError, match="no time zone"):
            ask()


@pytest.mark.parametrize("hours", [ELAPSED, UTC_WEEK], ids=["elapsed", "calendar"])
def test_a_negative_or_infinite_duration_is_refused(hours: Hours) -> None:
    for seconds in (float("inf"), float("nan")):
        with pytest.raises(ValueError, match="finite"):
            hours.add(at("2026-11-23 09:00"), seconds)
        with pytest.raises(ValueError, match="finite"):
            hours.back(at("2026-11-23 09:00"), seconds)
    with pytest.raises(ValueError, match="negative"):
        hours.add(at("2026-11-23 09:00"), -1)
    with pytest.raises(ValueError, match="negative"):
        hours.back(at("2026-11-23 09:00"), -1)


@pytest.mark.parametrize("hours", [ELAPSED, UTC_WEEK, Calendar("UTC", ALWAYS)], ids=["elapsed", "week", "always"])
def test_time_is_counted_for_the_years_1900_to_2200(hours: Hours) -> None:
    first, last = at("1900-01-01 00:00"), at("2200-12-31 23:59:59")
    for outside in (first - timedelta(seconds=1), last + timedelta(seconds=1), at("0001-01-01 00:00")):
        for ask in (
            lambda at_=outside: hours.add(at_, 60),
            lambda at_=outside: hours.between(at_, at_),
            lambda at_=outside: hours.back(at_, 60),
            lambda at_=outside: hours.is_open(at_),
            lambda at_=outside: hours.open_intervals(at_, 1),
        ):
            with pytest.raises(CalendarError, match="1900 to 2200"):
                ask()
    whole = int((last - first).total_seconds())
    assert hours.between(first, last) == (78528 * 8 * 3600 if hours is UTC_WEEK else whole)
    assert hours.add(at("2200-12-31 09:00"), 8 * 3600) == at("2200-12-31 17:00")
    assert hours.add(at("2200-12-31 09:00"), 10**9) is None
    assert hours.add(at("2200-12-31 09:00"), 10**18) is None
    assert hours.back(at("1900-01-01 17:00"), 8 * 3600 - 1) == at("1900-01-01 09:00:01")
    with pytest.raises(CalendarError, match="1900"):
        hours.back(at("1900-01-01 17:00"), 10**9)
    assert UTC_WEEK.next_open(at("2200-12-31 17:00")) is None
    assert UTC_WEEK.open_intervals(at("2200-12-31 17:00"), 5) == []
    assert ELAPSED.back(first + timedelta(seconds=10), 10) == first
    assert ELAPSED.add(last - timedelta(seconds=10), 10) == last
    assert ELAPSED.add(last - timedelta(seconds=10), 11) is None
    assert UTC_WEEK.open_intervals(at("2200-12-31 09:00"), 5) == spans(("2200-12-31 09:00", "2200-12-31 17:00"))


# -- calendars as values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hours",
    [
        ELAPSED,
        PARIS,
        business_week("Asia/Kathmandu"),
        Calendar("UTC", NIGHTS, [date(2026, 12, 25)], {date(2026, 12, 24): [["09:00", "00:00"]], "2026-12-31": []}),
    ],
    ids=["elapsed", "paris", "business week", "all of it"],
)
def test_hours_come_back_from_their_data_as_they_were(hours: Hours) -> None:
    data = json.loads(json.dumps(hours.to_data()))
    again = hours_from_data(data)
    assert again == hours
    assert hash(again) == hash(hours)
    assert again.to_data() == data
    assert hours_from_data(data) is hours_from_data(json.loads(json.dumps(data)))
    assert pickle.loads(pickle.dumps(hours)) == hours  # noqa: S301  our own
    assert copy.deepcopy(hours) == hours


def test_hours_are_written_as_people_write_them() -> None:
    week = {"mon": [["09:00", "24:00"]], "wed": [["23:00", "00:01"]], "fri": [["20:00", "04:00"]]}
    calendar = Calendar("UTC", week)
    assert calendar.weekly_hours == week
    assert hours_from_data(calendar.to_data()) == calendar


def test_data_may_carry_other_keys_and_dates() -> None:
    data = {"id": "x", "timezone": "UTC", "weekly_hours": OFFICE, "holidays": [date(2026, 12, 25)], "start": "whatever"}
    assert hours_from_data(data) == Calendar("UTC", OFFICE, ["2026-12-25"])
    own = {date(2026, 12, 24): [["09:00", "12:00"]]}
    data = {"timezone": "UTC", "weekly_hours": OFFICE, "holidays": {date(2026, 12, 25): "Christmas"}, "exceptions": own}
    assert hours_from_data(data) == Calendar("UTC", OFFICE, ["2026-12-25"], own)
    with pytest.raises(CalendarError, match="use an IANA name"):
        hours_from_data({"weekly_hours": OFFICE})
    with pytest.raises(CalendarError, match="must map days"):
        hours_from_data({"timezone": "UTC"})


def test_calendars_are_equal_when_they_mean_the_same() -> None:
    written = Calendar("UTC", {"mon": [["13:00", "24:00"], ["9:00", "12:00"]], "tue": []}, ["2026-12-25"])
    same = Calendar("UTC", {"mon": [("09:00", "12:00"), ("13:00", "00:00")]}, [date(2026, 12, 25)])
    assert written == same
    assert hash(written) == hash(same)
    assert written.to_data() == same.to_data()
    assert written != Calendar("Africa/Abidjan", {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]}, ["2026-12-25"])
    assert written != Calendar("UTC", {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]})
    assert written != ELAPSED
    assert written != "UTC"
    assert repr(ELAPSED) == "ELAPSED"
    assert repr(written).startswith("Calendar('UTC', {'mon': [['09:00', '12:00']")


def test_a_calendar_tells_what_it_was_made_of() -> None:
    calendar = Calendar("UTC", OFFICE, ["2027-01-01", "2026-12-25"], {"2026-12-24": [["09:00", "12:00"]]})
    assert calendar.timezone == "UTC"
    assert calendar.weekly_hours == OFFICE
    assert calendar.holidays == [date(2026, 12, 25), date(2027, 1, 1)]
    assert calendar.exceptions == {"2026-12-24": [["09:00", "12:00"]]}


def test_the_business_week_is_monday_to_friday_nine_to_five() -> None:
    assert business_week("Europe/Paris").to_data() == {
        "timezone": "Europe/Paris",
        "weekly_hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": [],
    }
    with pytest.raises(CalendarError, match="Unknown time zone"):
        business_week("Mars/Olympus")


@pytest.mark.parametrize(
    ("hours", "seconds"),
    [
        (ELAPSED, 86400),
        (UTC_WEEK, 8 * 3600),
        (PARIS, 8 * 3600),
        (Calendar("UTC", {"mon": [["08:00", "12:00"], ["13:00", "17:00"]], "fri": [["09:00", "13:00"]]}), 6 * 3600),
        (Calendar("UTC", {"mon": [["09:00", "17:00"]]}, (), {"2026-11-24": [["09:00", "10:00"]]}), 8 * 3600),
        (Calendar("UTC", {}, (), {"2026-11-24": [["09:00", "10:00"]], "2026-11-25": [["09:00", "12:00"]]}), 2 * 3600),
        (Calendar("UTC", NIGHTS), 8 * 3600),
    ],
)
def test_a_business_day_is_the_average_of_those_that_open(hours: Hours, seconds: int) -> None:
    assert hours.day_seconds == seconds


# -- what must hold for any instant ----------------------------------------------------------------------------

seconds_ = st.integers(0, 3 * 10**6)
starts = st.datetimes(
    datetime(1999, 1, 1),  # noqa: DTZ001
    datetime(2060, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
).map(lambda value: value.replace(microsecond=0))
pause_lists = st.lists(
    st.tuples(starts, st.integers(0, 10**6)).map(lambda pair: (pair[0], pair[0] + timedelta(seconds=pair[1]))),
    max_size=4,
)
calendars = st.sampled_from(
    [
        ELAPSED,
        PARIS,
        UTC_WEEK,
        Calendar("America/Toronto", NIGHTS),
        Calendar("Australia/Lord_Howe", ALWAYS, ["2026-12-25"]),
    ]
)


@given(calendars, starts, seconds_, pause_lists)
def test_what_was_added_can_be_measured(hours: Hours, start: datetime, seconds: int, pauses: list[Span]) -> None:
    due = hours.add(start, seconds, pauses)
    assert due is not None
    assert due.tzinfo is UTC
    assert due >= start
    assert hours.between(start, due, pauses) == seconds
    if seconds:
        assert hours.between(start, due - timedelta(seconds=1), pauses) == seconds - 1


@given(calendars, starts, seconds_, pause_lists)
def test_what_was_walked_back_can_be_measured(hours: Hours, end: datetime, seconds: int, pauses: list[Span]) -> None:
    begin = hours.back(end, seconds, pauses)
    assert begin <= end
    assert hours.between(begin, end, pauses) == seconds
    if seconds:
        assert hours.between(begin - timedelta(seconds=1), end, pauses) == seconds + 1


@given(calendars, starts, seconds_, seconds_)
def test_a_longer_duration_or_a_later_start_is_never_due_earlier(
    hours: Hours, start: datetime, less: int, more: int
) -> None:
    due = hours.add(start, less)
    longer = hours.add(start, less + more)
    later = hours.add(start + timedelta(seconds=more), less)
    assert due is not None
    assert longer is not None
    assert later is not None
    assert due <= longer
    assert due <= later


@given(calendars, st.lists(starts, min_size=3, max_size=3), pause_lists, st.randoms(use_true_random=False))
def test_time_adds_up_and_the_order_of_pauses_does_not_matter(
    hours: Hours, moments: list[datetime], pauses: list[Span], random: Any
) -> None:
    first, second, third = sorted(moments)
    shuffled = [*pauses, *pauses[:1]]
    random.shuffle(shuffled)
    whole = hours.between(first, third, pauses)
    assert hours.between(first, second, pauses) + hours.between(second, third, pauses) == whole
    assert hours.between(first, third, shuffled) == whole
    assert whole <= hours.between(first, third)


@given(calendars, starts, starts, seconds_, pause_lists)
def test_seconds_say_the_same_as_datetimes(
    hours: Hours, start: datetime, end: datetime, seconds: int, pauses: list[Span]
) -> None:
    def stamp(value: datetime) -> int:
        return int(value.timestamp())

    in_seconds = [(stamp(begin), None if until is None else stamp(until)) for begin, until in pauses]
    due = hours.add(start, seconds, pauses)
    assert due is not None
    assert hours.add_seconds(stamp(start), seconds, in_seconds) == stamp(due)
    assert hours.seconds_between(stamp(start), stamp(end), in_seconds) == hours.between(start, end, pauses)
