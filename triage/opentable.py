"""Open time as a look-up table: a row for each opening interval, with the open seconds counted up to it; it grows on
demand.

So adding and measuring are two look-ups each, whether they span a week or five years.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import accumulate
from threading import Lock
from typing import NamedTuple

from triage.instants import YEARS, Seconds, epoch
from triage.zones import CalendarError

FIRST = epoch(datetime(YEARS.start, 1, 1, tzinfo=UTC))
"""The first second that time is counted for."""

END = epoch(datetime(YEARS.stop, 1, 1, tzinfo=UTC))
LAST = END - 1
"""The last second that time is counted for."""

_BLOCK = 64 * 86400
_OUTSIDE = "Time is counted for the years 1900 to 2200 only."
_TOO_EARLY = "Time is counted from the year 1900 on, and there is not that much of it before the given instant."


class _Rows(NamedTuple):
    """Where the rows begin and end; then each interval's opening, its closing, the open seconds counted at its closing.

    The first interval is empty and stands at the beginning, so that every covered instant has an interval before it.
    """

    begin: int
    end: int
    opens: list[int]
    closes: list[int]
    counts: list[int]


class OpenTable:
    """Answers in seconds since 1970 for `spans(begin, end)`, which tells when it is open between two instants.

    `position` numbers the open seconds; only differences between positions mean something. Safe to share between
    threads: an answer is read from one state of the rows, and a state is replaced only by one that continues it.
    """

    __slots__ = ("__weakref__", "_always_from", "_growing", "_rows", "_spans")

    def __init__(self, spans: Callable[[int, int], list[tuple[int, int]]], always_from: int | None = None) -> None:
        """`always_from` is the instant, if any, after which it never closes again."""
        self._spans = spans
        self._always_from = always_from
        self._rows: _Rows | None = None
        self._growing = Lock()

    def position(self, at: int) -> int:
        """The number of the open second at `at`; while closed, that of the next one to come."""
        rows = self._rows
        if rows is None or not rows.begin <= at < rows.end:
            rows = self._covering(at)
        _, _, opens, closes, counts = rows
        row = bisect_right(opens, at) - 1
        return counts[row] - max(0, closes[row] - at)

    def locate(self, position: int) -> int | None:
        """The earliest instant with a position, so a closing rather than the next opening; None: never reached.

        Raises CalendarError when it lies before the years that are counted. `position` was asked before.
        """
        rows = self._rows or self._covering(FIRST)
        while position > rows.counts[-1]:
            if rows.end == END:
                return None
            rows = self._later(rows)
        while position <= rows.counts[0]:
            if rows.begin == FIRST:
                raise CalendarError(_TOO_EARLY)
            rows = self._earlier(rows)
        row = bisect_left(rows.counts, position)
        return rows.closes[row] - (rows.counts[row] - position)

    def after(self, at: int, seconds: int) -> int | None:
        """`locate(position(at) + seconds)` at once, for what is asked most."""
        rows = self._rows
        if rows is not None:
            begin, end, opens, closes, counts = rows
            if begin <= at < end:
                row = bisect_right(opens, at) - 1
                position = counts[row] + seconds
                if at < closes[row]:
                    position -= closes[row] - at
                if counts[0] < position <= counts[-1]:
                    row = bisect_left(counts, position, row)
                    return closes[row] - counts[row] + position
        return self.locate(self.position(at) + seconds)

    def next_open(self, at: int) -> int | None:
        """`at` while open, else the next opening; None when there is none."""
        while True:
            _, end, opens, closes, _ = self._covering(at)
            row = bisect_right(opens, at)
            if at < closes[row - 1]:
                return at
            if row < len(opens):
                return opens[row]
            if end == END:
                return None
            at = end

    def stretches(self, at: int) -> Iterator[Seconds]:
        """Open intervals from `at` on, the first cut at `at`; what touches is one. Ends with the years counted."""
        begin = end = at
        rows = self._covering(at)
        row = bisect_right(rows.opens, at) - 1
        while True:
            for opening, closing in zip(rows.opens[row:], rows.closes[row:], strict=True):
                if opening > end:
                    if end > begin:
                        yield begin, end
                    begin = opening
                end = max(end, closing)
            if self._always_from is not None and end >= self._always_from:
                yield begin, None
                return
            edge = rows.end
            if edge == END:
                break
            # Looked up again, since rows may have been put before these meanwhile. No interval spans an edge.
            rows = self._covering(edge)
            row = bisect_left(rows.opens, edge)
        if end > begin:
            yield begin, end

    def _covering(self, at: int) -> _Rows:
        """Rows in which `at` lies. Raises CalendarError outside the years that are counted."""
        if not FIRST <= at <= LAST:
            raise CalendarError(_OUTSIDE)
        rows = self._rows or self._grow(at - at % _BLOCK, at - at % _BLOCK + _BLOCK)
        while at >= rows.end:
            rows = self._later(rows)
        while at < rows.begin:
            rows = self._earlier(rows)
        return rows

    def _later(self, rows: _Rows) -> _Rows:
        return self._grow(rows.end, rows.end + _step(rows))

    def _earlier(self, rows: _Rows) -> _Rows:
        return self._grow(rows.begin - _step(rows), rows.begin)

    def _grow(self, begin: int, end: int) -> _Rows:
        """The rows with those between two instants added before or behind, unless another thread was faster."""
        begin, end = max(begin, FIRST), min(end, END)
        with self._growing:
            rows = self._rows
            if rows is not None and begin != rows.end and end != rows.begin:
                return rows
            spans = self._spans(begin, end)
            opens, closes = [opening for opening, _ in spans], [closing for _, closing in spans]
            counts = list(accumulate(closing - opening for opening, closing in spans))
            if rows is None:
                rows = _Rows(begin, end, [begin, *opens], [begin, *closes], [0, *counts])
            elif begin == rows.end:
                base = rows.counts[-1]
                counts = [base + count for count in counts]
                rows = _Rows(rows.begin, end, rows.opens + opens, rows.closes + closes, rows.counts + counts)
            else:
                base = rows.counts[0] - sum(closing - opening for opening, closing in spans)
                counts = [base, *(base + count for count in counts)]
                opens, closes = [begin, *opens, *rows.opens[1:]], [begin, *closes, *rows.closes[1:]]
                rows = _Rows(begin, rows.end, opens, closes, counts + rows.counts[1:])
            self._rows = rows
            return rows


def _step(rows: _Rows) -> int:
    """How far to grow: by a share of what is there, so that growing far does not copy the rows too often."""
    return max(_BLOCK, (rows.end - rows.begin) // 4)


class Unbroken:
    """What `OpenTable` answers for time that never closes: every second counts."""

    __slots__ = ()

    def position(self, at: int) -> int:
        """The instant itself. Raises CalendarError outside the years that are counted."""
        if not FIRST <= at <= LAST:
            raise CalendarError(_OUTSIDE)
        return at

    def locate(self, position: int) -> int | None:
        """The instant itself, or None past the years that are counted. Raises CalendarError before them."""
        if position < FIRST:
            raise CalendarError(_TOO_EARLY)
        return position if position <= LAST else None

    def after(self, at: int, seconds: int) -> int | None:
        """That many seconds after an instant, or None past the years that are counted."""
        due = self.position(at) + seconds
        return due if due <= LAST else None

    def next_open(self, at: int) -> int | None:
        """The instant itself."""
        return self.position(at)

    def stretches(self, at: int) -> Iterator[Seconds]:
        """One stretch without an end."""
        yield self.position(at), None
