"""Changes of clock on dates with hours of their own, reckoned by hand on a calendar on the wall.

Paris goes forward on 28 March 2027 at 2:00, back on 25 October 2026 at 3:00; New York on 14 March 2027 at 2:00 and on 1
November 2026 at 2:00; Lord Howe, by half an hour, on 4 October 2026 at 2:00 and on 4 April 2027 at 2:00. Sao Paulo went
forward at the midnight that began 4 November 2018, back at the one that ended 17 February 2018. Apia left out 30
December 2011.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from triage.day_targets import Days, Until
from triage.hours import Calendar
from triage.instants import epoch
from triage.recurring import DAYS
from triage.target import Rule, Target

HOUR = timedelta(hours=1)
WEEK = {day: [["08:00", "20:00"]] for day in DAYS}
PARIS, YORK, HOWE, PAULO, APIA = (
    "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"
)  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def calendar(zone: str, dates: str, *hours: str) -> Calendar:
    """Open from 8:00 to 20:00 every day, but for that date, or that date of every year."""
    own: dict[str, Any] = {dates: [each.split("-") for each in hours]}
    if dates[:1].isdigit() and dates[:4].isdigit():
        return Calendar(zone, WEEK, exceptions=own)
    return Calendar(zone, WEEK, yearly=own)


@pytest.mark.parametrize(
    ("place", "day", "opens", "closes", "length"),
    [
        # An hour comes twice.
        ((PARIS, "2026-10-25", "00:00-12:00"), "2026-10-25", "2026-10-24 22:00", "2026-10-25 11:00", 13),
        ((PARIS, "2026-10-25", "01:00-04:00"), "2026-10-25", "2026-10-24 23:00", "2026-10-25 03:00", 4),
        ((PARIS, "last sun of october", "02:30-03:30"), "2026-10-25", "2026-10-25 00:30", "2026-10-25 02:30", 2),
        ((PARIS, "10-25", "00:00-02:30"), "2026-10-25", "2026-10-24 22:00", "2026-10-25 00:30", 2.5),
        ((PARIS, "2026-10-24", "22:00-04:00"), "2026-10-24", "2026-10-24 20:00", "2026-10-25 03:00", 7),
        ((PARIS, "2026-10-25", "00:00-24:00"), "2026-10-25", "2026-10-24 22:00", "2026-10-25 23:00", 25),
        # An hour is left out.
        ((PARIS, "2027-03-28", "00:00-12:00"), "2027-03-28", "2027-03-27 23:00", "2027-03-28 10:00", 11),
        ((PARIS, "easter", "02:30-06:00"), "2027-03-28", "2027-03-28 01:30", "2027-03-28 04:00", 2.5),
        ((PARIS, "03-28", "01:00-02:15"), "2027-03-28", "2027-03-28 00:00", "2027-03-28 01:15", 1.25),
        ((PARIS, "03-27", "23:00-03:00"), "2027-03-27", "2027-03-27 22:00", "2027-03-28 01:00", 3),
        ((PARIS, "2027-03-28", "00:00-24:00"), "2027-03-28", "2027-03-27 23:00", "2027-03-28 22:00", 23),
        ((YORK, "first sun of november", "00:00-06:00"), "2026-11-01", "2026-11-01 04:00", "2026-11-01 11:00", 7),
        ((YORK, "2026-11-01", "01:30-02:00"), "2026-11-01", "2026-11-01 05:30", "2026-11-01 07:00", 1.5),
        ((YORK, "11-01", "00:30-01:30"), "2026-11-01", "2026-11-01 04:30", "2026-11-01 05:30", 1),
        ((YORK, "second sun of march", "01:00-02:30"), "2027-03-14", "2027-03-14 06:00", "2027-03-14 07:30", 1.5),
        ((YORK, "2027-03-14", "00:00-06:00"), "2027-03-14", "2027-03-14 05:00", "2027-03-14 10:00", 5),
        ((YORK, "2027-03-13", "21:00-03:00"), "2027-03-13", "2027-03-14 02:00", "2027-03-14 07:00", 5),
        # Half an hour.
        ((HOWE, "2026-10-04", "00:00-12:00"), "2026-10-04", "2026-10-03 13:30", "2026-10-04 01:00", 11.5),
        ((HOWE, "first sun of october", "02:15-05:00"), "2026-10-04", "2026-10-03 15:45", "2026-10-03 18:00", 2.25),
        ((HOWE, "first sun of april", "01:00-03:00"), "2027-04-04", "2027-04-03 14:00", "2027-04-03 16:30", 2.5),
        ((HOWE, "2027-04-04", "01:30-02:00"), "2027-04-04", "2027-04-03 14:30", "2027-04-03 15:30", 1),
        ((HOWE, "04-04", "00:00-01:45"), "2027-04-04", "2027-04-03 13:00", "2027-04-03 14:45", 1.75),
        # At midnight.
        ((PAULO, "2018-11-04", "00:00-12:00"), "2018-11-04", "2018-11-04 03:00", "2018-11-04 14:00", 11),
        ((PAULO, "first sun of november", "00:30-05:00"), "2018-11-04", "2018-11-04 03:30", "2018-11-04 07:00", 3.5),
        ((PAULO, "2018-11-03", "22:00-02:00"), "2018-11-03", "2018-11-04 01:00", "2018-11-04 04:00", 3),
        ((PAULO, "2018-11-03", "18:00-24:00"), "2018-11-03", "2018-11-03 21:00", "2018-11-04 03:00", 6),
        ((PAULO, "02-17", "18:00-24:00"), "2018-02-17", "2018-02-17 20:00", "2018-02-18 03:00", 7),
        ((PAULO, "2018-02-17", "12:00-23:30"), "2018-02-17", "2018-02-17 14:00", "2018-02-18 01:30", 11.5),
        ((PAULO, "2018-02-18", "00:00-06:00"), "2018-02-18", "2018-02-18 03:00", "2018-02-18 09:00", 6),
        # A whole date is left out.
        ((APIA, "2011-12-29", "12:00-24:00"), "2011-12-29", "2011-12-29 22:00", "2011-12-30 10:00", 12),
        ((APIA, "2011-12-29", "21:00-02:00"), "2011-12-29", "2011-12-30 07:00", "2011-12-30 12:00", 5),
    ],
)  # fmt: skip
def test_the_hours_of_a_date_on_which_the_clocks_change(
    place: tuple[str, str, str], day: str, opens: str, closes: str, length: float
) -> None:
    own, begin, end = calendar(*place), utc(opens), utc(closes)
    seconds = round(length * 3600)
    assert own.day_spans(date.fromisoformat(day)) == [(epoch(begin), epoch(end))]
    assert own.between(begin - HOUR, end + HOUR) == own.between(begin, end) == seconds
    assert own.add(begin, seconds) == end
    assert own.back(end, seconds - 60) == begin + timedelta(minutes=1)
    assert own.next_open(begin - HOUR) == begin
    assert not own.is_open(end)


@pytest.mark.parametrize(
    ("zone", "dates", "begin", "end", "hours"),
    [
        # From 20:00 on the day before to 8:00 on the day after; in Apia a date that was left out may be closed at will.
        (PARIS, "2026-10-25", "2026-10-24 18:00", "2026-10-26 07:00", 0),
        (YORK, "second sun of march", "2027-03-14 01:00", "2027-03-15 12:00", 0),
        (HOWE, "04-04", "2027-04-03 09:00", "2027-04-04 21:30", 0),
        (PAULO, "2018-11-04", "2018-11-03 23:00", "2018-11-05 10:00", 0),
        (APIA, "12-31", "2011-12-30 06:00", "2011-12-31 18:00", 0),
        (APIA, "2011-12-30", "2011-12-30 06:00", "2011-12-31 06:00", 12),
    ],
)
def test_a_date_that_is_closed_on_which_the_clocks_change(
    zone: str, dates: str, begin: str, end: str, hours: int
) -> None:
    assert calendar(zone, dates).between(utc(begin), utc(end)) == hours * 3600


def test_what_would_open_on_a_date_that_was_left_out_opens_a_day_later_unless_it_is_closed() -> None:
    """As every time that a change of clock skips: the 31st has its own 8:00 to 12:00 and the hours of the 30th."""
    morning = {"2011-12-31": [["08:00", "12:00"]]}
    day = utc("2011-12-30 10:00"), utc("2011-12-31 10:00")
    assert Calendar(APIA, WEEK, exceptions=morning).between(*day) == 12 * 3600
    assert Calendar(APIA, WEEK, exceptions={"2011-12-30": [], **morning}).between(*day) == 4 * 3600
    assert Calendar(APIA, WEEK, ["2011-12-30"], morning).between(*day) == 4 * 3600


@pytest.mark.parametrize(
    ("place", "start", "days", "due"),
    [
        ((PARIS, "2026-10-25", "00:00-12:00"), "2026-10-24 10:00", Days(1), "2026-10-25 11:00"),
        ((PARIS, "2026-10-25", "01:00-04:00"), "2026-10-24 10:00", Days(1, 150), "2026-10-25 00:30"),
        ((PARIS, "2027-03-28", "01:00-06:00"), "2027-03-27 10:00", Days(1, 150), "2027-03-28 01:30"),
        ((PARIS, "easter", "00:00-12:00"), "2027-03-27 09:30", Days(1, Until.SAME_TIME), "2027-03-28 08:30"),
        ((YORK, "11-01", "00:00-12:00"), "2026-10-31 15:30", Days(1, Until.SAME_TIME), "2026-11-01 16:30"),
        ((YORK, "first sun of november", "01:00-03:00"), "2026-11-01 06:30", Days(0), "2026-11-01 08:00"),
        ((HOWE, "2026-10-04", "00:00-12:00"), "2026-10-03 00:00", Days(1, 135), "2026-10-03 15:45"),
        ((HOWE, "first sun of april", "08:00-12:00"), "2027-04-02 23:15", Days(1, Until.SAME_TIME), "2027-04-03 23:45"),
        ((PAULO, "2018-11-04", "00:00-12:00"), "2018-11-03 18:00", Days(1, 0), "2018-11-04 03:00"),
        ((PAULO, "02-17", "18:00-24:00"), "2018-02-16 15:00", Days(1), "2018-02-18 03:00"),
        ((APIA, "12-31", "08:00-12:00"), "2011-12-29 20:00", Days(1), "2011-12-30 22:00"),
        ((APIA, "2011-12-31", "08:00-12:00"), "2011-12-29 20:30", Days(1, Until.SAME_TIME), "2011-12-30 20:30"),
    ],
)  # fmt: skip
def test_a_target_in_working_days_over_such_a_date(
    place: tuple[str, str, str], start: str, days: Days, due: str
) -> None:
    own = calendar(*place)
    target = Target(3600, own, Rule(own, days)).at(utc(start))
    end = own.add(utc(start), target.seconds)
    assert end is not None
    assert (own.next_open(end) if target.at_opening else end) == utc(due)
