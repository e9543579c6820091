"""Open time as a table to look things up in: one row per opening interval, counted through once, grown on demand.

With the open seconds counted up, adding and measuring are two look-ups each, whether they span a week or five years.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import accumulate
from threading import Lock

from triage.instants import Seconds, epoch
from triage.zones import CalendarError

FIRST = epoch(datetime(1900, 1, 1, tzinfo=UTC))
"""The first second that time is counted for."""

LAST = epoch(datetime(2201, 1, 1, tzinfo=UTC)) - 1
"""The last second that time is counted for."""

_BLOCK = 64 * 86400
_OUTSIDE = "Time is counted for the years 1900 to 2200 only."
_TOO_EARLY = "Time is counted from the year 1900 on, and there is not that much of it before the given instant."

_Rows = tuple[int, int, list[int], list[int], list[int]]
"""Where the rows begin and end; then each interval's opening, its closing, and the open seconds counted at its closing.

The first interval is empty and stands at the beginning, so that every covered instant has an interval before it.
"""


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
        if rows is None or not rows[0] <= at < rows[1]:
            rows = self._covering(at)
        row = bisect_right(rows[2], at) - 1
        close = rows[3][row]
        return rows[4][row] - (close - at) if at < close else rows[4][row]

    def locate(self, position: int) -> int | None:
        """The earliest instant with a position, so a closing rather than the next opening; None: never reached.

        Raises CalendarError when it lies before the years that are counted. `position` was asked before.
        """
        rows = self._rows or self._covering(FIRST)
        while position > rows[4][-1]:
            if rows[1] > LAST:
                return None
            rows = self._later(rows)
        while position <= rows[4][0]:
            if rows[0] <= FIRST:
                raise CalendarError(_TOO_EARLY)
            rows = self._earlier(rows)
        row = bisect_left(rows[4], position)
        return rows[3][row] - (rows[4][row] - position)

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
        rows = self._covering(at)
        while True:
            row = bisect_right(rows[2], at) - 1
            if at < rows[3][row]:
                return at
            if row + 1 < len(rows[2]):
                return rows[2][row + 1]
            at = rows[1]
            if at > LAST:
                return None
            rows = self._covering(at)

    def stretches(self, at: int) -> Iterator[Seconds]:
        """Open intervals from `at` on, the first cut at `at`; what touches is one. Ends with the years counted."""
        begin = end = at
        rows = self._covering(at)
        row = bisect_right(rows[2], at) - 1
        while True:
            for index in range(row, len(rows[2])):
                opening, closing = rows[2][index], rows[3][index]
                if opening > end:
                    if end > begin:
                        yield begin, end
                    begin = opening
                end = max(end, closing)
            if self._always_from is not None and end >= self._always_from:
                yield begin, None
                return
            edge = rows[1]
            if edge > LAST:
                break
            # Looked up again, since rows may have been put before these meanwhile. No interval spans an edge.
            rows = self._covering(edge)
            row = bisect_left(rows[2], edge)
        if end > begin:
            yield begin, end

    def _covering(self, at: int) -> _Rows:
        """Rows in which `at` lies. Raises CalendarError outside the years that are counted."""
        if not FIRST <= at <= LAST:
            raise CalendarError(_OUTSIDE)
        rows = self._rows or self._grow(at - at % _BLOCK, at - at % _BLOCK + _BLOCK)
        while at >= rows[1]:
            rows = self._later(rows)
        while at < rows[0]:
            rows = self._earlier(rows)
        return rows

    def _later(self, rows: _Rows) -> _Rows:
        return self._grow(rows[1], rows[1] + _step(rows))

    def _earlier(self, rows: _Rows) -> _Rows:
        return self._grow(rows[0] - _step(rows), rows[0])

    def _grow(self, begin: int, end: int) -> _Rows:
        """The rows with those between two instants added before or behind, unless another thread was faster."""
        begin, end = max(begin, FIRST), min(end, LAST + 1)
        with self._growing:
            rows = self._rows
            if rows is not None and begin != rows[1] and end != rows[0]:
                return rows
            spans = self._spans(begin, end)
            opens, closes = [span[0] for span in spans], [span[1] for span in spans]
            counts = list(accumulate(close - start for start, close in spans))
            if rows is None:
                rows = begin, end, [begin, *opens], [begin, *closes], [0, *counts]
            elif begin == rows[1]:
                base = rows[4][-1]
                counts = [base + count for count in counts]
                rows = rows[0], end, rows[2] + opens, rows[3] + closes, rows[4] + counts
            else:
                base = rows[4][0] - sum(close - start for start, close in spans)
                counts = [base, *(base + count for count in counts)]
                rows = (
                    begin,
                    rows[1],
                    [begin, *opens, *rows[2][1:]],
                    [begin, *closes, *rows[3][1:]],
                    counts + rows[4][1:],
                )
            self._rows = rows
            return rows


def _step(rows: _Rows) -> int:
    """How far to grow: by a share of what is there, so that growing far does not copy the rows too often."""
    return max(_BLOCK, (rows[1] - rows[0]) // 4)


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
        """`locate(position(at) + seconds)`."""
        due = at + seconds
        return due if FIRST <= at <= due <= LAST else self.locate(self.position(at) + seconds)

    def next_open(self, at: int) -> int | None:
        """The instant itself."""
        return self.position(at)

    def stretches(self, at: int) -> Iterator[Seconds]:
        """One stretch without an end."""
        yield self.position(at), None
