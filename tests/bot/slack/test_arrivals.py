"""Whether a request may have had its effect, and finding the message that came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.outbound.port import Arrived, Found, Missing, Unknowable
from bot.slack.arrivals import (
    NEVER_LEFT,
    SETTLED,
    look_up,
    may_have_arrived,
    metadata_of,
    settles_in,
)
from scheduler.sender import Retry
from storage.outbox import Outgoing
from tests.factories import NOW

ITEM = Outgoing(
    id=7, organisation_id=1, ticket_id=1, conversation_id=1, platform="slack", channel="C1", kind="update",
    audience="customer", data={}, body_id=None, broadcast=False, planned_at=NOW, attempts=2, unsure=True,
)  # fmt: skip


def refusal(status: int, data: Any, **headers: str) -> SlackApiError:
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers=headers, status_code=status
    )
    return SlackApiError("", response)  # type: ignore[no-untyped-call]


def said(error: str, status: int = 200, **headers: str) -> SlackApiError:
    return refusal(status, {"ok": False, "error": error}, **headers)


@pytest.mark.parametrize(
    ("error", "doubt", "settles"),
    [
        (said("fatal_error"), True, 0),
        (said("internal_error"), True, 0),
        (said("request_timeout"), True, 0),
        (said("service_unavailable"), True, 0),
        (said("internal_error", 500), True, 0),
        (refusal(500, "oh"), True, 0),
        (refusal(502, "<h1>Bad gateway</h1>"), True, 0),
        (refusal(503, ""), True, 0),
        (refusal(504, ""), True, 30),
        (refusal(408, ""), True, 30),
        (refusal(200, "<h1>Welcome to the airport</h1>"), True, 0),
        (refusal(403, "<h1>No</h1>"), False, 0),
        (said("ratelimited", 429), False, 0),
        (said("channel_not_found"), False, 0),
        (said("something_new"), False, 0),
    ],
)
def test_what_leaves_open_whether_it_was_done(error: SlackApiError, doubt: bool, settles: int) -> None:
    assert may_have_arrived(error) is doubt
    assert settles_in(error) == timedelta(seconds=settles)


KEY = ConnectionKey("slack.com", 443, True, True, None, None, None)


@pytest.mark.parametrize(
    ("error", "never_left", "settles"),
    [
        (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), True, 0),
        (aiohttp.ConnectionTimeoutError("no"), True, 30),
        (aiohttp.ServerDisconnectedError(), False, 0),
        (aiohttp.ClientOSError(104, "reset"), False, 0),
        (aiohttp.ClientPayloadError("cut off"), False, 0),
        (aiohttp.SocketTimeoutError("slow"), False, 30),
        (TimeoutError(), False, 30),
    ],
)
def test_only_what_never_left_is_sure_not_to_have_arrived(error: Exception, never_left: bool, settles: int) -> None:
    assert isinstance(error, NEVER_LEFT) is never_left
    assert settles_in(error) == timedelta(seconds=settles)


@dataclass
class Reading(AsyncWebClient):
    """A client that reads what the test says, a page at a time, or is refused."""

    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    error: Exception | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def _page(self, method: str, how: dict[str, Any]) -> Any:
        self.asked.append((method, how))
        if self.error is not None:
            raise self.error
        at = int(how.get("cursor") or 0)
        more = str(at + 1) if at + 1 < len(self.pages) else ""
        return {"ok": True, "messages": self.pages[at], "response_metadata": {"next_cursor": more}}

    async def conversations_history(self, **how: Any) -> Any:
        return await self._page("history", how)

    async def conversations_replies(self, **how: Any) -> Any:
        return await self._page("replies", how)


OTHER = {"ts": "1.1", "text": "hello"}
OURS = {"ts": "9.9", "subtype": "thread_broadcast", "metadata": metadata_of(ITEM)}
THEIRS = {"ts": "2.2", "metadata": {"event_type": "other", "event_payload": {"outbox": 8}}}


@pytest.mark.parametrize(("root", "method"), [(None, "history"), ("1.0", "replies")])
@pytest.mark.parametrize(
    ("pages", "found"),
    [
        ([[]], Missing()),
        ([[OTHER, THEIRS]], Missing()),
        ([[OTHER, OURS]], Arrived("9.9")),
        ([[OTHER] * 200, [OTHER] * 200, [OURS]], Arrived("9.9")),
    ],
)
async def test_it_is_found_however_much_was_said(
    root: str | None, method: str, pages: list[list[dict[str, Any]]], found: Found
) -> None:
    client = Reading(pages)
    assert await look_up(client, ITEM, "C1", root, NOW) == found
    assert {each for each, _ in client.asked} == {method}
    assert all(float(how["oldest"]) < NOW.timestamp() for _, how in client.asked)


async def test_a_second_one_is_told_from_the_first() -> None:
    assert await look_up(Reading([[OURS]]), ITEM, "C1", None, NOW, besides="9.9") == Missing()
    assert await look_up(Reading([[OURS, {**OURS, "ts": "10.0"}]]), ITEM, "C1", None, NOW, besides="10.0") == Arrived(
        "9.9"
    )


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (said("missing_scope"), Unknowable()),
        (said("unknown_method"), Unknowable()),
        (said("access_denied"), Unknowable()),
        (said("channel_not_found"), Missing()),
        (said("is_archived"), Missing()),
        (said("ratelimited", 429, **{"Retry-After": "60"}), 60),
        (said("ratelimited", 429, **{"Retry-After": "soon"}), 4),
        (said("internal_error"), 4),
        (refusal(502, ""), 4),
        (TimeoutError(), 4),
        (aiohttp.ServerDisconnectedError(), 4),
    ],
)
async def test_what_cannot_be_read_now_is_read_later_and_what_never_can_is_said(
    error: Exception, found: Found | int
) -> None:
    answer = await look_up(Reading(error=error), ITEM, "C1", "1.0", NOW)
    if isinstance(found, int):
        assert isinstance(answer, Retry)
        assert answer.at == NOW + timedelta(seconds=found)
        assert not answer.channel_rests, "reading is rationed apart from posting"
    else:
        assert answer == found


def test_to_look_waits_longer_than_slack_may_take() -> None:
    assert timedelta(seconds=30) <= SETTLED
