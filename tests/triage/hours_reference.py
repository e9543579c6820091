"""Business time the slow way, written only to hold the real one against: mark every tick of a window open or closed.

A tick is a minute, or a second where a zone's offset is not in whole minutes. Nothing here is shared with the engine
but the zone data, and local times are resolved by dateutil.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from dateutil.tz import resolve_imaginary

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)

Week = Mapping[str, Sequence[Sequence[str]]]
Pauses = Sequence[tuple[datetime, datetime | None]]


def tick_for(tz: tzinfo, begin: datetime) -> int:
    """A minute where the offsets around `begin` are whole minutes, else a second."""
    offsets = [(begin + n * DAY).astimezone(tz).utcoffset() or timedelta() for n in range(-6, 14)]
    return 60 if all(offset.total_seconds() % 60 == 0 for offset in offsets) else 1


class SlowHours:
    """A calendar from `begin` on, for `ticks` ticks of `tick` seconds; whatever is asked must lie on ticks."""

    def __init__(
        self,
        tz: tzinfo,
        week: Week,
        holidays: Sequence[date] = (),
        exceptions: Mapping[date, Sequence[Sequence[str]]] | None = None,
        pauses: Pauses = (),
        *,
        begin: datetime,
        ticks: int,
        tick: int,
    ) -> None:
        self.begin, self.ticks, self.tick = begin, ticks, tick
        self.open = bytearray(ticks)
        exceptions = exceptions or {}
        holidays = [*holidays, *(day for day, own in exceptions.items() if not own)]
        first = begin.astimezone(tz).date() - 3 * DAY
        for n in range(ticks * tick // 86400 + 7):
            day = first + n * DAY
            for written in exceptions.get(day, week.get(DAYS[day.weekday()], ())):
                self._mark(tz, day, (written[0], written[1]), holidays, day in exceptions)
        for start, end in pauses:
            low = self._index(start)
            high = self.ticks if end is None else self._index(end)
            for n in range(low, high):
                self.open[n] = 0

    def _mark(self, tz: tzinfo, day: date, written: tuple[str, str], holidays: Sequence[date], own: bool) -> None:
        start, close = written
        next_day = day + DAY
        runs_over = close <= start and close != "24:00"
        opens = _resolve(tz, day, start)
        closes = _resolve(tz, next_day, close) if runs_over else _resolve(tz, day, close)
        midnight = _resolve(tz, next_day, "00:00")
        for n in range(self._index(opens), self._index(closes)):
            at = self.begin + timedelta(seconds=n * self.tick)
            if holidays:
                if day in holidays and not own and (not runs_over or at < midnight):
                    continue
                shown = at.astimezone(tz).date()
                if shown in holidays and not (own and shown == day):
                    continue
            self.open[n] = 1

    def _index(self, at: datetime) -> int:
        seconds = round((at - self.begin).total_seconds())
        return max(0, min(self.ticks, -(-seconds // self.tick)))

    def add(self, start: datetime, seconds: int) -> datetime | None:
        """None when the window ends first."""
        n = self._index(start)
        while seconds > 0:
            if n >= self.ticks:
                return None
            seconds -= self.open[n] * self.tick
            n += 1
        return self.begin + timedelta(seconds=n * self.tick)

    def back(self, end: datetime, seconds: int) -> datetime | None:
        """None when the window begins later."""
        n = self._index(end)
        while seconds > 0:
            n -= 1
            if n < 0:
                return None
            seconds -= self.open[n] * self.tick
        while n > 0 and not self.open[n - 1]:
            n -= 1
        return None if n == 0 else self.begin + timedelta(seconds=n * self.tick)

    def between(self, start: datetime, end: datetime) -> int:
        return sum(self.open[self._index(start) : self._index(end)]) * self.tick

    def is_open(self, at: datetime) -> bool:
        return bool(self.open[self._index(at)])

    def next_open(self, start: datetime) -> datetime | None:
        """None when there is none in the window."""
        found = self.open.find(1, self._index(start))
        return None if found < 0 else self.begin + timedelta(seconds=found * self.tick)

    def stretches(self, start: datetime) -> list[tuple[datetime, datetime]]:
        """All that end within the window."""
        n = self._index(start)
        edges = [i for i in range(n + 1, self.ticks) if self.open[i] != self.open[i - 1]]
        edges = [n, *edges] if n < self.ticks and self.open[n] else edges
        moments = [self.begin + timedelta(seconds=i * self.tick) for i in edges]
        return list(pairwise(moments))[::2]


def _resolve(tz: tzinfo, day: date, clock: str) -> datetime:
    if clock == "24:00":
        day, clock = day + DAY, "00:00"
    local = datetime.combine(day, time.fromisoformat(clock), tz)  # fold=0: the first occurrence
    return resolve_imaginary(local).astimezone(UTC)
