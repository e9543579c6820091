"""What comes before a deadline and after it, by hand (policy: Targets; Warnings and breaches)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from tests.simulation.hours import Span, after, before, between

MINUTE, HOUR = 60, 3600
RESPONSE, UPDATE, RESTORE = "response", "update", "restore"
#: By severity: response, update, restore; in seconds.
TARGETS = {
    1: (15 * MINUTE, 30 * MINUTE, 6 * HOUR),
    2: (15 * MINUTE, 60 * MINUTE, 24 * HOUR),
    3: (30 * MINUTE, 4 * HOUR, 48 * HOUR),
}
LATE = timedelta(seconds=1)


@dataclass(eq=False)
class Deadline:
    """One deadline of a ticket. Where it moves, another one takes its place."""

    clock: str
    due: datetime
    #: When it was set.
    set_at: datetime
    #: In force then; decides how it is warned of.
    severity: int | None
    #: Of a time to restore: since when it counts, how long, and what does not count.
    begin: datetime | None = None
    seconds: int = 0
    pauses: list[Span] = field(default_factory=list)
    #: What was put on record of it.
    said: set[str] = field(default_factory=set)
    #: The channel was told of it.
    shown: bool = False
    #: When it was missed, while nobody answered for that.
    missed_at: datetime | None = None

    @property
    def business(self) -> bool:
        """Whether it counts in opening hours."""
        return self.clock == RESTORE and self.severity == 3

    @cached_property
    def warnings(self) -> list[tuple[datetime, str]]:
        """When it is warned of, in order, with the name of each warning; the last call of an answer apart."""
        if self.set_at >= self.due:
            return []
        found = sorted((at, name) for at, name in self._leads() if self.set_at < at < self.due)
        if found:
            return found
        is_needed = self.clock == RESTORE or self.last_call is None or self.half < self.last_call
        return [(self.half, "half-left")] if is_needed and self.set_at < self.half < self.due else []

    def _leads(self) -> Iterator[tuple[datetime, str]]:
        if self.clock == RESPONSE:
            yield self.due - timedelta(minutes=5), "left-300"
        elif self.clock == UPDATE:
            minutes = 10 if self.severity == 1 else 15
            yield self.due - timedelta(minutes=minutes), f"left-{minutes * 60}"
        else:
            for share in (0.5, 0.75, 0.9) if self.severity in (1, 2) else (0.75, 0.9):
                assert self.begin is not None
                at = after(self.begin, self.seconds * share, self.pauses, business=self.business)
                yield at, f"used-{share:g}"
            yield before(self.due, 15 * MINUTE, self.pauses, business=self.business), "left-900"

    @cached_property
    def half(self) -> datetime:
        """Half of the time that was left when it was set."""
        if self.clock != RESTORE:
            return self.set_at + timedelta(seconds=(self.due - self.set_at) // timedelta(seconds=2))
        left = between(self.set_at, self.due, self.pauses, business=self.business)
        return before(self.due, left - left // 2, self.pauses, business=self.business)

    @cached_property
    def last_call(self) -> datetime | None:
        """When the channel hears of it at the latest. Of a time to restore its last warning is that."""
        if self.set_at >= self.due:
            return None
        if self.clock == RESTORE:
            return self.warnings[-1][0] if self.warnings else None
        at = self.due - timedelta(minutes=5 if self.severity == 3 else 3)
        at = at if at > self.set_at else self.half
        return at if self.set_at < at < self.due else None

    def is_last_call(self, step: str) -> bool:
        """Whether that is the last word before it."""
        if self.clock == RESTORE:
            return bool(self.warnings) and step == self.warnings[-1][1]
        return step == "last-call"

    def moved(self, due: datetime, severity: int | None) -> None:
        """It counts otherwise now, though nothing of it is said again."""
        self.due, self.severity = due, severity
        for name in ("warnings", "half", "last_call"):
            self.__dict__.pop(name, None)
