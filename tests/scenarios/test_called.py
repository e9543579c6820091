"""A level that was reached is acknowledged, or the next of its contacts is called; whoever climbs is never called."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios.chat import ENGINEER, HEAD, LEAD, MANAGER, Chat
from tests.scenarios.quieting import be_quiet
from tests.scenarios.seen import Message, everything
from tests.waiting import LONGEST_SECONDS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MARCUS, INGRID, KENJI = (f"{name}@vigie.example.com" for name in ("marcus", "ingrid", "kenji"))
POLICY = f"""
levels:
  - {{role: operations manager, contacts: [{MARCUS}, {INGRID}]}}
  - {{role: head of services, contacts: [{KENJI}]}}
"""


@pytest.fixture
def policy() -> str:
    """What the policy file says beside the workspace's people."""
    return POLICY


@pytest.fixture
async def vigie(
    database_url: str, platform: str, policy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Vigie]:
    """A desk whose first level has two contacts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.yml").write_text(policy, encoding="utf-8")
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=tmp_path / "policy.yml")
    running = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=(platform,))
    await running.start()
    yield running
    await running.stop()


async def in_thread(chat: Chat, words: str) -> list[Message]:
    """What stands in the ticket's thread with these words in it."""
    return [m for m in await chat.below(await chat.card()) if words in everything(m)]


async def test_the_next_contact_joins_in_the_thread_and_then_the_next_level_is_proposed(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.command(ENGINEER, "take 1")
    assert "was told" in await chat.command(ENGINEER, "escalate 1 impact has grown")
    (climb,) = await in_thread(chat, "was escalated to Level 1")
    assert climb["pings"] == [MANAGER]
    assert "Acknowledge" in climb.buttons
    await chat.advance(14)
    assert not await in_thread(chat, "nobody has acknowledged")
    await chat.advance(2)
    (joined,) = await in_thread(chat, "nobody has acknowledged Level 1")
    assert joined["pings"] == [HEAD]
    assert not joined.is_shown_above_too
    await chat.advance(15)
    (proposed,) = await in_thread(chat, "nobody is left to be called")
    assert set(proposed["pings"]) == {ENGINEER, LEAD}, "a proposal pings nobody above"
    assert "Escalate" in proposed.buttons
    await chat.advance(60)
    assert len(await in_thread(chat, "nobody has acknowledged Level 1")) == 2, "each is said once"
    await chat.press(HEAD, joined, "ack")
    for message in (await in_thread(chat, "was escalated to Level 1"))[0], *await in_thread(chat, "Settled:"):
        assert "Acknowledge" not in message.buttons
    (climb,) = await in_thread(chat, "was escalated to Level 1")
    assert "Ingrid Dahl acknowledged it" in everything(climb)
    assert "Acknowledge to say" not in everything(climb)
    assert not await in_thread(chat, "nobody has acknowledged"), "what was said and is over is one closed line"


async def test_a_contact_who_climbs_is_not_called_and_a_button_that_asks_nobody_is_not_there(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.react(MANAGER, await chat.card(), "rotating_light")
    (climb,) = await in_thread(chat, "was escalated to Level 1")
    assert climb["pings"] == [], "whoever climbed answers for it"
    assert "Acknowledge" not in climb.buttons
    await chat.advance(40)
    assert not await in_thread(chat, "nobody has acknowledged")


async def test_a_climb_of_what_can_wait_calls_nobody_in_their_quiet_hours(chat: Chat) -> None:
    await be_quiet(chat, MANAGER)
    await chat.command(ENGINEER, "new provisioning New port for Globex")
    await chat.command(ENGINEER, "escalate 1 it takes too long")
    (climb,) = await in_thread(chat, "was escalated to Level 1")
    assert climb["pings"] == [HEAD], "whoever is next of that level"


@pytest.mark.parametrize("policy", ["version: 1"])
async def test_an_undone_climb_loses_its_button_and_a_level_that_is_left_says_so(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping")
    card = await chat.card()
    await chat.react(HEAD, card, "rotating_light")
    await chat.react(HEAD, card, "rotating_light", present=False)
    (climb,) = await in_thread(chat, "was escalated to Level 1")
    assert climb.buttons == []
    assert "nobody to name" not in everything(climb)
    await chat.command(ENGINEER, "escalate 1 impact has grown")
    refused = await chat.command(ENGINEER, "de-escalate 1 it shrank")
    assert "Only" in refused
    assert "is not escalated any more" in await chat.command(LEAD, "de-escalate 1 it shrank")
    (left,) = await in_thread(chat, "moved #1 down from Level 1")
    assert "it shrank" in everything(left)
    assert "Level" not in everything(await chat.card())
    await chat.advance(60)
    assert not await in_thread(chat, "nobody has acknowledged")


async def test_what_a_contact_does_to_the_ticket_acknowledges_and_an_agent_cannot(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping")
    await chat.command(ENGINEER, "escalate 1 impact has grown")
    assert "is for its contacts to acknowledge" in await chat.command(ENGINEER, "ack 1")
    await chat.command(MANAGER, "take 1")
    (climb,) = await in_thread(chat, "was escalated to Level 1")
    assert "Marcus Webb took it" in everything(climb) or "Marcus Webb acknowledged it" in everything(climb)
    await chat.advance(40)
    assert not await in_thread(chat, "nobody has acknowledged")


@pytest.mark.parametrize("policy", [POLICY + "escalation: {mode: automatic, acknowledge_within: 5m}\n"])
async def test_where_the_policy_says_so_a_ticket_climbs_by_itself_and_calls_like_any_climb(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.command(ENGINEER, "take 1")
    await chat.advance(121)
    (climb,) = await in_thread(chat, "was escalated to Level 1 (operations manager) by itself")
    assert climb["pings"] == [MANAGER]
    assert climb.is_shown_above_too or chat.platform == "teams"
    await chat.advance(5)
    (joined,) = await in_thread(chat, "nobody has acknowledged Level 1")
    assert joined["pings"] == [HEAD]


@pytest.mark.slow
@pytest.mark.parametrize("policy", [POLICY + "desks: {support: {language: fr}}\n"])
async def test_in_french_it_says_the_same(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.command(ENGINEER, "escalate 1 impact")
    await chat.advance(16)
    (joined,) = await in_thread(chat, "personne n'a accusé réception du Niveau 1")
    assert joined["pings"] == [HEAD]
    await chat.advance(15)
    assert await in_thread(chat, "il n'y a plus personne à appeler")
    await chat.command(LEAD, "désescalader 1 moins grave")
    assert await in_thread(chat, "n'est plus escaladé")
