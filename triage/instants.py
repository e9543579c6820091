"""Instants and spans of time: aware datetimes in, UTC out, and whole seconds since 1970 underneath.

Seconds are what the clocks count in, so a fraction of a second in an instant is dropped when it becomes seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from operator import itemgetter
from typing import TypeVar

Span = tuple[datetime, datetime | None]
"""From an instant (included) to another (excluded), or to no end."""

Seconds = tuple[int, int | None]
"""A span in seconds since 1970."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

YEARS = range(1900, 2201)
"""The years that time is counted for."""

_Point = TypeVar("_Point", int, datetime)


def utc(value: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive datetime, which names no instant."""
    if value.utcoffset() is None:
        raise naive(value)
    return value.astimezone(UTC)


def whole_second(value: datetime) -> datetime:
    """The same instant in UTC, cut to the second. Raises ValueError for a naive datetime."""
    if value.tzinfo is UTC and not value.microsecond:  # most that is asked for is one already
        return value
    return utc(value).replace(microsecond=0)


def naive(value: datetime) -> ValueError:
    """The error to raise for a datetime that names no instant."""
    return ValueError(f"{value.isoformat()} has no time zone: give an aware datetime, for example one in UTC.")


def epoch(value: datetime) -> int:
    """Seconds since 1970 of an aware datetime, rounded down. Raises ValueError for a naive one."""
    try:
        passed = value - EPOCH
    except TypeError:
        raise naive(value) from None
    return passed.days * 86400 + passed.seconds


def instant(seconds: int) -> datetime:
    """The UTC datetime that many seconds after (before, when negative) the start of 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same time in order of start, in UTC, nothing twice: overlapping and touching spans become one.

    Spans without length are dropped. Raises ValueError for a naive datetime.
    """
    return merge_points((utc(start), None if end is None else utc(end)) for start, end in spans)


def merge_points(spans: Iterable[tuple[_Point, _Point | None]]) -> list[tuple[_Point, _Point | None]]:
    """`merge` for any points that compare as instants do: seconds, or datetimes that are all in UTC."""
    merged: list[tuple[_Point, _Point | None]] = []
    for start, end in sorted(spans, key=itemgetter(0)):
        if end is not None and end <= start:
            continue
        if merged:
            first, last = merged[-1]
            if last is None:
                break
            if start <= last:
                merged[-1] = (first, None if end is None else max(last, end))
                continue
        merged.append((start, end))
    return merged
