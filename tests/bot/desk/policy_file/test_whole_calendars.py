"""Calendars of a policy file that say more than a week: what is stored, and when they are open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from bot.desk.policy_file import check_policy, closing_file, load_policy
from triage.errors import PolicyError
from triage.hours import Calendar, hours_from_data

TODAY = date(2026, 11, 25)
NINE_TO_FIVE = [["09:00", "17:00"]]


def stored(calendars: str, name: str = "c") -> dict[str, Any]:
    """The stored data of one calendar, in UTC."""
    text = f"calendars:\n{indent(dedent(calendars), '  ')}"
    found: dict[str, Any] = load_policy(text, today=TODAY)[1]["calendars"][name]
    return found


def hours(calendars: str, name: str = "c") -> Calendar:
    found = hours_from_data(stored(calendars, name))
    assert isinstance(found, Calendar)
    return found


def opened(calendar: Calendar, first: str, days: int = 1) -> list[str]:
    """What opens on some dates, `12-24 09:00-12:00` each; nothing of dates on which nothing does."""
    dates = [date.fromisoformat(first) + timedelta(days=n) for n in range(days)]
    moments = [
        (day, datetime.fromtimestamp(a, UTC), datetime.fromtimestamp(b, UTC))
        for day in dates
        for a, b in calendar.day_spans(day)
    ]
    return [f"{day:%m-%d} {opens:%H:%M}-{closes:%H:%M}" for day, opens, closes in moments]


def doubts(text: str) -> list[str]:
    return [doubt for doubt in check_policy(text, today=TODAY)[1] if "calendars." in doubt and "uses this" not in doubt]


@pytest.mark.parametrize(
    ("calendar", "first", "days", "expected", "note"),
    [
        ("exceptions: {2026-12-24..2026-12-30: closed, 2026-12-29: 10-12}", "2026-12-24", 8,
         ["12-29 10:00-12:00", "12-31 09:00-17:00"], "a date in a range that is closed"),
        ("yearly: {12-24: 9-12, 12-25..12-31: fermé}", "2027-12-23", 10,
         ["12-23 09:00-17:00", "12-24 09:00-12:00"], "every year"),
        ("yearly: [last mon of may, easter+1]", "2027-05-31", 2, ["06-01 09:00-17:00"], "a list is closed"),
        ("yearly: {dernier lundi de mai: fermé, pâques+1: fermé}", "2027-05-31", 2, ["06-01 09:00-17:00"], "French"),
        ("yearly: [24 December 9-12, 12-25]", "2026-12-24", 2, ["12-24 09:00-12:00"], "hours behind a date of a list"),
        ('yearly: ["24 décembre 9h-12h, 14h-18h"]', "2026-12-24", 1, ["12-24 09:00-12:00", "12-24 14:00-18:00"],
         "several"),
        ("yearly: 24 December 12:00-24:00", "2026-12-24", 1, ["12-24 12:00-00:00"], "a single one with its hours"),
        ("yearly: easter-2", "2027-03-26", 1, [], "a single one"),
        ("holidays: FR, yearly: {05-01: 10-12}", "2029-05-01", 1, ["05-01 10:00-12:00"],
         "a date written by hand opens on a country's holiday"),
        ("holidays: FR, yearly: {05-01: open}", "2029-05-01", 1, ["05-01 09:00-17:00"], "as usual"),
        ("holidays: FR, yearly: {05-01..05-03: 10-12}", "2029-05-01", 2, ["05-02 10:00-12:00"], "a range does not"),
        ("holidays: [2029-05-01], yearly: {05-01: 10-12}", "2029-05-01", 1, [], "nor on a date that is listed"),
        ("yearly: [12-24], exceptions: {2026-12-24: open}", "2026-12-24", 1, ["12-24 09:00-17:00"], "for once"),
        ("periods: [{from: 2027-01-01, hours: {fri: 8-10}, holidays: FR}]", "2026-12-31", 9,
         ["12-31 09:00-17:00", "01-08 08:00-10:00"], "other hours, and holidays, from a date on"),
        ("periods: [{from: 2026-12-01, hours: {fri: 8-10}, holidays: FR}]", "2026-11-11", 1,
         ["11-11 09:00-17:00"], "which were none before"),
    ],
)  # fmt: skip
def test_a_calendar_is_open_as_it_says(calendar: str, first: str, days: int, expected: list[str], note: str) -> None:
    assert opened(hours(f"c: {{hours: {{mon-fri: 9-17}}, {calendar}}}"), first, days) == expected, note


def test_weeks_alternate() -> None:
    calendar = hours("c: {weeks: [{mon-fri: 06:00-14:00}, {mon-fri: 14:00-22:00}], weeks_from: 2026-12-02}")
    assert opened(calendar, "2026-12-04", 4) == ["12-04 06:00-14:00", "12-07 14:00-22:00"]
    assert opened(calendar, "2026-11-27") == ["11-27 14:00-22:00"]


OFFICE = """
    office: {hours: {mon-fri: 9-17}, holidays: [FR, 2026-12-26], exceptions: {2026-12-23: 9-12}}
