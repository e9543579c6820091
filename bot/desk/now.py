"""The project's time.

Alone, on SQLite, it is the machine's. On PostgreSQL it is the database's, so that all replicas go by one: a reading of
its clock, carried on by a clock that nobody sets. There the machine's own may be wrong, or be set while Vigie runs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from storage.machine_times import Reading

# Time is not set back by less: it stands still until it has come round again. A difference below this is to nobody a
# sign of a clock that was set back (scheduler.steps_of_time.STEP).
STANDS = timedelta(seconds=1)
# A new reading of the database's clock is followed where it is farther than this from the one before, and farther than
# it may itself be wrong.
KEPT = timedelta(milliseconds=50)
# Linux's goes on while the machine sleeps, as the database's does.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def machine_time() -> datetime:
    """What the machine's clock shows."""
    return datetime.now(UTC)


def steady_seconds() -> float:
    """Seconds by a clock that nobody sets."""
    return time.clock_gettime(_STEADY)


@dataclass
class Now:
    """The present instant, in UTC, for whoever calls it."""

    #: How far now is from the machine's or the database's clock: zero but in the local workspace.
    offset: timedelta = timedelta(0)
    #: Set whenever the offset was moved by hand.
    moved: asyncio.Event = field(default_factory=asyncio.Event, compare=False)
    #: The instant to which it was moved last; None: it never was.
    moved_to: datetime | None = field(default=None, compare=False)
    #: What the machine's clock shows.
    machine: Callable[[], datetime] = field(default=machine_time, compare=False)
    #: Seconds by a clock that nobody sets.
    steady: Callable[[], float] = field(default=steady_seconds, compare=False)
    #: What the database's clock showed, which is followed; None: the machine's is.
    followed: Reading | None = field(default=None, compare=False)
    _last: datetime | None = field(default=None, compare=False)

    def __call__(self) -> datetime:
        """The present instant."""
        now, last = self._kept() + self.offset, self._last
        if last is not None and timedelta(0) < last - now < STANDS:
            return last
        self._last = now
        return now

    def move(self, offset: timedelta) -> None:
        """Move it by hand."""
        if offset != self.offset:
            self.offset = offset
            self.moved_to = self()
            self.moved.set()

    def follow(self, reading: Reading) -> timedelta:
        """The database's clock was read: go by it. By how much that moved time."""
        if self.followed is None:
            self.followed, moved = reading, reading.at - self.machine()
            return moved
        moved = reading.at - self._carried(self.followed, reading.steady)
        if abs(moved) <= max(KEPT, timedelta(seconds=reading.give_or_take)):
            return timedelta(0)
        self.followed = reading
        return moved

    @property
    def machine_is_ahead(self) -> timedelta | None:
        """How far the machine's clock is ahead of the database's; None: that one is not followed."""
        return None if self.followed is None else self.machine() - self._kept()

    def _kept(self) -> datetime:
        return self.machine() if self.followed is None else self._carried(self.followed, self.steady())

    @staticmethod
    def _carried(reading: Reading, steady: float) -> datetime:
        return reading.at + timedelta(seconds=steady - reading.steady)
