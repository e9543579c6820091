"""The message that a ticket is made from: whose it is, when it was written, and what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.desk.binding import NAME
from triage.text import LONGEST_TEXT, cut
from triage.titles import titled

_OUR_NAME = re.compile(rf"\A\s*{NAME}\b[\s,:]*", re.IGNORECASE)
_LINK = re.compile(r"\s+https://\S+")
_LINK_BEHIND = re.compile(r"\s+https://\S+\Z")


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """A message that was posted before, and that a ticket is made from."""

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
        """What the summary leaves out. The link to the message is not part of it."""
        return cut(parted(self.text)[1], LONGEST_TEXT)

    def to_context(self) -> dict[str, str]:
        """What a form carries of it: only ids and the instant, since a form comes back from the person's own client and
        its text could have been changed there."""
        return {
            "message": self.message_id, "thread": self.root_id, "author": self.author or "", "at": self.at.isoformat(),
        }  # fmt: skip

    @classmethod
    def from_context(cls, channel: str, context: Mapping[str, Any]) -> SourceMessage | None:
        """The inverse of `to_context`. None where `context` names no message."""
        message, thread = str(context.get("message") or ""), str(context.get("thread") or "")
        try:
            at = datetime.fromisoformat(str(context.get("at")))
        except ValueError:
            return None
        if not (channel and message and thread) or at.tzinfo is None:
            return None
        return cls(channel, message, thread, str(context.get("author") or "") or None, at)


def parted(text: str) -> tuple[str, str]:
    """A message's text as a ticket's summary and description. The summary is the first line that says what it is about.
    The description is the rest, or the whole text where the summary had to leave out part of its line. Where a message
    is written to the bot, its name in front is no part of what it says."""
    text = cut(text)
    text = _OUR_NAME.sub("", text) or text
    first, _, rest = text.partition("\n")
    title = titled(text)
    return (title, rest.strip()) if title == " ".join(first.split()) else (title, text)


def reworded(text: str, before: str | None, after: str) -> str | None:
    """The ticket's own text after its source message was corrected from `before` to `after`; where `before` is not
    known, it is taken to read as the message did. None where somebody has changed the ticket's text since, so that it
    no longer reads as the message did."""
    says = "\n".join(part for part in parted(after) if part)
    if before is None:
        link = _LINK_BEHIND.search(text)
        rest = link[0] if link is not None and link[0].strip() not in says else ""
        return says + rest if says else None
    said = "\n".join(part for part in parted(before) if part)
    rest = text.removeprefix(said)
    if not said or not says or rest == text or (rest and not _LINK.fullmatch(rest)):
        return None
    return says + rest