"""


@pytest.mark.parametrize(
    ("own", "first", "days", "expected", "note"),
    [
        ("hours: {sat: 10-14}", "2026-12-18", 2, ["12-18 09:00-17:00", "12-19 10:00-14:00"], "as the other, but"),
        ("hours: {sat: 10-14}", "2026-12-25", 2, [], "a holiday of the other closes a day that only this one opens"),
        ("hours: {fri: closed}", "2026-12-17", 2, ["12-17 09:00-17:00"], "a day less"),
        ("exceptions: {2026-12-25: open, 2026-12-23: closed}", "2026-12-23", 3,
         ["12-24 09:00-17:00", "12-25 09:00-17:00"], "dates of the other, taken back"),
        ("holidays: DE-BY", "2027-01-06", 1, [], "its own holidays besides"),
        ("yearly: {12-25: 10-12}", "2026-12-25", 1, ["12-25 10:00-12:00"], "a holiday of the other's country"),
    ],
)  # fmt: skip
def test_a_calendar_is_built_on_another(own: str, first: str, days: int, expected: list[str], note: str) -> None:
    assert opened(hours(f"{OFFICE}\n    c: {{based_on: office, {own}}}"), first, days) == expected, note


def test_one_may_be_built_on_around_the_clock_and_on_what_is_built_on_others() -> None:
    calendar = hours("c: {based_on: b, yearly: [12-24]}\nb: {based_on: 24/7, yearly: [12-25]}")
    start = datetime(2026, 12, 23, tzinfo=UTC)
    first, second = calendar.open_intervals(start, 2)
    assert first == (start, start + timedelta(days=1))
    assert second[0] == start + timedelta(days=3)


def test_a_base_is_used_and_a_yearly_closing_is_a_holiday() -> None:
    text = f"calendars:\n{OFFICE}\n    c: {{based_on: office, hours: {{sat: 9-17}}, holidays: FR}}"
    assert check_policy(f"desks: {{d: {{timezone: UTC, calendar: c}}}}\n{text}", today=TODAY)[1][0].startswith("levels")
    assert doubts("calendars: {c: {hours: {mon: 9-17}, yearly: [12-25]}}") == []


def test_what_is_closed_once_is_a_holiday_as_it_always_was() -> None:
    """So that what is on record of a policy does not change."""
    found = stored("c: {hours: {mon-fri: 9-17}, exceptions: {2027-05-14: closed, 2027-05-15: closed}}")
    assert found == {
        "timezone": "UTC",
        "weekly_hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), NINE_TO_FIVE),
        "holidays": ["2027-05-14"],
        "countries": [],
    }


def test_a_night_does_not_open_on_a_date_that_is_closed() -> None:
    nights = hours("c: {hours: {mon-fri: 22:00-06:00}, exceptions: {2026-12-24: closed}}")
    assert opened(nights, "2026-12-23", 3) == ["12-23 22:00-00:00", "12-25 22:00-06:00"]


# -- an iCalendar file ---------------------------------------------------------------------------------------------


def ics(*events: str) -> str:
    lines = "\n".join(f"BEGIN:VEVENT\nUID:{n}\n{event}\nEND:VEVENT" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{lines}\nEND:VCALENDAR\n".replace("\n", "\r\n")


def of_file(tmp_path: Path, content: str) -> str:
    path = tmp_path / "closed.ics"
    path.write_text(content, encoding="utf-8")
    return f"calendars: {{c: {{hours: {{mon-sun: 9-17}}, holidays: [2027-02-01, {{ical: {path}}}]}}}}"


def test_the_whole_days_of_an_icalendar_file_are_holidays(tmp_path: Path) -> None:
    text = of_file(
        tmp_path,
        ics(
            "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\nSUMMARY:Christmas",
            "DTSTART;VALUE=DATE:20261231\nSUMMARY:One day\nRRULE:FREQ=YEARLY;COUNT=2",
            "DTSTART:20270104T120000Z\nDTEND:20270104T140000Z\nSUMMARY:A lunch",
            "DTSTART;VALUE=DATE:20270105\nSTATUS:CANCELLED",
            "DTSTART;VALUE=DATE:19990101",
        ),
    )
    found = load_policy(text, today=TODAY)[1]["calendars"]["c"]
    assert found["holidays"] == ["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-31", "2027-02-01", "2027-12-31"]
    [told] = doubts(text)
    assert told.endswith("close nothing (1 of them): write such hours below `exceptions`.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("no calendar", "it is no iCalendar file; save the calendar again, as one that begins with BEGIN:VCALENDAR"),
        (ics("DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY;COUNT=1000000000"), "more often than once a day"),
        (ics("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=\n MINUTELY"), "more often than once a day"),
        (
            ics("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=DAILY;COUNT=1000000000"),
            "an event in it comes more than 5,000 times; end it by its last date, such as UNTIL=20311231, in the place",
        ),
        (ics("DTSTART;VALUE=DATE:20261224\nRRULE:INTERVAL=2;CO\n UNT=0000000005001;FREQ=YEARLY"), "UNTIL=20311231"),
        (ics(f"DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY;COUNT={'9' * 5000}"), "more than 5,000 times"),
        (
            ics("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=DAILY"),
            "it closes every date for more than a year, from 2026-12-24 on; end that event (UNTIL), or leave it out",
        ),
        (ics("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;UNTIL=99991231"), "2026-12-24"),
        (ics("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270103"), "from 2026-01-01 on"),
        (ics("DTSTART;VALUE=DATE:00010101\nDTEND;VALUE=DATE:99991231"), "begins or ends in no year that is counted"),
    ],
)
def test_an_icalendar_file_that_cannot_be_used_is_one_line(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(PolicyError) as refused:
        load_policy(of_file(tmp_path, content), today=TODAY)
    [told] = refused.value.problems
    assert told.startswith("line 1: calendars.c.holidays[2].ical: ")
    assert words in told


@pytest.mark.parametrize(
    ("event", "count"),
    [
        ("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270102", 366),
        ("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY;COUNT=5000", 6),
        ("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY\nSUMMARY:RRULE:COUNT=1000000000", 6),
        ("DTSTART;VALUE=DATE:20250101\nRRULE:FREQ=DAILY;INTERVAL=2", 1278),
    ],
)
def test_an_icalendar_file_may_close_as_much_as_somebody_can_mean(tmp_path: Path, event: str, count: int) -> None:
    found = load_policy(of_file(tmp_path, ics(event)), today=TODAY)[1]["calendars"]["c"]["holidays"]
    assert len([day for day in found if day != "2027-02-01"]) == count


def test_an_icalendar_file_that_takes_too_long_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing_file, "READ_SECONDS", 0.01)
    with pytest.raises(PolicyError, match="takes longer than"):
        load_policy(of_file(tmp_path, ics("DTSTART;VALUE=DATE:20261224")), today=TODAY)


def test_an_icalendar_file_without_whole_days_is_doubted(tmp_path: Path) -> None:
    [told] = doubts(of_file(tmp_path, ics("DTSTART;VALUE=DATE:19990101")))
    assert told.endswith("no event in that file lasts a whole day between 2025-01-01 and 2031-12-31.")
