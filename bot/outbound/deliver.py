"""Delivers a desk's notices through a platform's transport, and says truthfully what came of each.

At-least-once delivery made as good as exactly once: what may have arrived is looked for before it is sent again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.outbound.compose import compose
from bot.outbound.message import Message, Untrue
from bot.outbound.port import (
    Arrived,
    ChannelClosedError,
    ForOne,
    Found,
    InChannel,
    InPlaceOf,
    MessageGoneError,
    Missing,
    NotDeliveredError,
    Transport,
    Unknowable,
)
from bot.wording.card import Card, Line
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import InChannel as ChannelNamed
from scheduler.backoff import pause_after
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent, Unsure
from scheduler.tally import LOOKED_UP
from storage.announcements.announcement import AnnouncementKind
from storage.announcements.to_person import SetUpUnsaid
from storage.announcing import tell
from storage.catching_up import may_be_gathered
from storage.cause import Cause
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.outbox import Outgoing

log = structlog.get_logger(__name__)
LOOKING = timedelta(minutes=5)  # for this long after acting somebody is taken to be looking at that channel


@dataclass(frozen=True)
class DeskSender:
    """What delivers messages of one desk on one platform: a `scheduler.sender.Sender`."""

    #: Whose notices it delivers.
    desk: DeskRuntime
    #: The desk's connection to the platform.
    transport: Transport

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.sender.Sender`."""
        composed = await compose(self.desk, item, now)
        match composed:
            case Message():
                return await self.say(item, composed, now)
            case Untrue(where):
                return await self._withhold(item, where, now)
            case _:
                return composed

    async def say(self, item: Outgoing, message: Message, now: datetime) -> Result:
        """Post, edit or privately show a message, whichever it needs."""
        try:
            match message.where:
                case InPlaceOf():
                    return await self._edit(item, message.card, message.where, now)
                case ForOne():
                    return await self._tell(item, message, message.where, now)
                case InChannel():
                    return await self._post(item, message, message.where, now)
        except ChannelClosedError as error:
            if item.kind == AnnouncementKind.SET_UP:
                await self.desk.write(partial(self._unsaid, item=item))
            return error.result
        except NotDeliveredError as error:
            return error.result

    async def _edit(self, item: Outgoing, card: Card, where: InPlaceOf, now: datetime) -> Result:
        if not self.desk.limits.can_edit:
            return Drop("no message can read otherwise there once it is posted")
        try:
            await self.transport.edit(item, card, where, now)
        except MessageGoneError as error:
            if where.is_refresh:
                return Drop("the message is not there any more, or cannot be changed")
            return error.result
        except NotDeliveredError as error:
            if where.is_refresh and isinstance(error.result, Unsure):  # twice is as good as once
                return Retry(now + pause_after(item.attempts), error.result.reason)
            raise
        return Sent(where.message_id, where.channel)

    async def _tell(self, item: Outgoing, message: Message, where: ForOne, now: datetime) -> Result:
        """To one person: privately in the channel where they acted. As a direct message instead where they acted in no
        channel, where the platform has no private messages there, and where more than `LOOKING` has passed: a private
        message is lost on whoever is not looking."""
        account = self.desk.account(where.person)
        if account is None:
            return GiveUp(Cause.UNREACHABLE_PERSON, f"{where.person} has no account here")
        where = replace(where, person=account)
        is_looking = now - item.planned_at <= LOOKING
        if where.channel and is_looking and self.desk.limits.private_in_channels:
            _check_claim(item, now)
            sent = await self.transport.private(item, message.card, where, now)
            if sent is not None:
                return sent
        try:
            channel = await self.transport.direct(item, where.person, now)
            if self.desk.limits.private_is_uncertain:
                message = replace(message, card=from_elsewhere(self.desk, message.card, where, channel))
            return await self._post(item, message, InChannel(channel), now)
        except NotDeliveredError as error:
            if _is_unreachable(error) and where.channel and self.desk.limits.private_is_uncertain:
                await self._say_unreachable(item, where, now)
            raise

    async def _say_unreachable(self, item: Outgoing, where: ForOne, now: datetime) -> None:
        """Tell somebody where they acted, and where others read along, that there is no way to tell them alone what
        they were to be told: once an hour, but not in shadow mode. Whatever becomes of that, the notice itself was not
        delivered."""
        if self.desk.policy.is_silent(now):
            return
        key = f"unreachable:{where.person}:{where.channel}:{now:%Y-%m-%dT%H}"
        once = partial(handle_once, organisation_id=self.desk.organisation_id, event_id=key, now=now)
        people = PhraseBook(self.desk.directory)
        who = (people.mention(self.desk.directory.person(where.person)),)
        card = Card(people.desk_speech("privately.unreachable", who=who))
        try:
            await self.desk.database.write(once)
            await self.transport.post(item, card, InChannel(where.channel, where.root_id), now)
        except AlreadyHandledError:
            return
        except NotDeliveredError as error:
            log.info("nobody could be told", outbox_id=item.id, error=str(error)[:200])

    async def _post(self, item: Outgoing, message: Message, where: InChannel, now: datetime) -> Result:
        return self._linked(await self._post_once(item, message, where, now), where)

    def _linked(self, result: Result, where: InChannel) -> Result:
        """The same with the address of the message, where it has one."""
        if not isinstance(result, Sent):
            return result
        root = where.root_id or result.message_id
        return replace(result, permalink=self.desk.link(result.channel, result.message_id, root) or None)

    async def _post_once(self, item: Outgoing, message: Message, where: InChannel, now: datetime) -> Result:
        """A new message. An unsure one is looked for first. It is looked for once more after posting, since the earlier
        try may have arrived late."""
        if not item.unsure:
            return await self._post_now(item, message.card, where, now)
        card = message.card
        found = await self._find_again(item, where, now)
        if isinstance(found, Arrived):
            return Sent(found.message_id, where.channel)
        if isinstance(found, Retry):
            return found
        if isinstance(found, Unknowable):
            if message.in_doubt is None:
                return Drop("it may have arrived, and a warning is not repeated")
            card = message.in_doubt
        elif _may_say_more(item, now):  # it has not arrived, and may say by now what waits behind it as well
            whole = await compose(self.desk, replace(item, unsure=False), now)
            if isinstance(whole, Retry):
                return whole
            card = whole.card if isinstance(whole, Message) else card
        return await self._keep_one(item, await self._post_now(item, card, where, now), where, now)

    async def _post_now(self, item: Outgoing, card: Card, where: InChannel, now: datetime) -> Sent:
        _check_claim(item, now)
        return await self.transport.post(item, card, where, now)

    async def _find_again(self, item: Outgoing, where: InChannel, now: datetime, *, besides: str = "") -> Found:
        if not self.desk.limits.can_look_up:
            found: Found = Unknowable()
        else:
            found = await self.transport.find_again(item, where, now, besides=besides)
        if not besides:  # the look before it is said again, not the one after
            LOOKED_UP.add(item.platform, _named(found))
            if isinstance(found, Missing) and item.settles_at is not None and now < item.settles_at:
                return Retry(item.settles_at, "a try of a process that died may still arrive", counts=False)
        return found

    async def _keep_one(self, item: Outgoing, posted: Sent, where: InChannel, now: datetime) -> Sent:
        """Where the earlier try has arrived after all, delete the new message and keep the first."""
        there = InChannel(posted.channel, where.root_id)
        found = await self._find_again(item, there, now, besides=posted.message_id)
        if not isinstance(found, Arrived):
            return posted
        try:
            await self.transport.delete(item, posted.channel, posted.message_id, now)
        except NotDeliveredError as error:
            log.warning("said twice", outbox_id=item.id, error=str(error)[:200])
        return Sent(found.message_id, posted.channel)

    async def _withhold(self, item: Outgoing, where: InChannel | None, now: datetime) -> Result:
        """Drop what is not worth saying any more. If an earlier try has arrived, it is recorded as sent, so that
        reactions on it are understood."""
        if item.unsure and where is not None:
            found = await self._find_again(item, where, now)
            if isinstance(found, Arrived):
                return self._linked(Sent(found.message_id, where.channel), where)
            if isinstance(found, Retry):
                return found
        return Drop("no longer true")

    def _unsaid(self, session: Session, item: Outgoing) -> None:
        """A newly chosen channel cannot be written to: tell whoever chose it what to do."""
        tell(
            session, item.organisation_id, SetUpUnsaid(item.channel), item.data["by"], platform=item.platform,
            key=f"set-up-unsaid.{item.id}", now=self.desk.now(),
        )  # fmt: skip


