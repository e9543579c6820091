"""What of a ticket was planned and came due: the breaches that nobody has answered for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.terms import ClockKind

Said = tuple[str, str, int]
"""(clock, step, cycle) of something that was planned: unique in the ticket."""


@dataclass(frozen=True, slots=True)
class OpenBreach:
    """A breach that nobody has answered for yet (policy: Warnings and breaches)."""

    #: Which clock ran out.
    clock: ClockKind
    #: The `seq` of the event that set the deadline.
    cycle: int
    #: When the deadline passed.
    at: datetime
    #: Of the event that put it on record.
    seq: int
    #: What was in force then.
    severity: int | None

    @property
    def key(self) -> tuple[str, int]:
        """Of which deadline it is."""
        return self.clock, self.cycle
