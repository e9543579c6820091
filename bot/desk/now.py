"""The project's time: real time plus one stored offset, which only the local workspace ever moves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class Now:
    """The present instant, in UTC, for whoever calls it."""

    #: How far now is from the machine's clock: zero but in the local workspace.
    offset: timedelta = timedelta(0)
    #: Set whenever the offset was moved by hand.
    moved: asyncio.Event = field(default_factory=asyncio.Event, compare=False)
    #: The instant to which it was moved last; None: it never was.
    moved_to: datetime | None = field(default=None, compare=False)

    def __call__(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC) + self.offset

    def move(self, offset: timedelta) -> None:
        """Move it by hand."""
        if offset != self.offset:
            self.offset = offset
            self.moved_to = self()
            self.moved.set()

    def real(self, at: datetime) -> datetime:
        """The moment of the machine's clock at which it will be `at` here: what timers need."""
        return at - self.offset
