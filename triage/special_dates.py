"""Dates on which a place is not open as its week says: what somebody who adds up hours by hand has to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from triage.opening_days import Dates
from triage.openings import Day

_ONE = timedelta(days=1)


class Special(StrEnum):
    """What is special about a date."""

    OPEN = "open"  # it has other hours than its weekday
    CLOSED = "closed"  # it is closed all day, also for what would run over from the night before
    HOLIDAY = "holiday"  # so it is, as a holiday, but for what `opens` all the same
    WEEK = "week"  # from it on another week is kept, or others alternate


@dataclass(frozen=True, slots=True)
class SpecialDate:
    """A local date that is not as those before it, or as its week says."""

    #: Which date.
    day: date
    #: What about it.
    what: Special
    #: What opens on it, in minutes from its midnight.
    opens: Day = ()


def special_dates(dates: Dates, first: int, last: int) -> Iterator[SpecialDate]:
    """Those from one date (an ordinal) to another, in order."""
    closed = dates.between(first, last)[1]
    for day, opens in dates.hours(first, last):
        on = date.fromordinal(day)
        if dates.begins(day):
            yield SpecialDate(on, Special.WEEK)
        is_other = opens != dates.usual(day)
        if day in closed and (is_other or _runs_over(dates.opening(on - _ONE))):
            yield SpecialDate(on, Special.HOLIDAY if dates.is_holiday(day) else Special.CLOSED, opens)
        elif is_other:
            yield SpecialDate(on, Special.OPEN, opens)


def _runs_over(opens: Day) -> bool:
    return any(close > 1440 for _, close in opens)
