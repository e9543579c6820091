"""Targets that are told by the day rather than by a length: up to which instant, from when a clock starts.

A working day is a local date on which something opens; what opens on it runs on after midnight, and is its part. So a
night of 22:00 to 06:00 is the day of its 22:00. The day in which a clock starts is the one whose hours it starts in, or
else the local date. It is never one of the days that a target counts: as in contracts, the first is the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from triage.hours import Calendar, Hours
from triage.instants import epoch
from triage.opentable import END, FIRST, LAST
from triage.zones import LocalTimes, zone

NEVER = END - FIRST
"""Seconds that no hours hold: what a target comes to that is never reached."""

_DAY, _ONE = 86400, timedelta(days=1)


class Until(StrEnum):
    """Up to which instant of its last working day a target runs, where that is no time of day."""

    CLOSING = "closing"  # when that day closes for the last time
    SAME_TIME = "same time"  # at the local time at which the clock started


@dataclass(frozen=True, slots=True)
class Days:
    """A target in working days."""

    #: How many after the one in which the clock starts; 0: the one in which it starts.
    count: int
    #: Up to what time of the last one: a minute of the day, or see `Until`.
    until: int | Until = Until.CLOSING

    @property
    def text(self) -> str:
        """The `until` of stored data: `closing`, `same time` or `HH:MM`."""
        return self.until.value if isinstance(self.until, Until) else clock_text(self.until)


class Allowance(NamedTuple):
    """What a target comes to for one clock."""

    #: Seconds of its hours.
    seconds: int
    #: They end at an opening, not at the closing before it, although the same time has passed then.
    at_opening: bool


def days_from(count: int, until: str) -> Days:
    """The inverse of `Days.text`."""
    return Days(count, Until(until) if until in (*Until,) else clock_minute(until))


def clock_text(minute: int) -> str:
    """A minute of the day as `HH:MM`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def clock_minute(text: str) -> int:
    """The inverse of `clock_text`."""
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


@lru_cache(maxsize=8192)
def allowance(length: int | Days, not_before: int | None, hours: Hours, calendar: Calendar, start: int) -> Allowance:
    """What a target comes to for a clock that starts at `start` (seconds since 1970).

    `length` is so many seconds of `hours`, or working days of them. It does not end before the minute `not_before` of
    the local day in which it ends. `calendar` says what the local time is.
    """
    end = _day_end(length, calendar, start) if isinstance(length, Days) else hours.add_seconds(start, length)
    if end is not None and not_before is not None:
        end = _not_before(end, not_before, hours, calendar)
    if end is None or end > LAST:
        return Allowance(NEVER, at_opening=False)
    return Allowance(hours.seconds_between(start, end), at_opening=_opens_at(hours, end))


def shown_at(calendar: Calendar, day: date, minute: int) -> int:
    """The instant (seconds since 1970) at which the calendar's clocks show so many minutes after a date's midnight."""
    return _at(zone(calendar.timezone), day, minute)


def _not_before(end: int, minute: int, hours: Hours, calendar: Calendar) -> int | None:
    """`end`, or the first instant of the hours at or after that minute of its day, whichever comes later."""
    tz = zone(calendar.timezone)
    # A closing at midnight ends its day, rather than to begin the next.
    day = _local_date(tz, end if hours.next_open_seconds(end) == end else end - 1)
    earliest = _at(tz, day, minute)
    return end if end >= earliest else hours.next_open_seconds(earliest)


def _day_end(days: Days, calendar: Calendar, start: int) -> int | None:
    """When a target in working days ends; None: there are not so many."""
    if days.until is Until.SAME_TIME:
        return _same_time(days.count, calendar, start)
    day = _day_of(calendar, start)
    if days.count == 0:
        last = next((each for each in _working_days(calendar, day) if _closing(calendar, each) > start), None)
    else:
        last = _working_day(calendar, day, days.count)
    if last is None:
        return None
    return _closing(calendar, last) if days.until is Until.CLOSING else _by(days.until, calendar, last)


def _same_time(count: int, calendar: Calendar, start: int) -> int | None:
    """Outside opening hours it counts from the next opening, and what ends outside them ends at the next opening."""
    opened = calendar.next_open_seconds(start)
    if opened is None:
        return None
    day, tz = _day_of(calendar, opened), zone(calendar.timezone)
    last = _working_day(calendar, day, count)
    if last is None:
        return None
    shown = datetime.fromtimestamp(opened, tz).replace(tzinfo=UTC)
    passed = epoch(shown) - _wall(day)  # more than a day in what runs over midnight
    return calendar.next_open_seconds(_instant(tz, last, passed))


def _by(minute: int, calendar: Calendar, day: date) -> int:
    """That time of a working day: of the next date where its hours run over midnight and hold it only then. Before it
    opens it is the opening, between two openings the closing before."""
    tz, spans = zone(calendar.timezone), calendar.day_spans(day)
    opening, closing = spans[0][0], spans[-1][1]
    at, after_midnight = _at(tz, day, minute), _at(tz, day + _ONE, minute)
    if at < opening and after_midnight <= closing:
        at = after_midnight
    return max(min(max(at, opens), closes) for opens, closes in spans if opens <= max(at, opening))


def _working_day(calendar: Calendar, day: date, count: int) -> date | None:
    """The working day that comes so many after a date; None: there are not so many."""
    return next(islice(_working_days(calendar, day + _ONE), count - 1, None), None)


def _working_days(calendar: Calendar, day: date) -> Iterator[date]:
    """Dates from `day` on on which something opens."""
    tz = zone(calendar.timezone)
    while True:
        spans = calendar.day_spans(day)
        # Of a date that is closed there may be left what runs into the next; a date may be skipped altogether.
        if spans and _local_date(tz, spans[0][0]) == day:
            yield day
        day += _ONE
        found = calendar.next_open_seconds(_at(tz, day, 0))
        if found is None:
            return
        day = _local_date(tz, found)


def _closing(calendar: Calendar, day: date) -> int:
    return calendar.day_spans(day)[-1][1]


def _day_of(calendar: Calendar, start: int) -> date:
    """The working day whose hours an instant is in, or else its local date."""
    day = _local_date(zone(calendar.timezone), start)
    for each in (day, day - _ONE):
        if any(opens <= start < closes for opens, closes in calendar.day_spans(each)):
            return each
    return day


def _opens_at(hours: Hours, at: int) -> bool:
    return at > FIRST and hours.next_open_seconds(at) == at == hours.next_open_seconds(at - 1)


def _at(tz: tzinfo, day: date, minute: int) -> int:
    return _instant(tz, day, minute * 60)


def _instant(tz: tzinfo, day: date, seconds: int) -> int:
    """The instant at which the clocks show so many seconds after a date's midnight."""
    wall = _wall(day)
    return LocalTimes(tz, wall - 2 * _DAY, wall + 4 * _DAY).instant(wall + seconds)


def _wall(day: date) -> int:
    return epoch(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _local_date(tz: tzinfo, at: int) -> date:
    return datetime.fromtimestamp(at, tz).date()
