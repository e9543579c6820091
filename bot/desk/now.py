"""The project's time: real time plus one stored offset, which only the local workspace ever moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Now:
    """The present instant, in UTC, for whoever calls it."""

    #: How far now is from the machine's clock: zero but in the local workspace.
    offset: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC) + self.offset

    def real(self, at: datetime) -> datetime:
        """The moment of the machine's clock at which it will be `at` here: what timers need."""
        return at - self.offset
