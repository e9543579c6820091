"""A moment as people say it, and which instant that is for somebody at a given now, in a zone."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum, auto

from dateutil.tz import resolve_imaginary

from triage.hours import Hours

# A date without a year that lies further off than this is more likely a slip than next year.
NEAR = timedelta(days=270)
HORIZON = timedelta(days=5 * 366)


class Why(Enum):
    """Why it cannot be told which time is meant."""

    AMBIGUOUS = auto()
    FOREIGN = auto()
    """It names the zone of somebody else."""
    NO_SUCH_DATE = auto()
    CLOSED = auto()
    """The desk has closed by then already."""
    NEVER_CLOSES = auto()
    """The desk does not close that day, for it is not open, or always."""


class Unclear(Exception):
    """What was said is a time, but which one cannot be told. `end` is where the words end that make it so; `halves` are
    the two times of day that it may be."""

    def __init__(self, end: int = 0, why: Why = Why.AMBIGUOUS, halves: tuple[time, ...] = ()) -> None:
        super().__init__()
        self.end = end
        self.why = why
        self.halves = halves


def halves_of(at: time) -> tuple[time, time]:
    """The two times of day that a clock of twelve hours shows alike, the earlier first."""
    return at.replace(hour=at.hour % 12), at.replace(hour=at.hour % 12 + 12)


@dataclass(frozen=True, slots=True)
class Ago:
    """A time counted from now."""

    #: So many; before now when negative.
    seconds: int


@dataclass(frozen=True, slots=True)
class Bare:
    """A time of day alone."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A day counted from today."""

    #: So many; before today when negative.
    days: int
    #: The small hours that end that day's night are meant.
    small: bool = False


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week."""

    #: 0 is Monday.
    number: int
    #: 0: the nearest; 1: the next after today; -1: the last before today.
    turn: int = 0


@dataclass(frozen=True, slots=True)
class OnDate:
    """A date."""

    #: Of the month, from 1.
    day: int
    #: From 1; None: it was not said.
    month: int | None = None
    #: None: it was not said.
    year: int | None = None
    #: 0 is Monday; it must be that date's. None: it was not said.
    weekday: int | None = None


Day = Bare | Relative | Weekday | OnDate


@dataclass(frozen=True, slots=True)
class At:
    """A time of a day."""

    #: The time of day.
    time: time
    #: Which day.
    day: Day = Bare()
    #: The zone that was named; one that is a word (`CET`) must be what the reader's own is called then. None: that one.
    zone: tzinfo | str | None = None
    #: On a clock of twelve hours it may be meant, and so may the time twelve hours off.
    half: bool = False
    #: When the desk closes is meant, whatever the time of day.
    closing: bool = False


Spoken = Ago | At


@dataclass(frozen=True, slots=True)
class Closing:
    """When a desk closes."""

    #: Its opening hours.
    hours: Hours
    #: Its zone, whose days are counted.
    zone: tzinfo

    def on(self, day: date) -> datetime | None:
        """When it closes for that day; None where it is not open then, or does not close."""
        start, end = (datetime.combine(day + timedelta(days=n), time(), self.zone) for n in (0, 1))
        found = [close for opened, close in self.hours.open_intervals(start.astimezone(UTC), MOST) if opened < end]
        return found[-1] if found and found[-1] is not None and found[-1] - end < timedelta(days=1) else None


MOST = 12  # stretches of a day


def resolve(
    spoken: Spoken, now: datetime, zone: tzinfo, *, future: bool, desk: Closing | None = None
) -> datetime | None:
    """The instant in UTC, or None when it is years away.

    Where what was said fits several days, the nearest on the side that `future` names is meant. A local time that a
    change of clocks skips moves forward by the gap; one that comes twice is its first occurrence, unless that has
    passed and the time is to come. Raises Unclear for a date that does not exist or, without a year, lies far off on
    that side, for a weekday that is not the date's, for the name of a zone that is not the reader's, for a time that
    on a clock of twelve hours is nearer in the other half of the day, and for a closing of the `desk` that is no more.
    """
    if isinstance(spoken, Ago):
        return (now + timedelta(seconds=spoken.seconds)).astimezone(UTC)
    if spoken.closing:
        return _closing(spoken, now, desk, future=future)
    if isinstance(spoken.zone, tzinfo):
        zone = spoken.zone
    try:
        found = _on_day(spoken, now, zone, future=future)
    except OverflowError:
        return None
    except ValueError:
        raise Unclear(why=Why.NO_SUCH_DATE) from None
    if spoken.half and isinstance(spoken.day, Bare):
        other = replace(spoken, time=spoken.time.replace(hour=(spoken.time.hour + 12) % 24))
        if abs(_on_day(other, now, zone, future=future) - now) < abs(found - now):
            raise Unclear(halves=halves_of(spoken.time))
    return found if abs(found - now) <= HORIZON else None


def _closing(spoken: At, now: datetime, desk: Closing | None, *, future: bool) -> datetime | None:
    """When the desk closes on that day: today where none was said."""
    if desk is None:
        return None
    if spoken.zone is not None:
        raise Unclear(why=Why.FOREIGN)
    today = now.astimezone(desk.zone).date()
    try:
        day = today if isinstance(spoken.day, Bare) else _days(spoken.day, today, 1 if future else -1)[0]
    except (ValueError, OverflowError):
        raise Unclear(why=Why.NO_SUCH_DATE) from None
    at = desk.on(day)
    if at is None or abs(at - now) > HORIZON:
        raise Unclear(why=Why.NEVER_CLOSES)
    if future and at <= now:
        raise Unclear(why=Why.CLOSED)
    return at.astimezone(UTC)


def _on_day(spoken: At, now: datetime, zone: tzinfo, *, future: bool) -> datetime:
    days = _days(spoken.day, now.astimezone(zone).date(), 1 if future else -1)
    local = (resolve_imaginary(datetime.combine(day, spoken.time, zone)) for day in days)
    times = [at.replace(fold=fold) for at in local for fold in (0, 1)]
    if isinstance(spoken.zone, str):
        times = [at for at in times if (at.tzname() or "").upper() == spoken.zone]
        if not times:
            raise Unclear(why=Why.FOREIGN)
    found = next((at for at in times if (at.astimezone(UTC) > now) is future), times[0])
    if isinstance(spoken.day, OnDate):
        _check_date(spoken.day, found, now.astimezone(zone))
    return found.astimezone(UTC)


def _check_date(said: OnDate, found: datetime, now: datetime) -> None:
    if said.month is not None and said.year is None and abs(found - now) > NEAR:
        date(now.year, said.month, said.day)  # the 29th of February is in no year that is near
        raise Unclear
    if said.weekday is not None and said.weekday != found.weekday():
        raise Unclear


def _days(said: Day, today: date, step: int) -> list[date]:
    """The days it may be, the nearest first in the direction of `step`; a single one where there is no choice."""
    match said:
        case Bare():
            return [today + timedelta(days=step * n) for n in range(3)]
        case Relative(days, small):
            found = [today + timedelta(days=days + n) for n in ((0, 1) if small else (0,))]
            return found[::step]
        case Weekday(number, 0):
            ahead = (step * (number - today.weekday())) % 7
            return [today + timedelta(days=step * (ahead + 7 * n)) for n in range(3)]
        case Weekday(number, turn):
            return [today + timedelta(days=turn * ((turn * (number - today.weekday()) - 1) % 7 + 1))]
        case OnDate(day, None):
            months = [today.year * 12 + today.month - 1 + step * n for n in range(4)]
            return _existing((number // 12, number % 12 + 1, day) for number in months)
        case OnDate(day, int(month), None):
            return _existing((today.year + step * n, month, day) for n in range(-1, 9))
        case OnDate(day, int(month), int(year)):
            return [date(year, month, day)]
    raise TypeError(f"not a day: {said!r}")


def _existing(dates: Iterable[tuple[int, int, int]]) -> list[date]:
    """Those dates that exist. Raises ValueError when none does."""
    found = []
    for year, month, day in dates:
        with suppress(ValueError):
            found.append(date(year, month, day))
    if not found:
        raise ValueError
    return found
