"""Reading messages that stand in Slack already. It is an optional permission, and may be rationed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.runtime import DeskRuntime
from bot.outbound.reader import FoundMessage
from bot.slack.arrivals import RATIONED
from bot.slack.errors import UNANSWERED, error_code
from bot.slack.inbound_messages import author_of, source_of
from bot.slack.payload import Body, mapping
from bot.slack.sender import SlackTransport
from storage.outbox import Outgoing
from triage.keys import id_of

log = structlog.get_logger(__name__)
# Nothing that waiting would change. Where Slack rations reading, the person is quicker than the next permission.
UNREADABLE = {
    "missing_scope", "not_in_channel", "channel_not_found", "thread_not_found", "unknown_method", "ratelimited",
    "is_archived", "no_permission", "access_denied", "not_allowed_token_type", "message_not_found",
}  # fmt: skip
PAGE, MOST_PAGES = 200, 5


@dataclass(frozen=True)
class SlackReader:
    """See `bot.outbound.reader.Reader`."""

    #: Whose messages they are read for.
    desk: DeskRuntime
    #: The desk's connection to the workspace.
    transport: SlackTransport

    async def message(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> FoundMessage | None:
        """See Reader."""
        found = await self.transport.ask(_read(self.transport.client, channel, message_id), item, now)
        return None if found is None else self._found(channel, found)

    async def thread(self, channel: str, message_id: str) -> Sequence[FoundMessage]:
        """See Reader."""
        found: list[FoundMessage] = []
        cursor = ""
        try:
            for _ in range(MOST_PAGES):
                answer = await self.transport.client.conversations_replies(
                    channel=id_of(channel), ts=message_id, limit=PAGE, cursor=cursor
                )
                found += [self._found(channel, each) for each in answer.get("messages") or ()]
                cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    break
        except UNANSWERED as error:
            log.info("thread not read", channel=channel, error=str(error)[:200])
        return found

    def _found(self, channel: str, message: Body) -> FoundMessage:
        source, subtype = source_of(self.desk, channel, message), message.get("subtype")
        notice = mapping(mapping(message.get("metadata")).get("event_payload")).get("outbox")
        return FoundMessage(
            source,
            name=self._called(message),
            in_channel=source.root_id == source.message_id or subtype == "thread_broadcast",
            has_replies=bool(message.get("reply_count")),
            is_deleted=subtype == "tombstone",
            notice=notice if isinstance(notice, int) else None,
        )

    def _called(self, message: Body) -> str:
        author = author_of(self.desk, message)
        if author is not None:
            return self.desk.directory.name(author)
        profile = mapping(message.get("bot_profile"))
        return str(message.get("username") or profile.get("name") or message.get("bot_id") or "")


async def _read(client: AsyncWebClient, channel: str, ts: str) -> dict[str, Any] | None:
    """That one message, wherever it stands: a channel's history leaves out what is inside threads. None: there is none,
    or it cannot be read."""
    span: dict[str, Any] = {
        "channel": id_of(channel), "latest": ts, "oldest": ts, "inclusive": True, "include_all_metadata": True
    }  # fmt: skip
    try:
        answer = await client.conversations_history(**span, limit=1)
        found = _exactly(answer.get("messages"), ts)
        if found is not None:
            return found
        answer = await client.conversations_replies(**span, ts=ts, limit=2)
        return _exactly(answer.get("messages"), ts)
    except SlackApiError as error:
        if error_code(error) not in UNREADABLE and error.response.status_code != RATIONED:
            raise
        return None


def _exactly(messages: list[dict[str, Any]] | None, ts: str) -> dict[str, Any] | None:
    return next((message for message in messages or () if message.get("ts") == ts), None)
