"""Opening hours at their edges: nights into holidays, dates that are skipped, windows that begin anywhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.hours import ELAPSED, Calendar, CalendarError
from triage.instants import Span, epoch, instant
from triage.opening_days import open_spans
from triage.opening_hours import RULES, overlapping, read_openings, written_rules
from triage.openings import Openings
from triage.recurring import DAYS
from triage.zones import zone

ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def spans(*texts: tuple[str, str]) -> list[Span]:
    return [(at(start), at(end)) for start, end in texts]


@pytest.mark.parametrize("name", ["UTC", "Etc/GMT+12", "Pacific/Kiritimati"])
@pytest.mark.parametrize("day", [date(2030, 1, 1) + n * DAY for n in range(66)], ids=str)
def test_around_the_clock_is_endless_only_after_its_last_special_date(name: str, day: date) -> None:
    """Whatever the date: what is counted at a time may end on it, before or after."""
    start = at("2029-12-01 00:00")
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(name))
    closed = Calendar(name, ALWAYS, [day])
    assert closed.open_intervals(start, 2) == [(start, midnight), (midnight + DAY, None)]
    noon = midnight + DAY / 2
    late = Calendar(name, ALWAYS, exceptions={day: [["12:00", "12:00"]]})
    assert late.open_intervals(start, 2) == [(start, midnight), (noon, None)]
    week = dict.fromkeys(DAYS, (("00:00", "14:00"), ("16:00", "18:00"), ("18:00", "16:00")))
    nights = Calendar(name, week, exceptions={day: []})  # the next date has no night before it
    two, four = (midnight + DAY + timedelta(hours=n) for n in (14, 16))
    assert nights.open_intervals(start, 3) == [(start, midnight), (midnight + DAY, two), (four, None)]


@pytest.mark.parametrize(
    ("week", "length"),
    [
        ({day: [["01:00", "24:00"]] for day in DAYS}, 23 * 60),
        (ALWAYS | {"sun": [["00:00", "23:59"]]}, 7 * 1440 - 1),
        ({day: ALWAYS[day] for day in DAYS[:6]}, 6 * 1440),
        ({day: [["12:00", "23:59"]] for day in DAYS}, 719),
    ],
)
def test_what_closes_is_never_endless(week: dict[str, list[list[str]]], length: int) -> None:
    """Asked for far more than is counted at a time."""
    found = Calendar("UTC", week).open_intervals(at("2026-11-23 00:00"), 300)
    assert len(found) == 300
    assert {end - begin for begin, end in found[1:] if end} == {timedelta(minutes=length)}
    assert all(end is not None for _, end in found)


OFFICE = {"mon": [["09:00", "17:00"]]}


@pytest.mark.parametrize(
    ("fields", "expected", "note"),
    [
        ({}, date.min, "from the beginning"),
        ({"weekly_hours": OFFICE, "periods": [{"from": "2030-01-01", "weekly_hours": ALWAYS}]}, date(2030, 1, 1),
         "from a period on"),
        ({"holidays": ["2030-01-01"]}, date(2030, 1, 2), "from the day after a holiday"),
        ({"exceptions": {"2030-01-01..2030-01-03": []}}, date(2030, 1, 4), "from the day after a range"),
        ({"holidays": ["2029-12-31"], "periods": [{"from": "2030-02-01", "weekly_hours": ALWAYS}]}, date(2030, 2, 1),
         "what is special before the last period is past"),
        ({"periods": [{"from": "2030-01-01", "weekly_hours": OFFICE}]}, None, "not where another week follows"),
        ({"weeks": [ALWAYS, OFFICE], "weeks_from": "2026-01-05"}, None, "not where one of two weeks closes"),
        ({"weeks": [ALWAYS, ALWAYS], "weeks_from": "2026-01-05"}, date.min, "from the beginning where neither does"),
        ({"yearly": ["12-25"]}, None, "not where a date closes it every year"),
    ],
)  # fmt: skip
def test_the_date_from_which_on_it_never_closes_again(fields: dict[str, Any], expected: date | None, note: str) -> None:
    given = {"weekly_hours": ALWAYS, "holidays": (), "exceptions": None, **fields}
    rules = {name: given[name] for name in RULES if name in given}
    found = read_openings(given["weekly_hours"], given["holidays"], given["exceptions"], rules).always_from
    assert found == (expected and expected.toordinal()), note


def test_of_a_holiday_only_what_runs_into_the_next_day_is_open() -> None:
    week = {"mon": [["09:00", "12:00"], ["20:00", "00:01"]], "wed": [["09:00", "24:00"]]}
    found = Calendar("UTC", week, ["2026-11-23", "2026-11-25"]).open_intervals(at("2026-11-22 00:00"), 2)
    assert found == spans(("2026-11-24 00:00", "2026-11-24 00:01"), ("2026-11-30 09:00", "2026-11-30 12:00"))


@pytest.mark.parametrize(
    ("day", "hours", "holiday", "expected", "note"),
    [
        ("thu", ("20:00", "04:00"), "2011-12-31", ("2011-12-30 06:00", "2011-12-30 10:00"), "moved into a holiday"),
        (
            "fri",
            ("22:00", "02:00"),
            "2011-12-30",
            ("2011-12-30 10:00", "2011-12-30 12:00"),
            "a skipped holiday's night",
        ),
        ("fri", ("22:00", "24:00"), "2011-12-30", ("2012-01-06 08:00", "2012-01-06 10:00"), "one without a night"),
    ],
)
def test_holidays_around_a_date_that_was_skipped(
    day: str, hours: tuple[str, str], holiday: str, expected: tuple[str, str], note: str
) -> None:
    """Samoa went from 29 to 31 December 2011, from ten hours behind to fourteen ahead."""
    found = Calendar("Pacific/Apia", {day: [hours]}, [holiday]).open_intervals(at("2011-12-29 12:00"), 1)
    assert found == spans(expected), note


@pytest.mark.parametrize(
    ("week", "own", "night"),
    [
        ({"mon": [["12:00", "00:01"], ["13:00", "14:00"]]}, {}, True),
        ({"mon": [["23:59", "00:30"]], "tue": [["00:10", "01:00"]]}, {}, True),
        ({"sun": [["17:00", "09:01"]], "mon": [["09:00", "12:00"]]}, {}, True),
        ({"tue": [["00:00", "12:00"], ["11:00", "13:00"]]}, {}, False),
        ({"sun": [["12:00", "24:00"], ["13:00", "14:00"]]}, {}, False),
        ({"mon": [["12:00", "00:00"], ["13:00", "14:00"]]}, {}, False),
        ({"mon": []}, {"2026-12-24": [["00:00", "12:00"], ["11:00", "13:00"]]}, False),
        ({"mon": []}, {"2026-12-24": [["12:00", "24:00"], ["13:00", "14:00"]]}, False),
        ({"mon": []}, {"2026-12-24": [["12:00", "00:01"], ["13:00", "14:00"]]}, True),
    ],
)
def test_intervals_that_overlap_are_told_and_a_night_is_said_to_be_one(
    week: dict[str, list[list[str]]], own: dict[str, list[list[str]]], night: bool
) -> None:
    [told] = overlapping(read_openings(week, (), own))
    assert "overlap" in told
    assert ("runs into the next day" in told) is night


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("exceptions", "2026-12-24"), ("exceptions", "2026-12-24..2026-12-26"),
        ("yearly", "12-24"), ("yearly", "12-24..01-02"),
    ],
)  # fmt: skip
def test_so_it_is_told_of_special_dates_by_their_names(kind: str, key: str) -> None:
    def told(evening: list[str]) -> list[str]:
        own = {key: [evening, ["13:00", "14:00"]]}
        exceptions, rules = (own, None) if kind == "exceptions" else (None, {kind: own})
        return [*overlapping(read_openings(OFFICE, (), exceptions, rules))]

    one = "opening intervals overlap, and count as one"
    night = f"{key} 12:00-00:01 does not close after it opens, so it runs into the next day"
    assert told(["12:00", "24:00"]) == [f"{one}: {key} 12:00-24:00 and {key} 13:00-14:00."]
    assert told(["12:00", "00:01"]) == [f"{one}: {key} 12:00-00:01 and {key} 13:00-14:00 ({night})."]
    assert told(["14:00", "12:00"]) == []


def test_nights_that_only_touch_are_no_overlap() -> None:
    every = {day: [["09:00", "09:00"]] for day in DAYS}
    for week in (
        every,
        {"mon": [["17:00", "09:00"]], "tue": [["09:00", "12:00"]]},
        {"sun": [["17:00", "00:00"]], "mon": [["00:00", "12:00"]]},
        {"wed": [["09:00", "09:00"]]},
    ):
        assert not [*overlapping(read_openings(week))]


def test_what_may_be_written_in_many_ways_is_written_back_in_one() -> None:
    """Also in one order: it does not matter which of two periods is told first."""
    morning = ["09:00", "12:00"]
    written = read_openings(
        {"mon": [["13:00", "24:00"], ["9:00", "12:00"]], "tue": []},
        exceptions={
            "2026-12-28..2026-12-30": "Fermé", date(2026, 12, 24): ["9:00", "12:00"], "2026-12-31..2026-12-31": "OUVERT"
        },
        rules={
            "yearly": {"Pâques + 1": "closed", "dernier lundi de mai": "open"},
            "periods": [
                {"from": date(2028, 1, 1), "weekly_hours": {"wed": [["20:00", "04:00"]]}, "yearly": ["12-24 .. 01-02"]},
                {"from": "2027-01-01", "exceptions": ["2027-05-14"], "weeks_from": "2027-01-06",
                 "weeks": [{"weekly_hours": {"fri": [morning]}}, {"fri": ()}]},
            ],
        },
    )  # fmt: skip
    assert written_rules(written) == {
        "weekly_hours": {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]},
        "exceptions": {
            "2026-12-24": [morning], "2026-12-28..2026-12-30": [], "2026-12-31": "open", "2027-05-14": []
        },
        "yearly": {"easter+1": [], "last mon of may": "open"},
        "periods": [
            {"from": "2027-01-01", "weeks": [{"fri": [morning]}, {}], "weeks_from": "2027-01-04"},
            {"from": "2028-01-01", "weekly_hours": {"wed": [["20:00", "04:00"]]}, "yearly": {"12-24..01-02": []}},
        ],
    }  # fmt: skip


LATER = {"from": "2027-01-01", "weekly_hours": OFFICE}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"weeks": "mon"}, "weeks must be a list"),
        ({"weeks": OFFICE}, "weeks must be a list"),
        ({"weeks": 7}, "weeks must be a list"),
        ({"weeks": [7], "weeks_from": "2027-01-01"}, "weekly_hours must map days"),
        ({"weeks": [OFFICE, {}]}, "weeks needs weeks_from"),
        ({"periods": "2027-01-01"}, "periods must be a list"),
        ({"periods": 7}, "periods must be a list"),
        ({"periods": LATER}, "periods must be a list"),
        ({"periods": ["from"]}, "each needs from"),
        ({"periods": [{"weekly_hours": OFFICE}]}, "each needs from"),
        ({"periods": [{"from": "2027-01-01"}]}, "from 2027-01-01 on there are no hours"),
        ({"periods": [LATER | {"timezone": "UTC"}]}, "timezone cannot change from 2027-01-01 on"),
        ({"periods": [LATER | {"periods": []}]}, "periods cannot change from 2027-01-01 on"),
        ({"periods": [LATER, LATER | {"from": date(2027, 1, 1)}]}, "two begin on 2027-01-01; keep one"),
        ({"periods": [LATER | {"from": date.min}]}, "two begin on 0001-01-01; keep one"),
        ({"periods": [LATER | {"weekly_hours": {"mon": []}}]}, "from 2027-01-01 on it never opens"),
        ({"periods": [LATER | {"exceptions": {"2026-12-31..2027-01-02": []}}]}, "2027-01-02 lies before 2027-01-01"),
        ({"exceptions": {"2027-01-02": [], date(2027, 1, 2): []}}, "2027-01-02 is there twice; keep one"),
        ({"exceptions": 7}, "exceptions must map dates"),
        ({"exceptions": {"2027-01-02": "half"}}, "2027-01-02: give a list"),
        ({"exceptions": {"2027-01-02": ["09:00"]}}, "'09:00' is not [open, close]"),
        ({"exceptions": {"2027-01-02": [["09:00", "12:00"], "13:00"]}}, "'13:00' is not [open, close]"),
        ({"exceptions": {"2027-01-02": ["09:00", "12:00", "13:00"]}}, "'09:00' is not [open, close]"),
        ({"exceptions": {"2027-01-02": [["09:00"]]}}, "['09:00'] is not [open, close]"),
        ({"yearly": "12-24"}, "yearly must map dates"),
        ({"yearly": 7}, "yearly must map dates"),
        ({"yearly": {7: []}}, "7 is no date that comes every year"),
        ({"yearly": {"easter+1": [], "Pâques + 1": []}}, "'easter+1' is there twice; keep one"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_in_one_sentence(fields: dict[str, Any], words: str) -> None:
    rules = {name: value for name, value in fields.items() if name in RULES}
    with pytest.raises(CalendarError, match=re.escape(words)) as refused:
        read_openings(OFFICE, (), fields.get("exceptions"), rules)
    assert "\n" not in str(refused.value)


def test_a_period_may_say_something_of_the_very_day_on_which_it_begins() -> None:
    morning = [["09:00", "12:00"]]
    written = read_openings(OFFICE, rules={"periods": [LATER | {"exceptions": {"2027-01-01": morning}}]})
    assert written_rules(written)["exceptions"] == {"2027-01-01": morning}


@pytest.mark.parametrize("text", ["24:00", "00:00", "9:05", "23:59"])
def test_times_of_day_that_are_some(text: str) -> None:
    assert read_openings({"mon": [["00:00" if text != "00:00" else "01:00", text]]}).regular[0].weeks[0][0]


@pytest.mark.parametrize("text", ["24:01", "23:60", "0900", "9", "09:00:00", "-1:00", "٠٩:٠٠"])
def test_times_of_day_that_are_none(text: str) -> None:
    with pytest.raises(CalendarError, match="is not a time of day"):
        read_openings({"mon": [["00:00", text]]})


NIGHTS = read_openings({day: [["22:00", "21:00"]] for day in ("wed", "fri", "sun")}, ["2026-03-29", "2011-12-31"])
SHIFTS = read_openings({day: [["01:00", "02:30"], ["23:30", "00:30"]] for day in DAYS}, ["2026-10-24"])
CHANGES = [
    at(text)
    for text in ("2026-03-29 01:00", "2026-10-25 01:00", "2011-12-30 10:00", "2026-10-03 15:30", "2026-04-04 15:00")
]


@given(
    st.sampled_from(["Europe/Paris", "Pacific/Apia", "Pacific/Honolulu", "Pacific/Kiritimati", "Australia/Lord_Howe"]),
    st.sampled_from([NIGHTS, SHIFTS]),
    st.sampled_from(CHANGES) | st.datetimes(datetime(1900, 2, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(-48, 48).map(lambda n: n * 1800) | st.integers(-200_000, 200_000),
    st.integers(1, 72).map(lambda n: n * 1800) | st.integers(1, 400_000),
)
def test_a_window_shows_what_a_wider_one_does(
    name: str, openings: Openings, around: datetime, before: int, length: int
) -> None:
    begin = epoch(around) + before
    same_as_wider(name, openings, begin, begin + length)


@pytest.mark.parametrize("name", ["Pacific/Honolulu", "Pacific/Kiritimati"])
@pytest.mark.parametrize("openings", [NIGHTS, SHIFTS], ids=["nights", "shifts"])
@pytest.mark.parametrize("first", ["1900-02-05 00:00", "2200-11-03 00:00"])
def test_so_it_does_at_every_hour_of_a_week_in_the_first_and_the_last_year(
    name: str, openings: Openings, first: str
) -> None:
    for hour in range(7 * 24):
        begin = epoch(at(first)) + hour * 3600
        same_as_wider(name, openings, begin, begin + 2 * 3600)


def test_the_long_night_of_a_date_with_own_hours_is_seen_from_the_end_of_the_next() -> None:
    """In the afternoon of Honolulu it is tomorrow in UTC, so the night began two dates ago there."""
    openings = read_openings(OFFICE, (), {"2026-11-20": [["22:00", "21:00"]]})
    begin = epoch(at("2026-11-22 01:00"))
    assert open_spans(openings, zone("Pacific/Honolulu"), begin, begin + 3600) == [(begin, begin + 3600)]


def same_as_wider(name: str, openings: Openings, begin: int, end: int) -> None:
    tz = zone(name)
    wide = open_spans(openings, tz, begin - 20 * 86400, end + 20 * 86400)
    cut = [(max(opens, begin), min(closes, end)) for opens, closes in wide if opens < end and closes > begin]
    assert open_spans(openings, tz, begin, end) == cut


def test_a_night_belongs_to_the_date_on_which_it_opens() -> None:
    week = {"mon": [["22:00", "06:00"], ["09:00", "12:00"]], "wed": [["22:00", "06:00"]]}
    calendar = Calendar("Europe/Paris", week, ["2026-11-25"], {"2026-11-26": [["10:00", "11:00"]]})
    opens = {n: calendar.day_spans(date(2026, 11, n)) for n in range(22, 28)}
    found = {n: [(instant(start), instant(end)) for start, end in spans] for n, spans in opens.items() if spans}
    assert found == {
        23: spans(("2026-11-23 08:00", "2026-11-23 11:00"), ("2026-11-23 21:00", "2026-11-24 05:00")),
        25: spans(("2026-11-25 23:00", "2026-11-26 05:00")),  # what the holiday leaves of it
        26: spans(("2026-11-26 09:00", "2026-11-26 10:00")),
    }
    assert ELAPSED.day_spans(date(2026, 11, 23)) == []


def test_of_a_night_that_runs_over_a_skipped_date_the_holiday_behind_it_takes_its_part() -> None:
    """Samoa left 30 December 2011 out, so the night of the 29th ends on the 31st."""
    calendar = Calendar("Pacific/Apia", {"thu": [["20:00", "04:00"]]}, ["2011-12-31"])
    found = [(instant(start), instant(end)) for start, end in calendar.day_spans(date(2011, 12, 29))]
    assert found == spans(("2011-12-30 06:00", "2011-12-30 10:00"))


def test_a_holiday_whose_last_hour_comes_twice_takes_it_of_the_next_day() -> None:
    """A minute after midnight St John's put its clocks back an hour, so to the evening before."""
    calendar = Calendar("America/St_Johns", {"sun": [["00:00", "12:00"]]}, ["2006-10-28"])
    found = [(instant(start), instant(end)) for start, end in calendar.day_spans(date(2006, 10, 29))]
    assert found == spans(("2006-10-29 02:30", "2006-10-29 02:31"), ("2006-10-29 03:30", "2006-10-29 15:30"))


