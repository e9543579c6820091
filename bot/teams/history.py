"""Reading messages that stand in Teams already: that takes Microsoft Graph, which Vigie does without. What was heard a
while ago can be answered from memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.commands.messages import Message
from bot.outbound.reader import FoundMessage
from bot.verbs.base.source_message import SourceMessage
from storage.outbox import Outgoing

MOST = 500  # messages that are remembered
FOR = timedelta(days=1)


@dataclass
class TeamsReader:
    """See `bot.outbound.reader.Reader`. What was heard is kept in memory alone, for a day: most of it is no ticket,
    and so nothing of it is stored."""

    _heard: OrderedDict[tuple[str, str], FoundMessage] = field(default_factory=OrderedDict)

    def keep(self, message: Message, name: str) -> None:
        """Remember a message that was just heard, or edited, of somebody who is called `name`."""
        source = SourceMessage(
            message.channel, message.message_id, message.root_id, message.person, message.at, message.text
        )
        found = FoundMessage(source, name, in_channel=source.root_id == source.message_id)
        key = (source.channel, source.message_id)
        self._heard.pop(key, None)
        self._heard[key] = found
        while len(self._heard) > MOST:
            self._heard.popitem(last=False)

    def forget(self, channel: str, message_id: str) -> None:
        """A message was deleted: what it said is gone."""
        self._heard.pop((channel, message_id), None)

    async def message(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> FoundMessage | None:  # noqa: ARG002
        """See Reader."""
        found = self._heard.get((channel, message_id))
        if found is None or now - found.source.at > FOR:
            return None
        is_head = found.source.root_id == message_id
        return replace(found, has_replies=is_head and len(await self.thread(channel, message_id)) > 1)

    async def thread(self, channel: str, message_id: str) -> Sequence[FoundMessage]:
        """See Reader."""
        named = self._heard.get((channel, message_id))
        root = message_id if named is None else named.source.root_id
        there = [each for (where, _), each in self._heard.items() if where == channel and each.source.root_id == root]
        return sorted(there, key=lambda each: each.source.at)
