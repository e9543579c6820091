"""Time that counts, by hand: around the clock, or Monday to Friday 09:00 to 17:00 in the desk's zone. Nothing of it is
shared with the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Paris")
FAR = timedelta(days=90)
Span = tuple[datetime, datetime]


def opening(at: datetime, days: int) -> Iterator[Span]:
    """The desk's opening hours from the day before `at`, for so many days."""
    first = at.astimezone(ZONE).date() - timedelta(days=1)
    for each in (first + timedelta(days=n) for n in range(days + 2)):
        if each.weekday() < 5:
            yield _opening_on(each)


@cache
def _opening_on(day: date) -> Span:
    begin, end = (datetime.combine(day, time(hour), ZONE).astimezone(UTC) for hour in (9, 17))
    return begin, end


def is_open(at: datetime) -> bool:
    """Whether the desk is open."""
    return any(begin <= at < end for begin, end in opening(at, 2))


def next_open(at: datetime) -> datetime:
    """That instant, or when the desk opens next."""
    return next(max(at, begin) for begin, end in opening(at, 9) if at < end)


def counted(begin: datetime, end: datetime, pauses: Iterable[Span], *, business: bool) -> list[Span]:
    """The spans between two instants that count."""
    days = (end - begin).days + 2
    spans = [(max(a, begin), min(b, end)) for a, b in (opening(begin, days) if business else [(begin, end)])]
    for since, until in pauses:
        spans = [part for a, b in spans for part in ((a, min(b, since)), (max(a, until), b))]
    return [(a, b) for a, b in spans if a < b]


def after(begin: datetime, seconds: float, pauses: Iterable[Span], *, business: bool) -> datetime:
    """When so many seconds have counted."""
    left = timedelta(seconds=seconds)
    for a, b in counted(begin, begin + FAR, pauses, business=business):
        if left <= b - a:
            return a + left
        left -= b - a
    raise ValueError("it never comes to that")


def before(end: datetime, seconds: float, pauses: Iterable[Span], *, business: bool) -> datetime:
    """From when on so many seconds count until then."""
    left = timedelta(seconds=seconds)
    for a, b in reversed(counted(end - FAR / 3, end, pauses, business=business)):
        if left <= b - a:
            return b - left
        left -= b - a
    raise ValueError("it began longer ago")


def between(begin: datetime, end: datetime, pauses: Iterable[Span], *, business: bool) -> int:
    """How many seconds count."""
    return int(sum(((b - a) for a, b in counted(begin, end, pauses, business=business)), timedelta()).total_seconds())
