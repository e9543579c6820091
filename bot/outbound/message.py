"""What is made of a notice to be sent: a message, or nothing any more."""

from __future__ import annotations

from dataclasses import dataclass

from bot.outbound.port import Destination, ForOne, InChannel
from bot.wording.card import Card
from triage.contents.privately import PrivateContent


@dataclass(frozen=True, slots=True)
class Message:
    """A card, and where it goes."""

    #: What is said.
    card: Card
    #: Where it goes.
    where: Destination
    #: The card to send instead where an earlier try may have arrived and cannot be looked for; None: nothing is sent.
    in_doubt: Card | None


@dataclass(frozen=True, slots=True)
class Untrue:
    """The notice is not worth saying any more. An earlier try may have arrived."""

    #: Where an earlier try may have put it; None: nowhere.
    where: InChannel | None = None


def for_one(content: PrivateContent) -> ForOne:
    """Where a private notice goes: to the person, where they acted."""
    return ForOne(content.person, content.channel or "", content.thread)
