"""Opening a ticket from a message that has to be read first. Reading is an optional permission, and may be rationed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.commands.talk import Said, bring_along
from bot.desk.runtime import DeskRuntime
from bot.desk.where import Where
from bot.slack.errors import UNANSWERED, error_code
from bot.slack.inbound_messages import author_of, source_of
from bot.slack.payload import moment
from bot.verbs.base.call import Call, Reply
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.engine.private_answer import refusal_notice
from bot.verbs.new import new
from bot.verbs.shared.open_ticket import open_called, open_from, ticket_of
from bot.wording.phrase_book import PhraseBook
from scheduler.sender import Result, Sent
from storage.inbox import was_handled
from storage.intake import OFF, intake_of
from storage.notices import enqueue_private
from storage.outbox import Outgoing
from triage.errors import Refusal
from triage.keys import id_of
from triage.notice import as_typed

log = structlog.get_logger(__name__)
# Nothing that waiting would change. Where Slack rations reading, the person is quicker than the next permission.
UNREADABLE = {
    "missing_scope", "not_in_channel", "channel_not_found", "thread_not_found", "unknown_method", "ratelimited",
    "is_archived", "no_permission", "access_denied", "not_allowed_token_type", "message_not_found",
}  # fmt: skip


async def open_from_history(desk: DeskRuntime, client: AsyncWebClient, item: Outgoing, now: datetime) -> Result:
    """Read the message that `item` names, and open a ticket from it for the person who asked; whoever can't be served
    is told. Done again it opens nothing more."""
    person, channel, ts = (str(item.data[key]) for key in ("person", "channel", "message"))
    call = Call(
        desk=desk, actor=desk.roster.actor(person), speech=PhraseBook(desk.directory).reader(person), now=now,
        channel=channel,
        key=f"open_from:{item.id}", happened_at=moment(ts), reply=Reply.AS_POSTED,
        source=source_of(desk, channel, {"ts": ts}),
    )  # fmt: skip
    was_opened = await desk.database.read(lambda session: was_handled(session, desk.organisation_id, call.key))
    if was_opened or item.data.get("opened"):
        await _bring_along(desk, client, channel, item, now)
        return Sent(ts, channel)
    if "asked" in item.data:
        return await _open_called(desk, client, item, call)
    try:
        if (number := await ticket_of(call)) is not None:  # somebody was faster
            raise Refusal("message_has_ticket", number=number)
        message = await read_message(client, channel, ts)
        if message is None:
            raise Refusal("message_unreadable")
        source = source_of(desk, channel, message)
        if source.root_id != ts and message.get("subtype") != "thread_broadcast":
            call = replace(call, thread=source.root_id)
        if await desk.database.read(lambda session: intake_of(session, desk.organisation_id, channel)) == OFF:
            raise Refusal("intake_off")
        if message.get("subtype") != "tombstone":
            await open_from(replace(call, source=source))
            if source.root_id != ts or message.get("reply_count"):
                await _bring_along(desk, client, channel, item, now)
    except SlackApiError as error:
        if error_code(error) not in UNREADABLE and error.response.status_code != RATIONED:
            raise
        await _refuse(desk, call.where, Refusal("message_unreadable"), now)
    except Refusal as refusal:
        await _refuse(desk, call.where, refusal, now)
    return Sent(ts, channel)


RATIONED = 429


async def _open_called(desk: DeskRuntime, client: AsyncWebClient, item: Outgoing, call: Call) -> Result:
    """Open the ticket that was asked for in a thread, about the message at its head; where that cannot be read, from
    what was typed alone."""
    channel, root, asked = (str(item.data[key]) for key in ("channel", "message", "asked"))
    words = str(as_typed(item.data.get("new")) or "")
    call = replace(call, reply=Reply.LATER, thread=root, happened_at=moment(asked))
    beside = SourceMessage(channel, asked, root, call.actor.id, moment(asked), words, desk.link(channel, asked, root))
    try:
        try:
            head = await read_message(client, channel, root)
        except SlackApiError as error:
            if error_code(error) not in UNREADABLE and error.response.status_code != RATIONED:
                raise
            head = None
        source = source_of(desk, channel, head) if head is not None else None
        if source is not None and source.text.strip():
            await open_called(call, words, source)
            await _bring_along(desk, client, channel, item, call.now)
        elif words:
            await new(replace(call, words=words, source=beside))
        else:
            raise Refusal("message_unreadable")
    except Refusal as refusal:
        await _refuse(desk, call.where, refusal, call.now)
    return Sent(asked, channel)


PAGE, MOST_PAGES = 200, 5


async def _bring_along(desk: DeskRuntime, client: AsyncWebClient, channel: str, item: Outgoing, now: datetime) -> None:
    """Bring along what was said in the thread before the ticket was opened from it. What cannot be read stays there."""
    opened_from, asked = str(item.data["message"]), str(item.data.get("asked") or "")
    said: list[Said] = []
    root, cursor = opened_from, ""
    try:
        for _ in range(MOST_PAGES):
            answer = await client.conversations_replies(
                channel=id_of(channel), ts=opened_from, limit=PAGE, cursor=cursor
            )
            for each in answer.get("messages") or ():
                source = source_of(desk, channel, each)
                root = source.root_id
                if source.message_id not in (opened_from, asked, *(one.message_id for one in said)):
                    said.append(Said(source.message_id, source.author, _called(desk, each), source.at, source.text))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
    except UNANSWERED as error:
        log.info("thread not read", channel=channel, error=str(error)[:200])
    await bring_along(desk, channel, root, said, now)


def _called(desk: DeskRuntime, message: dict[str, Any]) -> str:
    author = author_of(desk, message)
    if author is not None:
        return desk.directory.name(author)
    profile = message.get("bot_profile") if isinstance(message.get("bot_profile"), dict) else {}
    return str(message.get("username") or (profile or {}).get("name") or message.get("bot_id") or "")


async def read_message(client: AsyncWebClient, channel: str, ts: str, **more: Any) -> dict[str, Any] | None:
    """That one message, wherever it stands: a channel's history leaves out what is inside threads."""
    span: dict[str, Any] = {"channel": id_of(channel), "latest": ts, "oldest": ts, "inclusive": True, **more}
    answer = await client.conversations_history(**span, limit=1)
    found = _exactly(answer.get("messages"), ts)
    if found is not None:
        return found
    answer = await client.conversations_replies(**span, ts=ts, limit=2)
    return _exactly(answer.get("messages"), ts)


def _exactly(messages: list[dict[str, Any]] | None, ts: str) -> dict[str, Any] | None:
    return next((message for message in messages or () if message.get("ts") == ts), None)


async def _refuse(desk: DeskRuntime, where: Where, refusal: Refusal, now: datetime) -> None:
    def transaction(session: Session) -> None:
        enqueue_private(session, desk.organisation_id, refusal_notice(where, refusal), now)

    await desk.write(transaction)
