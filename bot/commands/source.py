"""The message that a ticket is made from: whose it is, when it was written, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.text import LONGEST_SUMMARY, cut


@dataclass(frozen=True, slots=True)
class Source:
    """A message that stands somewhere already. `root_id` carries the thread it is in, itself where it is in none;
    `author` is a person, None where no person wrote it; `link` leads there, empty where only the platform knows."""

    channel: str
    message_id: str
    root_id: str
    author: str | None
    at: datetime
    text: str = ""
    link: str = ""

    @property
    def summary(self) -> str:
        """The first line of the text, as a ticket's summary."""
        return self._parts[0]

    @property
    def description(self) -> str:
        """What the summary leaves out, and the way to the message."""
        return "\n\n".join(part for part in (self._parts[1], self.link) if part)

    @property
    def _parts(self) -> tuple[str, str]:
        text = cut(self.text)
        first, _, rest = text.partition("\n")
        first = " ".join(first.split())
        if len(first) <= LONGEST_SUMMARY:
            return first, rest.strip()
        return f"{first[: LONGEST_SUMMARY - 1].rstrip()}\u2026", text

    def to_context(self) -> dict[str, str]:
        """What a form carries of it: ids alone, for it comes back from the person's own client."""
        return {"message": self.message_id, "thread": self.root_id, "author": self.author or ""}
