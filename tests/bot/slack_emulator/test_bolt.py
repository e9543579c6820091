"""A real Bolt app cannot tell the workspace from Slack: over HTTP and over Socket Mode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSay
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_emulator.ids import BOT_USER_ID
from bot.slack_emulator.workspace_channels import CUSTOMER_ID, DESK_ID
from bot.slack_emulator.workspace_people import ANA, CARLA, MARCUS
from tests.bot.slack_emulator.fake_bot import Json, Place, button, field, modal


def bolt_app(place: Place, seen: list[str]) -> AsyncApp:
    """An app with a listener of every kind, set up as for Slack but for the address."""
    identity = place.workspace.identity
    client = AsyncWebClient(
        token=identity["bot_token"], base_url=str(place.server.make_url("/local/api/")), session=place.session
    )
    app = AsyncApp(client=client, signing_secret=identity["signing_secret"], process_before_response=True)

    @app.command("/ticket")
    async def ticket(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        if body["text"] == "new":
            view = modal(field("summary", {"type": "plain_text_input"}), callback_id="new")
            await client.views_open(trigger_id=body["trigger_id"], view=view)
            await ack()
        else:
            await ack(response_type="ephemeral", text=f"you said {body['text']}")

    @app.view("new")
    async def submitted(ack: AsyncAck, view: Json, client: AsyncWebClient, body: Json) -> None:
        summary = view["state"]["values"]["summary"]["value"]["value"]
        if summary == "bad":
            await ack(response_action="errors", errors={"summary": "Say more."})
            return
        await ack()
        blocks = [{"type": "actions", "elements": [button("take", summary)]}]
        await client.chat_postMessage(channel=DESK_ID, text=f"{body['user']['id']} opened {summary}", blocks=blocks)

    @app.action("take")
    async def take(ack: AsyncAck, respond: AsyncRespond, action: Json) -> None:
        await ack()
        await respond(text=f"took {action['value']}", replace_original=False)

    @app.event("reaction_added")
    async def reacted(event: Json, say: AsyncSay) -> None:
        seen.append("reaction")
        await say(text="escalated", thread_ts=event["item"]["ts"], channel=event["item"]["channel"])

    @app.event("app_mention")
    async def mentioned() -> None:
        seen.append("mention")

    @app.event("message")
    async def heard(event: Json) -> None:
        seen.append(f"message {event.get('subtype')}")

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": []})

    return app


@pytest.fixture
async def heard() -> list[str]:
    """What the app's event listeners heard."""
    return []


@pytest.fixture(params=["http", "socket"])
async def connected(lonely: Place, heard: list[str], request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """The workspace with the Bolt app connected one way or the other."""
    lonely.workspace.own_events = True
    app = bolt_app(lonely, heard)
    if request.param == "http":
        server = TestServer(app.web_app(path="/slack/events"))
        await server.start_server()
        await lonely.control("join", events_url=str(server.make_url("/slack/events")), bot_url=None)
        yield lonely
        await server.close()
        return
    client = AsyncWebClient(base_url=str(lonely.server.make_url("/local/api/")))
    handler = AsyncSocketModeHandler(app, lonely.workspace.identity["app_token"], web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await until(lambda: lonely.workspace.sockets.connected)
    await lonely.control("join", events_url=None, bot_url=None)
    yield lonely
    await handler.close_async()  # type: ignore[no-untyped-call]


async def until(condition: Callable[[], Any]) -> None:
    """Waits for a condition, two seconds at most."""
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)


async def test_a_story_with_a_real_bolt_app(connected: Place, heard: list[str]) -> None:
    place = connected
    said = await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="hello")
    assert said["ok"], said
    assert (await place.messages(DESK_ID, ANA.id))[-1]["text"] == "you said hello"

    await place.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="new")
    [shown] = (await place.state())["views"]
    where = {"user": ANA.id, "view_id": shown["view"]["id"]}
    assert (await place.control("submit", **where, values={"summary": "bad"}))["errors"] == {"summary": "Say more."}
    assert (await place.control("submit", **where, values={"summary": "Link down"}))["ok"] is True
    card = (await place.messages(DESK_ID))[-1]
    assert card["text"] == f"{ANA.id} opened Link down"

    await place.control("interact", channel=DESK_ID, messageTs=card["ts"], user=MARCUS.id, action={"action_id": "take"})
    assert (await place.messages(DESK_ID, MARCUS.id))[-1]["text"] == "took Link down"

    told = await place.control("reaction", channel=DESK_ID, ts=card["ts"], user=MARCUS.id, name="rotating_light")
    assert told["status"] == 200
    await place.workspace.outgoing.settle()
    assert "reaction" in heard
    last = (await place.messages(DESK_ID))[-1]
    assert (last["text"], last["thread_ts"]) == ("escalated", card["ts"])
    heard.clear()
    mention = await place.control("message", channel=CUSTOMER_ID, user=CARLA.id, text="@vigie hello")
    await place.control("edit", channel=CUSTOMER_ID, ts=mention["ts"], user=CARLA.id, text="@vigie good day")
    assert sorted(heard) == ["mention", "message None", "message message_changed"]
    await place.control("open-home", user=ANA.id)
    assert (await place.state())["views"][0]["view"]["type"] == "home"
    assert {entry["status"] for entry in await place.log()} == {200}


