"""Arithmetic of time that counts: every second that counts has a number, and adding, measuring, walking back and
leaving out pauses all follow from these numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from triage.instants import Seconds, Span, epoch, instant, merge_points
from triage.opentable import FIRST, LAST, OpenTable, Unbroken


class Hours(ABC):
    """What a target is counted in: around the clock, or a calendar. Opening counts as open, closing as closed.

    Pauses are spans in which nothing counts; they may overlap, come in any order, and one may have no end. Answers are
    UTC datetimes to the second; a fraction of a second in an instant is dropped, one in a duration is rounded.
    Naive datetimes and negative durations raise ValueError, instants outside the years 1900 to 2200 CalendarError.
    """

    __slots__ = ("_line",)

    def __init__(self, line: OpenTable | Unbroken) -> None:
        """`line` numbers the seconds that count."""
        self._line = line

    @property
    @abstractmethod
    def day_seconds(self) -> int:
        """What counts as one business day: the seconds of a week, shared out over the weekdays on which time counts."""

    @abstractmethod
    def day_spans(self, day: date) -> list[tuple[int, int]]:
        """What opens on a local date, in order, with what runs over into the next day, in seconds since 1970; what is
        around the clock opens on none."""

    @abstractmethod
    def to_data(self) -> dict[str, Any]:
        """As JSON, the inverse of `triage.hours.hours_from_data`."""

    def add(self, start: datetime, seconds: float, pauses: Sequence[Span] = ()) -> datetime | None:
        """The instant by which `seconds` (rounded) have passed since `start`; what exactly fills is due at closing.

        None when that never happens, because a pause without an end or the end of all opening comes first.
        """
        whole = seconds if type(seconds) is int else _whole(seconds)
        if pauses or whole <= 0:
            due = self.add_seconds(epoch(start), whole, _in_seconds(pauses))
        else:
            due = self._line.after(epoch(start), whole)
        return None if due is None else datetime.fromtimestamp(due, UTC)  # `instant` without the call: asked most

    def between(self, start: datetime, end: datetime, pauses: Sequence[Span] = ()) -> int:
        """The seconds that count from `start` to `end`; 0 when `end` is earlier."""
        return self.seconds_between(epoch(start), epoch(end), _in_seconds(pauses) if pauses else ())

    def back(self, end: datetime, seconds: float, pauses: Sequence[Span] = ()) -> datetime:
        """The instant `seconds` before `end`; one that falls between two intervals is the earlier closing."""
        whole = seconds if type(seconds) is int else _whole(seconds)
        return instant(self.back_seconds(epoch(end), whole, _in_seconds(pauses) if pauses else ()))

    def is_open(self, at: datetime, pauses: Sequence[Span] = ()) -> bool:
        """Whether time counts at that instant."""
        start = epoch(at)
        return self._next(start, pauses) == start

    def next_open(self, start: datetime, pauses: Sequence[Span] = ()) -> datetime | None:
        """`start` if time counts then, else the next instant at which it does; None when it never does again."""
        found = self._next(epoch(start), pauses)
        return None if found is None else instant(found)

    def next_open_seconds(self, start: int, pauses: Sequence[Seconds] = ()) -> int | None:
        """`next_open` in seconds since 1970."""
        return None if start > LAST else self._next_unpaused(start, pauses)

    def open_intervals(self, start: datetime, count: int, pauses: Sequence[Span] = ()) -> list[Span]:
        """The first `count` stretches in which time counts, the first cut at `start`; the last may have no end."""
        stretches = islice(self._unpaused(epoch(start), pauses), max(0, count))
        return [(instant(begin), None if end is None else instant(end)) for begin, end in stretches]

    def stretches(self, start: int) -> Iterator[Seconds]:
        """`open_intervals` in seconds since 1970, one after another."""
        return self._line.stretches(start)

    def add_seconds(self, start: int, seconds: int, pauses: Sequence[Seconds] = ()) -> int | None:
        """`add` in seconds since 1970."""
        if seconds <= 0:
            _refuse_negative(seconds)
            return start
        line = self._line
        if not pauses:
            return line.after(start, seconds)
        position = line.position(start) + seconds
        for pause_start, pause_end in merge_points(pauses):
            if pause_start > LAST or (pause_end is not None and pause_end <= start):
                continue
            before = line.position(max(start, pause_start))
            if position <= before:
                break
            if pause_end is None or pause_end > LAST:
                return None
            position += line.position(pause_end) - before
        return line.locate(position)

    def back_seconds(self, end: int, seconds: int, pauses: Sequence[Seconds] = ()) -> int:
        """`back` in seconds since 1970."""
        line = self._line
        position = line.position(end) - seconds
        if seconds <= 0:
            _refuse_negative(seconds)
            return end
        for pause_start, pause_end in reversed(merge_points(pauses)) if pauses else ():
            if pause_start >= end or (pause_end is not None and pause_end <= FIRST):
                continue
            after = line.position(end if pause_end is None else min(pause_end, end))
            if position > after:
                break
            position -= after - line.position(max(pause_start, FIRST))
        found = line.locate(position)
        return end if found is None else found  # found: it lies before `end`

    def seconds_between(self, start: int, end: int, pauses: Sequence[Seconds] = ()) -> int:
        """`between` in seconds since 1970."""
        line = self._line
        counted = line.position(end) - line.position(start)
        for pause_start, pause_end in merge_points(pauses) if pauses else ():
            low = max(pause_start, start)
            high = end if pause_end is None else min(pause_end, end)
            if low < high:
                counted -= line.position(high) - line.position(low)
        return max(0, counted)

    def _next(self, at: int, pauses: Sequence[Span]) -> int | None:
        return self._next_unpaused(at, _in_seconds(pauses) if pauses else ())

    def _next_unpaused(self, at: int, pauses: Sequence[Seconds]) -> int | None:
        found = self._line.next_open(at)
        for pause_start, pause_end in merge_points(pauses) if pauses else ():
            if found is None or found < pause_start:
                break
            if pause_end is None or pause_end > LAST:
                return None
            if found < pause_end:
                found = self._line.next_open(pause_end)
        return found

    def _unpaused(self, start: int, pauses: Sequence[Span]) -> Iterator[Seconds]:
        """Stretches from `start` on in which it is open and not paused."""
        left = deque(merge_points(_in_seconds(pauses)))
        for opening, end in self._line.stretches(start):
            begin = opening
            while left and (end is None or left[0][0] < end):
                pause_start, pause_end = left[0]
                if begin < pause_start:
                    yield begin, pause_start
                if pause_end is None:
                    return
                begin = max(begin, pause_end)
                if end is not None and end < pause_end:
                    break
                left.popleft()
            if end is None or begin < end:
                yield begin, end


def _in_seconds(pauses: Iterable[Span]) -> list[Seconds]:
    return [(epoch(start), None if end is None else epoch(end)) for start, end in pauses]


def _whole(seconds: float) -> int:
    try:
        return round(seconds)
    except (OverflowError, ValueError):
        raise ValueError("A duration must be a finite number of seconds.") from None


def _refuse_negative(seconds: int) -> None:
    if seconds < 0:
        raise ValueError("A duration cannot be negative.")
