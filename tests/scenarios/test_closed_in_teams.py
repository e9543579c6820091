"""A desk in Slack and in Teams whose channel in Teams is closed to Vigie: Slack hears of it and goes on, and what was
not said in Teams follows once Vigie is let in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios.chat import CUSTOMER, ENGINEER, Chat
from tests.scenarios.seen import everything
from tests.scenarios.teams_chat import TeamsChat
from tests.waiting import LONGEST_SECONDS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def vigie(
    database_url: str, sockets: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Vigie]:
    """A Vigie with both platforms inside."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, **sockets)
    running = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=("slack", "teams"))
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def teams(vigie: Vigie, http: aiohttp.ClientSession) -> TeamsChat:
    """The same desk, seen from Teams."""
    found = TeamsChat(http, vigie.address)
    await found.look_around()
    return found


async def cards(chat: Chat) -> list[str]:
    await chat.settled()
    return [everything(m) for m in await chat.messages(ENGINEER) if m.title and not m.below and not m.only_for]


async def saying(chat: Chat, words: str) -> int:
    """How many messages there say that."""
    return sum(words in everything(m) for m in await chat.messages(ENGINEER) if not m.only_for)


async def test_while_teams_is_closed_slack_hears_of_it_and_what_was_not_said_follows(
    chat: Chat, teams: TeamsChat
) -> None:
    bot = teams.bot_of(await teams.get("state"))
    await teams.post("invite", channel=teams.desk, user=bot, present=False)
    await chat.command(ENGINEER, "new sev2 Packet loss")
    assert len(await cards(chat)) == 1
    assert await cards(teams) == []
    await chat.advance(16)
    assert await saying(chat, "I am not in Teams (the desk's channel)") == 1
    assert await saying(chat, "is breached") == 1
    await teams.post("invite", channel=teams.desk, user=bot)
    assert len(await cards(teams)) == 1
    assert await saying(teams, "is breached") == 1


async def test_a_private_answer_that_teams_refuses_comes_by_chat_and_a_guests_too(chat: Chat, teams: TeamsChat) -> None:
    assert await cards(chat) == []
    await teams.post("consent", targeted=False, platform="teams")
    for user, channel in ((ENGINEER, teams.desk), (CUSTOMER, teams.customer)):
        said = await teams.post("message", channel=channel, user=user, text="@Vigie list")
        assert said["ok"]
        await teams.settled()
        assert "This belongs to what you did in" in await teams.alone(user)
        assert not [m for m in await teams.messages(user, channel) if m.only_for]
