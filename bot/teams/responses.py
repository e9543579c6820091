"""What an activity is answered with: the body of an invoke's response, and private answers to where somebody acted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from bot.outbound.port import ForOne
from bot.wording.card import Card

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What Teams is answered."""

    #: The HTTP status. Teams sends a message or an event again after 500; an invoke never.
    status: int = 200
    #: The body of the response; None: it has none.
    body: Body | None = None


class Answers(Protocol):
    """Says something to one person at once, not through the outbox: what is only looked at, of which no copy is to be
    stored. What records something is told through the outbox."""

    async def say(self, card: Card, where: ForOne) -> bool:
        """Show them the card where they acted, privately, else in their personal chat, saying where it came from.
        Whether it was shown. Never raises; what cannot be shown is dropped, since nothing depends on it."""
        ...