async def test_the_sdk_raises_what_slack_answers(place: Place) -> None:
    client = AsyncWebClient(
        token=place.workspace.identity["bot_token"], base_url=str(place.server.make_url("/local/api/"))
    )
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=DESK_ID, text="x", blocks=[{"type": "section"}])
    assert refused.value.response["error"] == "invalid_blocks"
    await place.control("fault", method="auth.test", error="ratelimited")
    with pytest.raises(SlackApiError) as limited:
        await client.auth_test()
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "1")
    assert (await client.auth_test())["user_id"] == BOT_USER_ID
    listed = [page["channels"][0]["id"] async for page in await client.conversations_list(limit=1)]
    assert listed == [DESK_ID, CUSTOMER_ID]


async def socket(place: Place) -> Any:
    token = place.workspace.identity["app_token"]
    url = (await place.api("apps.connections.open", token=token))["url"]
    return await place.session.ws_connect(url)


async def test_a_socket_says_hello_and_an_event_without_acknowledgement_comes_again(lonely: Place) -> None:
    lonely.workspace.delivery.within = 0.05
    async with await socket(lonely) as connection:
        hello = await connection.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert (await lonely.state())["slack"]["socket_mode"] is True
        answer = await lonely.control("message", channel=DESK_ID, user=ANA.id, text="hi")
        assert (answer["ok"], answer["error"]) == (False, "operation_timeout")
        first, second = await connection.receive_json(), await connection.receive_json()
        assert (first["type"], first["accepts_response_payload"], first["retry_attempt"]) == ("events_api", False, 0)
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "http_timeout")
        assert second["payload"]["event_id"] == first["payload"]["event_id"]
        await connection.send_json({"envelope_id": second["envelope_id"]})
        await until(lambda: lonely.workspace.outgoing.next_due() is None)


async def test_a_socket_needs_an_invitation_and_is_told_when_the_workspace_stops(lonely: Place) -> None:
    async with lonely.session.get(lonely.server.make_url("/local/socket/?ticket=guess")) as answer:
        assert answer.status == 403
    async with await socket(lonely) as connection:
        await connection.receive_json()
        closing = asyncio.create_task(lonely.workspace.sockets.disconnect())
        assert (await connection.receive_json())["type"] == "disconnect"
        assert (await connection.receive()).type.name in {"CLOSE", "CLOSING", "CLOSED"}
        await closing


async def test_an_unmatched_request_is_a_failure_as_in_slack(lonely: Place) -> None:
    app = bolt_app(lonely, [])
    server = TestServer(app.web_app(path="/slack/events"))
    await server.start_server()
    await lonely.control("join", events_url=str(server.make_url("/slack/events")), bot_url=None)
    answer = await lonely.control("shortcut", user=ANA.id, callback_id="nobody listens")
    assert (answer["ok"], answer["status"], answer["error"]) == (False, 404, "dispatch_failed")
    await server.close()


async def test_a_forged_signature_is_refused_by_bolt(lonely: Place) -> None:
    app = bolt_app(lonely, [])
    server = TestServer(app.web_app(path="/slack/events"))
    await server.start_server()
    await lonely.control("join", events_url=str(server.make_url("/slack/events")), bot_url=None)
    lonely.workspace.identity["signing_secret"] = "another"
    answer = await lonely.control("command", channel=DESK_ID, user=ANA.id, command="/ticket", text="hello")
    assert answer["status"] == 401
    await server.close()
