"""One clock of one ticket, as the engine in `triage.clocks` answers it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from triage.instants import Seconds, Span, epoch, instant
from triage.terms import ClockKind, Target


class ClockState(StrEnum):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"  # waiting for the customer, and the policy lets that pause this clock
    MET = "met"  # response was given, service was restored
    STOPPED = "stopped"  # the ticket was resolved before the clock was met


_RUNNING = ClockState.RUNNING  # to read a member off its enum takes longer than the rest of `due`


class Clock(NamedTuple):
    """One clock of one ticket (policy: Clocks)."""

    #: Which of the three it is.
    kind: ClockKind
    #: Where it stands.
    state: ClockState
    #: How long it may take.
    target: Target
    #: Since when it counts.
    started_at: datetime
    #: What the deadline was computed from; it differs from `started_at` only where a change of terms would have moved
    #: the deadline into the past.
    base: datetime
    #: How long from there; likewise, from `target`.
    allowance: Target
    #: The spans in which it did not count, in seconds since 1970; without an end where it still does not.
    paused: tuple[Seconds, ...]
    #: What it is held to; None for a paused clock that was not late yet.
    deadline: datetime | None
    #: When it was met or stopped; None: it goes on.
    ended_at: datetime | None
    #: The `seq` of the event that last set the deadline.
    cycle: int
    #: When that event was recorded.
    set_at: datetime
    #: The deadline is this promise; None: it is the target's.
    promised: datetime | None = None

    @property
    def due(self) -> datetime | None:
        """The deadline while the clock runs, else None."""
        return self.deadline if self.state is _RUNNING else None

    @property
    def pauses(self) -> list[Span]:
        """The spans in which it did not count."""
        return [(instant(begin), None if end is None else instant(end)) for begin, end in self.paused]

    def breached(self, as_of: datetime | None = None) -> bool:
        """Whether the clock is late at its end, else at `as_of`. Exactly at the due instant is in time."""
        at = self.ended_at or as_of
        return at is not None and self.deadline is not None and at > self.deadline

    def taken(self, until: datetime) -> int:
        """Seconds used up until `until` in the clock's own hours, pauses left out."""
        return self.target.hours.seconds_between(epoch(self.started_at), epoch(until), self.paused)

    def over(self, until: datetime) -> int:
        """Seconds by which `until` is past the deadline in the clock's own hours, pauses left out; 0 when in time."""
        if self.deadline is None or until <= self.deadline:
            return 0
        return self.target.hours.seconds_between(epoch(self.deadline), epoch(until), self.paused)