@pytest.mark.parametrize(
    ("name", "day", "hours", "expected"),
    [
        # At two in the morning of Sunday Auckland goes from 12 to 13 hours ahead: in Greenwich it is still Saturday.
        ("Pacific/Auckland", date(2026, 9, 27), ("00:00", "12:00"), ("2026-09-26 12:00", "2026-09-26 23:00")),
        # At ten in the evening of Saturday Easter Island goes from 6 to 5 hours behind: there it is Sunday already.
        ("Pacific/Easter", date(2026, 9, 4), ("23:45", "23:30"), ("2026-09-05 05:45", "2026-09-06 04:30")),
    ],
)
def test_a_change_of_clock_counts_for_the_date_it_is_made_on_though_it_is_another_in_greenwich(
    name: str, day: date, hours: tuple[str, str], expected: tuple[str, str]
) -> None:
    opens = Calendar(name, {weekday: [hours] for weekday in ("fri", "sun")}).day_spans(day)
    assert [(instant(start), instant(end)) for start, end in opens] == spans(expected)


@given(st.integers(0, 400))
def test_the_days_of_a_calendar_are_all_of_its_time(days: int) -> None:
    """Also where the clocks change meanwhile: they do on 28 March 2027 and 31 October 2027."""
    calendar = Calendar(
        "Europe/Paris", {"mon": [["22:00", "03:00"]], "sat": [["09:00", "02:30"]], "sun": [["23:00", "02:30"]]}
    )
    first = date(2026, 10, 1)
    begin, end = (epoch(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)) for day in (first, first + days * DAY))
    parts = [part for n in range(-1, days + 1) for part in calendar.day_spans(first + n * DAY)]
    assert sum(max(0, min(high, end) - max(low, begin)) for low, high in parts) == calendar.seconds_between(begin, end)
