"""The message that a ticket is made from: whose it is, when it was written, and what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.text import LONGEST_TEXT, cut
from triage.titles import titled

_LINK = re.compile(r"\s+https://\S+")


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """A message that stands somewhere already."""

    #: The key of the channel it stands in, `slack:C0123`.
    channel: str
    #: Its id on the platform.
    message_id: str
    #: The message that carries the thread it is in: itself where it is in none.
    root_id: str
    #: Who wrote it, by key; None where no person did.
    author: str | None
    #: When it was written (UTC).
    at: datetime
    #: What it says, as typed; empty before it was read.
    text: str = ""
    #: The address that leads there; empty where only the platform knows.
    link: str = ""

    @property
    def summary(self) -> str:
        """The first line of the text, as a ticket's summary."""
        return parted(self.text)[0]

    @property
    def description(self) -> str:
        """What the summary leaves out. The way to the message is no part of it: nobody wrote that."""
        return cut(parted(self.text)[1], LONGEST_TEXT)

    def to_context(self) -> dict[str, str]:
        """What a form carries of it: ids and the instant alone, for it comes back from the person's own client."""
        return {
            "message": self.message_id, "thread": self.root_id, "author": self.author or "", "at": self.at.isoformat(),
        }  # fmt: skip

    @classmethod
    def from_context(cls, channel: str, context: Mapping[str, Any]) -> SourceMessage | None:
        """The inverse of `to_context`; None for what is no such context."""
        message, thread = str(context.get("message") or ""), str(context.get("thread") or "")
        try:
            at = datetime.fromisoformat(str(context.get("at")))
        except ValueError:
            return None
        if not (channel and message and thread) or at.tzinfo is None:
            return None
        return cls(channel, message, thread, str(context.get("author") or "") or None, at)


def parted(text: str) -> tuple[str, str]:
    """The summary that a message makes, the first line that says what it is about, and what that leaves out: all of it
    where the summary is not its whole first line."""
    text = cut(text)
    first, _, rest = text.partition("\n")
    title = titled(text)
    return (title, rest.strip()) if title == " ".join(first.split()) else (title, text)


def reworded(text: str, before: str, after: str) -> str | None:
    """A ticket's own text after the message that it was made from was corrected; None where somebody has put it in
    other words than the message's since."""
    said, says = ("\n".join(part for part in parted(each) if part) for each in (before, after))
    rest = text.removeprefix(said)
    if not said or not says or rest == text or (rest and not _LINK.fullmatch(rest)):
        return None
    return says + rest
