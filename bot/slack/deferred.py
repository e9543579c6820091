"""What Slack has to be asked first: the message that a ticket is opened from, or that somebody reacted to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.desk.runtime import DeskRuntime
from bot.outbound.port import ForOne
from bot.slack.held import settle
from bot.slack.history import open_from_history
from bot.slack.sender import SlackTransport
from bot.wording.card import Card
from scheduler.sender import Result
from storage.outbox import Outgoing


@dataclass(frozen=True)
class SlackReader:
    """See `bot.outbound.deferred.Reader`."""

    #: Whose work it is.
    desk: DeskRuntime
    #: The desk's connection to the workspace.
    transport: SlackTransport

    async def open_from(self, item: Outgoing, now: datetime) -> Result:
        """See Reader."""
        return await self.transport.ask(open_from_history(self.desk, self.transport.client, item, now), item, now)

    async def reaction(self, item: Outgoing, now: datetime) -> tuple[ForOne, Card] | None:
        """See Reader."""
        found = await self.transport.ask(settle(self.desk, self.transport.client, item, now), item, now)
        if found is None:
            return None
        where, card = found
        return ForOne(where.person, where.channel, where.thread), card