def _check_claim(item: Outgoing, now: datetime) -> None:
    """Raises NotDeliveredError where this process stood still since it claimed `item`, for so long that somebody else
    may be posting it by now."""
    if item.posts_by is not None and asyncio.get_running_loop().time() > item.posts_by:
        raise NotDeliveredError(Retry(now, "claimed too long ago"))


def _may_say_more(item: Outgoing, now: datetime) -> bool:
    return item.kind == AnnouncementKind.DIGEST or may_be_gathered(item, now)


def _named(found: Found) -> str:
    """What a look for an earlier try has shown, as it is counted."""
    match found:
        case Arrived():
            return "yes"
        case Unknowable():
            return "unknowable"
        case Retry():
            return "later"
        case _:
            return "no"


def _is_unreachable(error: NotDeliveredError) -> bool:
    return isinstance(error.result, GiveUp) and error.result.cause is Cause.UNREACHABLE_PERSON


def from_elsewhere(desk: DeskRuntime, card: Card, where: ForOne, channel: str) -> Card:
    """A private answer as it is shown in `channel`, saying to which other one it belongs."""
    if where.channel in ("", channel):
        return card
    speech = PhraseBook(desk.directory).reader(desk.directory.person(where.person))
    channel_named = ChannelNamed(where.channel, speech.text("privately.unnamed"))
    belongs = Line(speech("privately.belongs", channel=channel_named), small=True)
    return replace(card, elements=(*(card.elements or (Line(card.brief),)), belongs))
