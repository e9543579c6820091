"""A ticket's life in Microsoft's Agents Playground, which plays Teams: what it sends is not of our making."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios.chat import Chat
from tests.scenarios.playground import Playground, shown
from tests.waiting import LONGEST_SECONDS
from tools import playground as tool

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """Playground is there, or had now."""
    if not tool.is_there():
        try:
            tool.fetch()
        except (OSError, subprocess.SubprocessError):
            pytest.skip(tool.ABSENT)


@asynccontextmanager
async def running(*, local: bool, **settings: str) -> AsyncIterator[Vigie]:
    """A Vigie for Playground."""
    vigie = Vigie(Settings(**settings), local=local, answer_within=LONGEST_SECONDS)  # type: ignore[arg-type]
    await vigie.start()
    yield vigie
    await vigie.stop()


@pytest.fixture
async def vigie(tmp_path: Path, sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Vigie]:
    """As `make teams` starts it: Playground's Teams beside the local workspace."""
    monkeypatch.chdir(tmp_path)
    ours = tool.settings({"VIGIE_DATABASE_URL": sqlite_database, "VIGIE_PORT": "0"})
    async with running(local=True, **ours) as vigie:
        yield vigie


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


async def test_microsofts_own_example_needs_nothing_set_up(
    http: aiohttp.ClientSession, tmp_path: Path, sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = {"VIGIE_DATABASE_URL": sqlite_database, "VIGIE_PORT": "0", "VIGIE_TEAMS_DEV": "1"}
    async with (
        running(local=False, **settings) as vigie,
        Playground(http, f"{vigie.address}/teams/messages", tmp_path, None) as playground,
    ):
        channel = playground.config["teams"][0]["channels"][1]["id"]
        group = playground.config["groupChats"][0]["id"]
        await playground.installed(channel)
        await playground.see_text("ticket.setup.desk")
        for number, place in enumerate((channel, group), 1):
            title = f"#{number} Link down in {number}"
            await playground.say(place, f"new sev1 Link down in {number}")
            card = await playground.see_text(title, "Severity 1", "ticket.take", within=place)
            answer = await playground.press(card, "take")
            assert f"#{number} is yours" in answer["value"]
            await playground.see_text(title, "Alex Wilber", "ticket.assign", within=place)
        await playground.say(playground.config["personalChat"]["id"], "home", mention=False)
        await playground.see_text("#1 Link down in 1", "#2 Link down in 2", "ticket.new")
