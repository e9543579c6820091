"""What deferred work has to read first on a platform: one message, or the talk in a thread. Translation, no rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.verbs.base.source_message import SourceMessage
from storage.outbox import Outgoing


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message as it stands on its platform now."""

    #: Where it stands, who wrote it, when, and what it says.
    source: SourceMessage
    #: What its author is called, an app too; empty: nobody knows.
    name: str = ""
    #: Whether it stands in the channel itself; False: only in a thread.
    in_channel: bool = True
    #: Whether it carries a thread in which something was said.
    has_replies: bool = False
    #: Whether only its place is left, because replies hang on it.
    is_deleted: bool = False
    #: Of a message of ours, the id of the notice that it carries (`Transport.post`); None: it carries none.
    notice: int | None = None


class Reader(Protocol):
    """Reads for one desk on one platform."""

    async def message(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> FoundMessage | None:
        """That message, wherever it stands, for the work `item`. None: there is none, or we may not read it, and
        waiting changes nothing; also where reading is rationed, for the person is quicker than the next permission.
        Raises NotDeliveredError for whatever else the platform or the network made of it."""
        ...

    async def thread(self, channel: str, message_id: str) -> Sequence[FoundMessage]:
        """What stands in the thread that the message is in, its head included, as far as it can be read."""
        ...
