"""Opening a ticket from a message that has to be read first. Reading is an optional permission, and may be rationed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.commands.call import Call
from bot.commands.open_ticket import open_from, ticket_of
from bot.commands.reactions import refusal_to
from bot.commands.where import Where
from bot.desk import Desk
from bot.slack.errors import error_code
from bot.slack.inbound import moment, source_of
from scheduler.sender import Result, Sent
from storage.inbox import was_handled
from storage.intake import OFF, intake_of
from storage.notices import enqueue_private
from storage.outbox import Outgoing
from triage.errors import Refusal

# Nothing that waiting would change. Where Slack rations reading, the person is quicker than the next permission.
UNREADABLE = {
    "missing_scope", "not_in_channel", "channel_not_found", "thread_not_found", "unknown_method", "ratelimited",
    "is_archived", "no_permission", "access_denied", "not_allowed_token_type", "message_not_found",
}  # fmt: skip


async def open_from_history(desk: Desk, client: AsyncWebClient, item: Outgoing, now: datetime) -> Result:
    """Read the message that `item` names, and open a ticket from it for the person who asked; whoever can't be served
    is told. Done again it opens nothing more."""
    person, channel, ts = (str(item.data[key]) for key in ("person", "channel", "message"))
    call = Call(
        desk=desk, actor=desk.directory.actor(person), speech=desk.directory.reader(person), now=now, channel=channel,
        key=f"open_from:{item.id}", at=moment(ts), is_answered=False, source=source_of(desk, channel, {"ts": ts}),
    )  # fmt: skip
    if await desk.database.read(lambda session: was_handled(session, desk.organisation_id, call.key)):
        return Sent(ts, channel)
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
    except SlackApiError as error:
        if error_code(error) not in UNREADABLE and error.response.status_code != RATIONED:
            raise
        await _refuse(desk, call.where, Refusal("message_unreadable"), now)
    except Refusal as refusal:
        await _refuse(desk, call.where, refusal, now)
    return Sent(ts, channel)


RATIONED = 429


async def read_message(client: AsyncWebClient, channel: str, ts: str, **more: Any) -> dict[str, Any] | None:
    """That one message, wherever it stands: a channel's history leaves out what is inside threads."""
    span: dict[str, Any] = {"channel": channel, "latest": ts, "oldest": ts, "inclusive": True, **more}
    answer = await client.conversations_history(**span, limit=1)
    found = _exactly(answer.get("messages"), ts)
    if found is not None:
        return found
    answer = await client.conversations_replies(**span, ts=ts, limit=2)
    return _exactly(answer.get("messages"), ts)


def _exactly(messages: list[dict[str, Any]] | None, ts: str) -> dict[str, Any] | None:
    return next((message for message in messages or () if message.get("ts") == ts), None)


async def _refuse(desk: Desk, where: Where, refusal: Refusal, now: datetime) -> None:
    def transaction(session: Session) -> None:
        enqueue_private(session, desk.organisation_id, refusal_to(where, refusal), now)

    await desk.write(transaction)
