"""Where somebody acted. They are answered there, so every private notice carries it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from triage.change import Change
from triage.contents.privately import PrivateContent


@dataclass(frozen=True, slots=True)
class Where:
    """Who acted, and where."""

    #: Their key.
    person: str
    #: The channel's key; empty: in none, as on somebody's own page.
    channel: str = ""
    #: The message in whose thread alone it is to be seen what they acted on; None: in the channel.
    thread: str | None = None

    def to_data(self) -> dict[str, Any]:
        """The keys that a notice's data says it with."""
        return {"person": self.person, "channel": self.channel, "thread": self.thread}

    def placed(self, change: Change) -> Change:
        """The change, with this place filled in to each of its private notices that has none."""
        notices = tuple(
            replace(notice, content=replace(notice.content, channel=self.channel, thread=self.thread))
            if isinstance(notice.content, PrivateContent) and notice.content.channel is None
            else notice
            for notice in change.notices
        )
        return replace(change, notices=notices)
