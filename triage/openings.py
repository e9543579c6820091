"""When a place is open: weeks, and the dates that have hours of their own. A value, however it was written down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from triage.instants import merge_points
from triage.recurring import Yearly

Day = tuple[tuple[int, int], ...]
"""A day's opening intervals in order, in minutes from its midnight; past 1440 they run into the next day."""

Own = Day | None
"""The hours of dates that have some of their own: none are closed all day; None: as usual, although a holiday."""

Week = tuple[Day, ...]
"""What opens on each weekday, Monday first."""

FIRST_DATE, LAST_DATE = date.min.toordinal(), date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Regular:
    """The weeks that are kept from a date on, one after the other where there are several."""

    #: The first date (an ordinal, as of `date.toordinal`) on which they are kept.
    since: int
    #: What opens on each weekday, Monday first, week by week.
    weeks: tuple[Week, ...]
    #: The Monday (an ordinal) that begins a first one; 1 where there is only one.
    monday: int = 1

    def day(self, date_: int) -> Day:
        """What opens on a date."""
        return self.weeks[(date_ - self.monday) // 7 % len(self.weeks)][(date_ - 1) % 7]


@dataclass(frozen=True, slots=True)
class Anniversary:
    """Hours of dates that come every year."""

    #: Which dates.
    dates: Yearly
    #: What opens on them.
    own: Own
    #: The first date (an ordinal) on which that holds.
    since: int = FIRST_DATE
    #: The last one.
    until: int = LAST_DATE


@dataclass(frozen=True, slots=True)
class Openings:
    """When a place is open. Of what is said of a date the more particular holds, in this order: the hours of that very
    date, a holiday, a range of dates (the shortest), a date that comes every year, a range that does, the week.
    """

    #: What is kept from when on, in order; the first from the beginning.
    regular: tuple[Regular, ...]
    #: Local dates that are closed all day.
    holidays: frozenset[date] = frozenset()
    #: The first and the last of local dates that have hours of their own, with those.
    exceptions: tuple[tuple[date, date, Own], ...] = ()
    #: Dates that come every year, with their hours.
    yearly: tuple[Anniversary, ...] = ()

    @property
    def weeks(self) -> Iterator[Week]:
        """Every week that is ever kept."""
        return (week for regular in self.regular for week in regular.weeks)

    @property
    def always_from(self) -> int | None:
        """The date (an ordinal), if any, from which on it never closes again."""
        last = self.regular[-1]
        if self.yearly or any(week_minutes(week) < 7 * 1440 for week in last.weeks):
            return None
        special = [*self.holidays, *(day for _, day, _ in self.exceptions)]
        return max(last.since, *(day.toordinal() + 1 for day in special), FIRST_DATE)


def day_minutes(day: Day) -> int:
    """How many minutes open on a day, whatever overlaps counted once."""
    return sum(close - start for start, close in merge_points(day) if close is not None)


def week_minutes(week: Week) -> int:
    """How many minutes of a week are open, whatever overlaps counted once."""
    spans = [(n * 1440 + start, n * 1440 + close) for n, day in enumerate(week) for start, close in day]
    # What runs over from Sunday is Monday's; of all that does not, no time is left.
    spans += [(0, close - 7 * 1440) for _, close in spans]
    return sum(min(close, 7 * 1440) - start for start, close in merge_points(spans) if close is not None)
