"""The port that delivers: the only way out to a chat platform besides the direct answer to the person who acted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from storage.cause import Cause
from storage.outbox import Outgoing


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has it. `channel` is where it went, which for a private notice is only known now."""

    message_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Not this time: try again at `at`. `channel_rests`: the whole channel was told to slow down."""

    at: datetime
    reason: str
    channel_rests: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may have arrived or not: the connection broke after the request had left, say. Look before saying it again.
    `settles`: how long it may still be under way, so that to look earlier would tell nothing."""

    reason: str
    settles: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It will never be accepted as it is: a dead letter that someone has to look at."""

    cause: Cause
    #: The same in the platform's own words, for whoever looks at it.
    detail: str


@dataclass(frozen=True, slots=True)
class Drop:
    """It is no longer true or no longer worth saying."""

    reason: str


Result = Sent | Retry | Unsure | GiveUp | Drop


class Sender(Protocol):
    """Delivers one notice to one platform."""

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """Render `item` as it is true at `now` and deliver it. Answers what came of it and never raises for what the
        platform said; an exception is a defect, and counts as a failed try."""
        ...
