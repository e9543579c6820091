"""A moment as people say it, and which instant that is for somebody at a given now, in a zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dateutil.tz import resolve_imaginary

from triage.errors import Refusal

# A date without a year that lies further off than this is more likely a slip than next year.
NEAR = timedelta(days=270)
HORIZON = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Ago:
    """So many seconds from now; before now when negative."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Bare:
    """A time of day alone."""


@dataclass(frozen=True, slots=True)
class Relative:
    """So many days from today."""

    days: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week (0 is Monday). `turn`: 0 the nearest, 1 the next after today, -1 the last before today."""

    number: int
    turn: int = 0


@dataclass(frozen=True, slots=True)
class OnDate:
    """A date, with or without its year."""

    day: int
    month: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class At:
    """A time of a day; in `zone` where one was named, else in the reader's."""

    time: time
    day: Bare | Relative | Weekday | OnDate = Bare()
    zone: tzinfo | None = None


Spoken = Ago | At


def resolve(spoken: Spoken, now: datetime, zone: tzinfo, *, future: bool) -> datetime | None:
    """The instant in UTC, or None when there is no such date or it is years away.

    Where what was said fits several days, the nearest on the side that `future` names is meant. A local time that a
    change of clocks skips moves forward by the gap; one that comes twice is its first occurrence. Raises
    Refusal("ambiguous_time") for a date without a year that lies far off on that side.
    """
    if isinstance(spoken, Ago):
        return (now + timedelta(seconds=spoken.seconds)).astimezone(UTC)
    zone = spoken.zone or zone
    try:
        found = _on_day(spoken, now, zone, future=future)
        return found if found is not None and abs(found - now) <= HORIZON else None
    except (OverflowError, ValueError):
        return None


def _on_day(spoken: At, now: datetime, zone: tzinfo, *, future: bool) -> datetime | None:
    today = now.astimezone(zone).date()

    def at(day: date) -> datetime:
        # A repeated time is its first occurrence by itself (fold=0); a skipped one is moved forward here.
        return resolve_imaginary(datetime.combine(day, spoken.time, zone)).astimezone(UTC)

    def nearest(days: list[date]) -> datetime | None:
        """Of days in order of distance, the first whose time lies on the right side of now."""
        return next((found for day in days if ((found := at(day)) > now) is future), None)

    step = 1 if future else -1
    match spoken.day:
        case Bare():
            return nearest([today + timedelta(days=step * n) for n in range(3)])
        case Relative(days):
            return at(today + timedelta(days=days))
        case Weekday(number, 0):
            ahead = (step * (number - today.weekday())) % 7
            return nearest([today + timedelta(days=step * (ahead + 7 * n)) for n in range(3)])
        case Weekday(number, turn):
            return at(today + timedelta(days=turn * ((turn * (number - today.weekday()) - 1) % 7 + 1)))
        case OnDate(day, month, None):
            years = [today.year + step * n for n in range(-1, 9)]
            found = nearest([date(y, month, day) for y in years if _exists(y, month, day)])
            if found is not None and abs(found - now) > NEAR:
                raise Refusal("ambiguous_time")
            return found
        case OnDate(day, month, int(year)):
            return at(date(year, month, day))
    raise TypeError(f"not a day: {spoken.day!r}")


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
