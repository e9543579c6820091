"""A desk's way out to Teams: composed messages are sent through the Connector, where each conversation is reached."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.outbound.deliver import DeskSender
from bot.outbound.port import ChannelClosedError, ForOne, Found, InChannel, InPlaceOf, NotDeliveredError, Unknowable
from bot.teams.app_home import Homes
from bot.teams.client import ConnectorClient
from bot.teams.errors import CLOSED, FAILURES, Asked, ConnectorError, failed
from bot.teams.payload import Body
from bot.teams.platform import PLATFORM
from bot.teams.render import message
from bot.wording.card import Card, Fold, Quote
from scheduler.backoff import pause_after
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent, Unsure
from storage.cause import Cause
from storage.channels import (
    Channel,
    ChannelKind,
    channel_names,
    close_channel,
    conversation_with,
    find_channel,
    load_channels,
    note_private,
    save_channel,
)
from storage.messages import find_message
from storage.outbox import Outgoing
from storage.refresh import Target
from triage.keys import id_of, key_of
from triage.text import cut

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")
SHORT = 300  # characters of a quotation in a card that was too long
# It is not the conversation that has no private messages: that person is not in it.
_NOT_IN_IT = {"BotNotInConversationRoster", "MemberNotFoundInConversation", "UserNotInConversationRoster"}


@dataclass(frozen=True)
class TeamsTransport:
    """See `bot.outbound.port.Transport`."""

    #: Whose messages they are.
    desk: DeskRuntime
    #: Calls the Connector.
    client: ConnectorClient
    #: Whether private messages in channels are used at all.
    privately: bool = True

    async def post(self, item: Outgoing, card: Card, where: InChannel, now: datetime) -> Sent:
        """See Transport."""
        channel = await self._reach(where.channel)
        root = _thread(channel, where.root_id)
        to = partial(self.client.post, channel.service_url, id_of(channel.key), root=root)
        asked = Asked(in_thread=root is not None)
        message_id = await self._ask(lambda: self._fitting(card, to), channel, item, now, asked)
        if not message_id:
            raise NotDeliveredError(Unsure("the answer names no message"))
        return Sent(message_id, channel.key)

    async def edit(self, item: Outgoing, card: Card, where: InPlaceOf, now: datetime) -> None:
        """See Transport."""
        channel = await self._reach(where.channel)
        root = await self._root(channel, where.message_id)
        to = partial(self.client.update, channel.service_url, id_of(channel.key), where.message_id, root=root)
        await self._ask(lambda: self._fitting(card, to), channel, item, now, Asked(is_edit=True))

    async def delete(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> None:
        """See Transport."""
        there = await self._reach(channel)
        root = await self._root(there, message_id)
        to = partial(self.client.delete, there.service_url, id_of(channel), message_id, root=root)
        await self._ask(to, there, item, now, Asked(is_edit=True))

    async def private(self, item: Outgoing, card: Card, where: ForOne, now: datetime) -> Sent | None:
        """See Transport. Whether a conversation has private messages is found out by the first one, and remembered; one
        that had none is asked again after a day."""
        channel = await self._find(where.channel)
        if not self.privately or channel is None or channel.closed_at is not None or not channel.may_be_private(now):
            return None
        root = _thread(channel, where.root_id)
        to = partial(self.client.post, channel.service_url, id_of(channel.key), root=root, to=id_of(where.person))
        try:
            message_id = await self._fitting(card, to)
        except FAILURES as error:
            if not (isinstance(error, ConnectorError) and error.status in (400, 403, 404, 405, 501)):
                raise failed(error, now, item.attempts) from error
            if error.is_too_large:
                raise failed(error, now, item.attempts) from error
            log.info("no private message here", channel=channel.key, error=str(error))
            if error.status != 404 and error.code not in _NOT_IN_IT:
                await self._remember(channel, works=False, now=now)
            return None
        if not channel.private_works:
            await self._remember(channel, works=True, now=now)
        return Sent(message_id, channel.key)

    async def direct(self, item: Outgoing, person: str, now: datetime) -> str:
        """See Transport. Teams opens one only with who has the app."""
        known = await self.desk.database.read(
            partial(conversation_with, organisation_id=self.desk.organisation_id, person=person)
        )
        if known is not None and known.closed_at is None:
            return known.key
        near = await self._any_address()
        if near is None:
            raise NotDeliveredError(Retry(now + pause_after(item.attempts), "Teams has not told yet where it is"))
        try:
            opened = await self.client.open_with(near.service_url, id_of(person), near.workspace)
        except FAILURES as error:
            raise failed(error, now, item.attempts, Asked(is_alone=True)) from error
        if not opened:
            raise NotDeliveredError(Retry(now + pause_after(item.attempts), "the answer names no conversation"))
        channel = Channel(
            key_of(PLATFORM, opened), ChannelKind.PERSONAL, near.service_url, workspace=near.workspace, person=person
        )
        save = partial(save_channel, organisation_id=self.desk.organisation_id, channel=channel, now=now)
        await self.desk.database.write(save)
        return channel.key

    async def find_again(  # what Teams shows cannot be searched
        self, item: Outgoing, where: InChannel, now: datetime, *, besides: str = ""  # noqa: ARG002
    ) -> Found:  # fmt: skip
        """See Transport."""
        return Unknowable()

    async def _ask(
        self, asking: Callable[[], Awaitable[Answer]], channel: Channel, item: Outgoing, now: datetime, asked: Asked
    ) -> Answer:
        """Await a call. Raises NotDeliveredError for any failure, and remembers a conversation that is closed to us."""
        try:
            return await asking()
        except FAILURES as error:
            is_alone = channel.kind is ChannelKind.PERSONAL
            failure = failed(error, now, item.attempts, replace(asked, is_alone=is_alone))
            if isinstance(error, ConnectorError) and error.code in CLOSED:
                await self._close(channel, failure.result, CLOSED[error.code], now)
            raise failure from error

    async def _close(self, channel: Channel, result: object, cause: Cause, now: datetime) -> None:
        """Nothing is sent there until something arrives from it again. A thread that is gone closes nothing."""
        if isinstance(result, GiveUp) and result.cause is not Cause.GONE:
            close = partial(close_channel, organisation_id=self.desk.organisation_id, key=channel.key, now=now)
            await self.desk.database.write(partial(close, cause=cause))

    async def _fitting(self, card: Card, send: Callable[[Body], Awaitable[Answer]]) -> Answer:
        """Send a card. One that is too long is sent once more, with what was typed cut short."""
        names = await self._names()
        try:
            return await send(message(card, names))
        except ConnectorError as error:
            shorter = shortened(card)
            if not error.is_too_large or shorter == card:
                raise
        return await send(message(shorter, names))

    async def _find(self, key: str) -> Channel | None:
        return await self.desk.database.read(partial(find_channel, organisation_id=self.desk.organisation_id, key=key))

    async def _reach(self, key: str) -> Channel:
        """How a conversation is reached. Raises ChannelClosedError where Teams never spoke of it, or it was closed to
        us."""
        channel = await self._find(key)
        if channel is None:
            raise ChannelClosedError(GiveUp(Cause.NOT_A_MEMBER, "Teams has never spoken of that conversation"))
        if channel.closed_at is not None:
            cause = channel.closed_cause or Cause.NOT_A_MEMBER
            if channel.kind is ChannelKind.PERSONAL:
                raise NotDeliveredError(GiveUp(Cause.UNREACHABLE_PERSON, f"closed before ({cause})"))
            raise ChannelClosedError(GiveUp(cause, f"closed before ({cause})"))
        return channel

    async def _root(self, channel: Channel, message_id: str) -> str | None:
        """The message in whose thread that one stands."""

        def read(session: Session) -> str | None:
            found = find_message(session, self.desk.organisation_id, channel.key, message_id)
            return None if found is None else found.root_id

        return _thread(channel, await self.desk.database.read(read))

    async def _any_address(self) -> Channel | None:
        """A conversation of the same tenant: by its address the tenant's people are reached. The desk's own first."""
        whose = self.desk.organisation_id
        known = await self.desk.database.read(partial(load_channels, organisation_id=whose, platform=PLATFORM))
        own = known.get(self.desk.own_channel or "")
        return own or next((each for each in reversed(known.values()) if each.closed_at is None), None)

    async def _names(self) -> dict[str, str]:
        """What channels are called, by key."""
        whose = self.desk.organisation_id
        return await self.desk.database.read(partial(channel_names, organisation_id=whose, platform=PLATFORM))

    async def _remember(self, channel: Channel, *, works: bool, now: datetime) -> None:
        note = partial(note_private, organisation_id=self.desk.organisation_id, key=channel.key, works=works, now=now)
        await self.desk.database.write(note)


@dataclass(frozen=True)
class TeamsSender:
    """See `scheduler.sender.Sender`: one tenant's."""

    #: Delivers whatever is a message.
    messages: DeskSender
    #: Shows people's homes.
    homes: Homes

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.sender.Sender`."""
        if item.kind != Target.PAGE:
            return await self.messages.send(item, now)
        try:
            return Sent(await self.homes.publish(item), item.channel)
        except NotDeliveredError as error:
            if isinstance(error.result, GiveUp):  # no dead letter: whoever asks for it next gets a new one
                return Drop(error.result.detail)
            return error.result


def _thread(channel: Channel, root_id: str | None) -> str | None:
    """The message whose thread something goes to: chats have no threads."""
    return root_id if channel.kind is ChannelKind.CHANNEL else None


def shortened(card: Card) -> Card:
    """The card without what is folded away, and with what was typed cut short."""
    kept = (each for each in card.elements if not isinstance(each, Fold))
    elements = tuple(replace(each, text=cut(each.text, SHORT)) if isinstance(each, Quote) else each for each in kept)
    return replace(card, elements=elements)
