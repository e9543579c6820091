"""Without a public address: the same bot over Socket Mode, joined to a workspace that runs by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.app import Vigie
from bot.config import Settings
from bot.local.routes import add_routes
from bot.local.workspace import Workspace
from tests.scenarios.chat import CUSTOMER, ENGINEER, MANAGER, Chat, everything, say


@pytest.fixture
async def chat(sqlite_database: str, tmp_path: Path, http: aiohttp.ClientSession) -> AsyncIterator[Chat]:
    """A workspace, and a bot that listens on its sockets."""
    app, workspace = web.Application(), Workspace(tmp_path / "workspace.db")
    add_routes(app, workspace)
    server = TestServer(app)
    await server.start_server()
    await workspace.start()
    settings = Settings(
        VIGIE_DATABASE_URL=sqlite_database,
        VIGIE_PORT=0,
        SLACK_API_URL=str(server.make_url("/local/api/")),
        SLACK_APP_TOKEN=SecretStr(workspace.identity["app_token"]),
    )
    vigie = Vigie(settings)
    await vigie.start()
    chat = Chat(http, str(server.make_url("")).rstrip("/"))
    assert (await chat.look_around())["slack"]["socket_mode"]
    yield chat
    await vigie.stop()
    await workspace.stop()
    await server.close()


async def test_commands_forms_buttons_and_reactions_work_over_sockets(chat: Chat) -> None:
    assert "#1" in await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    card = await chat.card()
    await chat.press(ENGINEER, card, "take")
    assert "Ana Reyes" in everything(await chat.card())
    await chat.press(ENGINEER, await chat.card(), "update")
    assert (await chat.submit(ENGINEER, text="We are on it"))["ok"]
    assert any("We are on it" in line for line in await chat.thread(card))
    await chat.react(MANAGER, card, "rotating_light")
    assert "Level 1" in everything(await chat.card())


async def test_shortcuts_mentions_and_messages_work_over_sockets(chat: Chat) -> None:
    message = await say(chat, CUSTOMER, "Packet loss to Frankfurt", chat.customer)
    await chat.post("shortcut", user=ENGINEER, callback_id="ticket.create", channel=chat.customer, ts=message["ts"])
    assert (await chat.submit(ENGINEER, severity="2"))["ok"]
    card = await chat.card()
    await say(chat, ENGINEER, "@Vigie take", chat.desk, thread_ts=card["ts"])
    assert "Ana Reyes" in everything(await chat.card())
    await say(chat, CUSTOMER, "Both ports", chat.customer, thread_ts=message["ts"])
    assert any("Both ports" in line for line in await chat.thread(card))
    other = await say(chat, CUSTOMER, "The portal is slow", chat.customer)
    await chat.react(ENGINEER, other, "ticket", channel=chat.customer)
    assert "The portal is slow" in everything(await chat.card(2))


async def test_the_setup_and_everyones_own_page_work_over_sockets(chat: Chat) -> None:
    await chat.command(MANAGER, "setup")
    (message,) = [m for m in await chat.messages(MANAGER) if m.get("ephemeral_for")]
    await chat.press(MANAGER, message, "setup.desk")
    done = await chat.submit(MANAGER, timezone="Asia/Tokyo")
    assert "version 2" in everything({"blocks": done["view"]["blocks"]})
    await chat.command(ENGINEER, "new sev2 Port flapping")
    assert (await chat.post("open-home", user=ENGINEER))["ok"]
    views: list[dict[str, Any]] = []
    for _ in range(100):
        await chat.settled()
        views = [v["view"] for v in (await chat.get("state"))["views"] if v["user"] == ENGINEER]
        if views:
            break
    assert "Port flapping" in everything({"blocks": views[0]["blocks"]})
