"""The port that delivers: the only way out to a chat platform besides the direct answer to the person who acted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from storage.cause import Cause
from storage.outbox import Outgoing


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has it."""

    #: The platform's id of the message.
    message_id: str
    #: The key of the channel it went to; for a private notice that is known only after sending.
    channel: str
    #: The address of the message; None: it has none, or it is not known here.
    permalink: str | None = None
    #: To whom of several it did not go, and what was said of each; empty: it went to all of them.
    missed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """Not this time: try again later."""

    #: The earliest instant of the next try (UTC).
    at: datetime
    #: Why, for the record.
    reason: str
    #: Whether the whole channel was told to slow down.
    channel_rests: bool = False
    #: Whether that goes for everything that is sent by the same way (`storage.lanes.Way`), to whichever channel.
    way_rests: bool = False
    #: Whether it was a try, rather than a wait for its turn.
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may have arrived: the connection broke after the request had left, say. It is looked for before it is sent
    again."""

    #: What broke, for the record.
    reason: str
    #: How long it may still be under way: looking for it earlier proves nothing.
    settles: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It will never be accepted as it is: it becomes a dead letter."""

    #: The cause, as people are told.
    cause: Cause
    #: The same in the platform's own words, for operators.
    detail: str


@dataclass(frozen=True, slots=True)
class Drop:
    """It is no longer true, or no longer worth saying."""

    #: Why, for the record.
    reason: str


Result = Sent | Retry | Unsure | GiveUp | Drop


class Sender(Protocol):
    """Delivers one notice to one platform."""

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """Compose `item` as it is true at `now` and deliver it. Answers what came of it; errors of the platform are
        answered, never raised. An exception is a defect and counts as a failed try."""
        ...
