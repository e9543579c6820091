"""What became of a request whose answer was lost or was a 5xx: whether it may have arrived, and looking for its
message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound.port import Arrived, Found, Missing, Unknowable
from bot.slack.errors import UNREACHABLE, error_code
from scheduler.backoff import pause_after
from scheduler.sender import Retry
from storage.outbox import Outgoing
from triage.keys import id_of

EVENT_TYPE = "vigie_notice"
# By these Slack says that part of what was asked may be done.
DOUBTFUL = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
# The request never left: nothing can have arrived.
NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
SERVER_ERRORS, RATIONED = 500, 429
TOO_SLOW = (408, 504)
# Longer than Slack takes: only then does "it is not there" mean that it will not come.
SETTLED = timedelta(seconds=30)
# Nobody can look there, or nothing can be there: whatever comes of saying it again tells.
NOWHERE = {"channel_not_found", "not_in_channel", "is_archived", "thread_not_found"}
PAGE, MOST_PAGES = 200, 25
CLOCKS_DIFFER = timedelta(minutes=5)


def metadata_of(item: Outgoing) -> dict[str, Any]:
    """The metadata that a message carries so that it can be found again: the outbox id and nothing else, since everyone
    in the workspace can read it."""
    return {"event_type": EVENT_TYPE, "event_payload": {"outbox": item.id}}


def may_have_arrived(error: SlackApiError) -> bool:
    """Whether, after this error answer, the request may have been carried out all the same: a 5xx, a timeout, one of
    Slack's own codes that leave it open, an answer that cannot be read."""
    status, code = error.response.status_code, error_code(error)
    unreadable = code.startswith("http ") and status < 400
    return status >= SERVER_ERRORS or status in TOO_SLOW or code in DOUBTFUL or unreadable


def settles_in(error: Exception) -> timedelta:
    """How long to wait until looking for the message is conclusive: after a timeout the request may still be
    under way."""
    if isinstance(error, SlackApiError):
        return SETTLED if error.response.status_code in TOO_SLOW else timedelta(0)
    return SETTLED if isinstance(error, TimeoutError) else timedelta(0)


async def look_up(
    client: AsyncWebClient, item: Outgoing, channel: str, root_id: str | None, now: datetime, *, besides: str = ""
) -> Found:
    """Look for the message of a notice in that channel, or in the thread of `root_id`, by the outbox id that it
    carries. `besides`: the id of a message that does not count."""
    try:
        async for message in _since(client, channel, root_id, min(item.planned_at, now) - CLOCKS_DIFFER):
            metadata = message.get("metadata") or {}
            if (metadata.get("event_payload") or {}).get("outbox") == item.id and message["ts"] != besides:
                return Arrived(str(message["ts"]))
    except SlackApiError as error:
        return _unread(error, item, now)
    except UNREACHABLE:
        return Retry(now + pause_after(item.attempts), "cannot look whether it arrived")
    return Missing()


def _unread(error: SlackApiError, item: Outgoing, now: datetime) -> Found:
    if error.response.status_code == RATIONED or error_code(error) == "ratelimited":
        wait = timedelta(seconds=wait_of(error))
        return Retry(now + max(wait, pause_after(item.attempts)), "slowed down while looking whether it arrived")
    if may_have_arrived(error):
        return Retry(now + pause_after(item.attempts), f"cannot look whether it arrived ({error_code(error)})")
    return Missing() if error_code(error) in NOWHERE else Unknowable()


def wait_of(error: SlackApiError) -> float:
    """For how many seconds Slack asks to be left alone (rate limit, `Retry-After`)."""
    try:
        return max(1.0, float(error.response.headers.get("Retry-After", 1)))
    except ValueError:
        return 1.0


async def _since(
    client: AsyncWebClient, channel: str, root_id: str | None, since: datetime
) -> AsyncIterator[dict[str, Any]]:
    """Every message from then on, however many pages they fill."""
    how: dict[str, Any] = {
        "channel": id_of(channel), "oldest": f"{since.timestamp():.6f}", "limit": PAGE, "include_all_metadata": True
    }  # fmt: skip
    for _ in range(MOST_PAGES):
        if root_id is None:
            answer = await client.conversations_history(**how)
        else:
            answer = await client.conversations_replies(ts=root_id, **how)
        for message in answer.get("messages") or ():
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        how["cursor"] = cursor
