"""A workspace's way out: composed messages are sent to Slack; App Home pages are published."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound.deliver import DeskSender
from bot.outbound.port import (
    ChannelClosedError,
    ForOne,
    Found,
    InChannel,
    InPlaceOf,
    MessageGoneError,
    NotDeliveredError,
)
from bot.slack.app_home import Homes
from bot.slack.arrivals import (
    NEVER_LEFT,
    RATIONED,
    look_up,
    may_have_arrived,
    metadata_of,
    settles_in,
    wait_of,
)
from bot.slack.errors import CAUSES, UNREACHABLE, error_code
from bot.slack.platform import PLATFORM
from bot.slack.render import render_message
from bot.wording.card import Card
from scheduler.backoff import pause_after
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent, Unsure
from storage.outbox import Outgoing
from storage.refresh import Target
from triage.keys import id_of, key_of

# Nobody can change the message any more.
GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found", "is_archived"}
# Private words where somebody acted are not possible; a direct message may be.
NOT_THERE = {
    "user_not_in_channel", "channel_not_found", "not_in_channel", "unknown_method", "is_archived", "thread_not_found",
    "cannot_reply_to_message", "restricted_action", "restricted_action_read_only_channel",
    "restricted_action_non_threadable_channel", "restricted_action_thread_only_channel",
}  # fmt: skip
DIRECT = "D"  # what the id of a conversation with one person begins with
UNHEARD = {"channel_not_found", "not_in_channel", "is_archived"}
# A page that Slack will not take.
UNSHOWN = CAUSES.keys() | {"not_enabled", "hash_conflict"}
QUIETLY: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class SlackTransport:
    """See `bot.outbound.port.Transport`."""

    #: Without retry handlers of its own: retries are the outbox's business.
    client: AsyncWebClient

    async def post(self, item: Outgoing, card: Card, where: InChannel, now: datetime) -> Sent:
        """See Transport."""
        thread: dict[str, Any] = {}
        if where.root_id is not None:
            thread = {"thread_ts": where.root_id, "reply_broadcast": where.broadcast}
        answer = await self.ask(
            self.client.chat_postMessage(
                channel=id_of(where.channel), **render_message(card), **QUIETLY, **thread, metadata=metadata_of(item)
            ),
            item,
            now,
        )
        if not answer.get("ts"):
            raise NotDeliveredError(Unsure("the answer names no message"))
        channel = answer.get("channel")
        return Sent(str(answer["ts"]), key_of(PLATFORM, str(channel)) if channel else where.channel)

    async def edit(self, item: Outgoing, card: Card, where: InPlaceOf, now: datetime) -> None:
        """See Transport."""
        change = self.client.chat_update(channel=id_of(where.channel), ts=where.message_id, **render_message(card))
        await self.ask(change, item, now, is_edit=True)

    async def delete(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> None:
        """See Transport."""
        await self.ask(self.client.chat_delete(channel=id_of(channel), ts=message_id), item, now)

    async def private(self, item: Outgoing, card: Card, where: ForOne, now: datetime) -> Sent | None:
        """See Transport. Where they acted in a thread it goes there, for that has a reply then: Slack shows no such
        message in a thread without one."""
        if id_of(where.channel).startswith(DIRECT):
            return None
        try:
            answer = await self.client.chat_postEphemeral(
                channel=id_of(where.channel),
                user=id_of(where.person),
                thread_ts=where.root_id,
                **render_message(card),
            )
        except SlackApiError as error:
            if error_code(error) in NOT_THERE:
                return None
            raise NotDeliveredError(_refused(item, error, now)) from error
        except UNREACHABLE as error:
            raise NotDeliveredError(_unanswered(item, error, now)) from error
        return Sent(str(answer.get("message_ts") or ""), where.channel)

    async def direct(self, item: Outgoing, person: str, now: datetime) -> str:
        """See Transport."""
        opened = await self.ask(self.client.conversations_open(users=[id_of(person)]), item, now)
        channel = opened.get("channel")
        if not isinstance(channel, dict) or not channel.get("id"):
            raise NotDeliveredError(Retry(now + pause_after(item.attempts), "the answer names no conversation"))
        return key_of(PLATFORM, str(channel["id"]))

    async def find_again(self, item: Outgoing, where: InChannel, now: datetime, *, besides: str = "") -> Found:
        """See Transport."""
        return await look_up(self.client, item, where.channel, where.root_id, now, besides=besides)

    async def ask(self, asking: Awaitable[Answer], item: Outgoing, now: datetime, *, is_edit: bool = False) -> Answer:
        """Await a request. Raises NotDeliveredError, with what it means for the notice, for any error of Slack or the
        network."""
        try:
            return await asking
        except SlackApiError as error:
            code, result = error_code(error), _refused(item, error, now)
            if is_edit and code in GONE:
                raise MessageGoneError(result) from error
            if code in UNHEARD:
                raise ChannelClosedError(result) from error
            raise NotDeliveredError(result) from error
        except UNREACHABLE as error:
            raise NotDeliveredError(_unanswered(item, error, now)) from error


@dataclass(frozen=True)
class SlackSender:
    """See `scheduler.sender.Sender`: one workspace's."""

    #: Delivers whatever is a message.
    messages: DeskSender
    #: The desk's connection to the workspace.
    transport: SlackTransport
    #: Shows people's App Home.
    homes: Homes

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.sender.Sender`."""
        if item.kind != Target.PAGE:
            return await self.messages.send(item, now)
        try:
            return await self.transport.ask(self._home(item), item, now)
        except NotDeliveredError as error:
            return error.result

    async def _home(self, item: Outgoing) -> Result:
        """Publish a page. One that Slack refuses is no dead letter: whoever opens the page next gets a new one."""
        try:
            return Sent(await self.homes.publish(item.data["person"]), item.channel)
        except SlackApiError as error:
            if error_code(error) in UNSHOWN:
                return Drop(error_code(error))
            raise


def _unanswered(item: Outgoing, error: Exception, now: datetime) -> Retry | Unsure:
    """What a broken connection means for the notice: `Retry` where the request never left, else `Unsure`."""
    reason = f"{type(error).__name__}: {error}"[:200]
    if isinstance(error, NEVER_LEFT):
        return Retry(now + pause_after(item.attempts), reason)
    return Unsure(reason, settles_in(error))


def _refused(item: Outgoing, error: SlackApiError, now: datetime) -> Retry | Unsure | GiveUp:
    """What an error answer of Slack's means for the notice."""
    code = error_code(error)
    if code == "ratelimited" or error.response.status_code == RATIONED:
        # Slack limits posts for each channel, and every other method for the workspace.
        of_channel = str(error.response.api_url).endswith("/chat.postMessage")
        wait = timedelta(seconds=wait_of(error))
        return Retry(now + wait, "slowed down by Slack", channel_rests=True, way_rests=not of_channel)
    if code in CAUSES:
        return GiveUp(CAUSES[code], code)
    if may_have_arrived(error):
        return Unsure(code, settles_in(error))
    return Retry(now + pause_after(item.attempts), code)
