"""Answers that are none: a post behind which one comes may have arrived, whatever it is, and is looked for."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError

from bot.outbound.port import InChannel, NotDeliveredError
from bot.slack.app import slack_client
from bot.slack.arrivals import may_have_arrived
from bot.slack.sender import SlackTransport
from bot.wording.card import Card, Line
from scheduler.sender import Retry, Unsure
from storage.outbox import Outgoing
from tests.factories import NOW

ITEM = Outgoing(
    id=7, organisation_id=1, ticket_id=1, conversation_id=1, platform="slack", channel="C1", kind="update",
    audience="customer", data={}, body_id=None, broadcast=False, planned_at=NOW, attempts=1, unsure=False,
)  # fmt: skip
JSON, HTML, PLAIN = "application/json", "text/html", "text/plain"
ANSWERS = [
    (200, '{"ok": true, "ts": "17', JSON), (200, "", JSON), (200, "null", JSON), (200, "[1]", JSON),
    (200, '"ok"', JSON), (200, "7", JSON), (200, "[" * 100_000, JSON), (200, '{"ok": true}', JSON),
    (200, "<h1>Welcome</h1>", HTML),
    (200, '{"ok": true, "ts": "1.1"}', PLAIN), (200, "\xff\xfe", JSON), (502, "<h1>Bad gateway</h1>", HTML),
    (503, '{"ok": tr', JSON), (500, "[]", JSON),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind"), ANSWERS)
async def test_whatever_comes_back_that_is_no_answer_leaves_open_whether_it_was_posted(
    status: int, body: str, kind: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body.encode("latin-1"), headers={"Content-Type": kind})

    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        client = slack_client("xoxb-1", str(server.make_url("/api/")), session)
        with pytest.raises(NotDeliveredError) as caught:
            await SlackTransport(client).post(ITEM, Card(("Hello",), (Line(("Hello",)),)), InChannel("slack:C1"), NOW)
        assert isinstance(caught.value.result, Unsure)
        if '"ok": true}' not in body:
            with pytest.raises(SlackApiError) as refused:
                await client.auth_test()
            assert may_have_arrived(refused.value)
        with pytest.raises(NotDeliveredError) as unopened:
            await SlackTransport(client).direct(ITEM, "slack:U1", NOW)
        assert isinstance(unopened.value.result, Retry | Unsure)
