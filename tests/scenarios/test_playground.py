"""A ticket's life in Microsoft's Agents Playground, which plays Teams: what it sends is not of our making."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios.chat import Chat
from tests.scenarios.playground import Playground, shown
from tests.waiting import LONGEST_SECONDS
from tools import playground as tool

pytestmark = pytest.mark.slow


@pytest.fixture
async def vigie(tmp_path: Path, sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Vigie]:
    """As `make teams` starts it: Playground's Teams beside the local workspace."""
    if not tool.is_there():
        try:
            tool.fetch()
        except (OSError, subprocess.SubprocessError):
            pytest.skip(tool.ABSENT)
    monkeypatch.chdir(tmp_path)
    ours = tool.settings({"VIGIE_DATABASE_URL": sqlite_database, "VIGIE_PORT": "0"})
    running = Vigie(Settings(**ours), local=True, answer_within=LONGEST_SECONDS)  # type: ignore[arg-type]
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def chat(vigie: Vigie, http: aiohttp.ClientSession) -> Chat:
    """The local workspace beside it, which has the time."""
    chat = Chat(http, vigie.address)
    await chat.look_around()
    return chat


@pytest.fixture
async def playground(vigie: Vigie, http: aiohttp.ClientSession, tmp_path: Path) -> AsyncIterator[Playground]:
    async with Playground(http, f"{vigie.address}/teams/messages", tmp_path, tool.TENANT) as running:
        yield running


async def test_a_ticket_lives_in_agents_playground(playground: Playground, chat: Chat) -> None:
    await playground.say(tool.CHANNEL, "new sev1 Link down in Sydney")
    card = await playground.see_text("#1", "Link down in Sydney", "Severity 1", within=tool.CHANNEL)
    thread = card["postConversationId"]

    answer = await playground.press(card, "take")
    assert "#1 is yours" in answer["value"]
    card = await playground.see(
        lambda one: one["messageId"] == card["messageId"] and one["updates"] > 0 and "Ana Reyes" in shown(one)
    )

    await chat.advance(25)
    await playground.see_text("<at>Ana Reyes</at>", "**Update** of #1", "minutes left", within=thread)

    marcus = next(one for one in playground.config["users"] if one["name"] == "Marcus Webb")
    await playground.react(card, "1f6a8_policecarrevolvinglight", by=marcus)
    await playground.see(lambda one: one["messageId"] == card["messageId"] and "Level 1" in shown(one))

    await playground.say(thread, "resolve replaced the optic")
    await playground.see(lambda one: one["messageId"] == card["messageId"] and "resolved" in shown(one).lower())
