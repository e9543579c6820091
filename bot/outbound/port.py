"""The port of delivery: what a platform's transport has to do with a card, and how it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.wording.card import Card
from scheduler.sender import GiveUp, Retry, Sent, Unsure
from storage.outbox import Outgoing


@dataclass(frozen=True, slots=True)
class InChannel:
    """A new message in a channel."""

    #: The key of the channel, or of a conversation with one person.
    channel: str
    #: The message whose thread it goes to; None: it stands in the channel itself.
    root_id: str | None = None
    #: Whether a reply in a thread is shown in the channel too.
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class InPlaceOf:
    """An edit of a message of ours."""

    #: The key of the channel that it stands in.
    channel: str
    #: The platform's id of the message.
    message_id: str
    #: Whether this only refreshes what was said before: then it does not matter if the message is gone.
    is_refresh: bool = False


@dataclass(frozen=True, slots=True)
class ForOne:
    """A private message that one person alone sees."""

    #: The person's key; a transport is given that of their account on its platform.
    person: str
    #: The key of the channel in which they acted and are answered; empty: they are answered by direct message.
    channel: str = ""
    #: The message in whose thread they acted, if it was in one.
    root_id: str | None = None


Destination = InChannel | InPlaceOf | ForOne


@dataclass(frozen=True, slots=True)
class Arrived:
    """The notice arrived: this message carries it."""

    #: The platform's id of the message.
    message_id: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The notice has not arrived and will not."""


@dataclass(frozen=True, slots=True)
class Unknowable:
    """It cannot be found out whether the notice arrived: we may not read there, or the platform keeps no history."""


Found = Arrived | Missing | Unknowable | Retry


class NotDeliveredError(Exception):
    """The platform did not take a message, or its answer was lost. `result` is what that means for the notice."""

    def __init__(self, result: Retry | Unsure | GiveUp) -> None:
        super().__init__(result.detail if isinstance(result, GiveUp) else result.reason)
        self.result = result


class MessageGoneError(NotDeliveredError):
    """The message to be edited is gone, or cannot be edited any more."""


class ChannelClosedError(NotDeliveredError):
    """We cannot write in that channel: we are no member of it, it is archived, or it does not exist."""


class Transport(Protocol):
    """One desk's connection to one platform. What the platform cannot do by its `Limits` is never asked of it.

    Each method but `find_again` raises NotDeliveredError for any error of the platform or the network. `item` is the
    notice that is being delivered.
    """

    async def post(self, item: Outgoing, card: Card, where: InChannel, now: datetime) -> Sent:
        """A new message. It carries `item.id` where the platform has a place for it, so that `find_again` finds it.
        Raises ChannelClosedError where nobody could ever write there as things stand."""
        ...

    async def edit(self, item: Outgoing, card: Card, where: InPlaceOf, now: datetime) -> None:
        """Replace the content of a message. Raises MessageGoneError where the message is gone."""
        ...

    async def delete(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> None:
        """Delete a message of ours."""
        ...

    async def private(self, item: Outgoing, card: Card, where: ForOne, now: datetime) -> Sent | None:
        """A message in `where.channel` that one person alone sees; None where the platform has no such thing there."""
        ...

    async def direct(self, item: Outgoing, person: str, now: datetime) -> str:
        """The key of the conversation with that person alone, opened if need be."""
        ...

    async def find_again(self, item: Outgoing, where: InChannel, now: datetime, *, besides: str = "") -> Found:
        """Whether a message there, other than `besides`, carries the notice. Answers Retry where it cannot be looked
        for now."""
        ...
