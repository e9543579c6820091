"""One desk in Slack and in Teams at once: opened in one, worked from either, each person pinged in one of them, what
was done undone where it was done."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from bot.teams_emulator.workspace_people import TOMAS, YUKI
from tests.scenarios.chat import CHIEF, CUSTOMER, ENGINEER, LEAD, MANAGER, Chat
from tests.scenarios.seen import Message, everything
from tests.scenarios.teams_chat import TeamsChat
from tests.scenarios.test_setup import open_part
from tests.waiting import LONGEST_SECONDS


class Both(NamedTuple):
    """The same workspace, as it is used on each platform."""

    #: Its Slack.
    slack: Chat
    #: Its Teams.
    teams: TeamsChat

    async def cards(self, number: int = 1) -> tuple[Message, Message]:
        """The card of a ticket on each."""
        return await self.slack.card(number), await self.teams.card(number)

    async def say(self, words: str) -> bool:
        """Whether the card says so on both."""
        return all(words in everything(card) for card in await self.cards())

    async def pinged(self) -> list[str]:
        """Everybody who was pinged in either of the desk's channels, as often as they were, by name."""
        found = []
        for chat in self:
            for message in await chat.messages(ENGINEER):
                found += [chat.name(person) for person in message["pings"]]
        return found


@pytest.fixture
async def both(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> AsyncIterator[Both]:
    """A desk on both."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0)
    vigie = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=("slack", "teams"))
    await vigie.start()
    found = Both(Chat(http, vigie.address), TeamsChat(http, vigie.address))
    for chat in found:
        await chat.look_around()
    yield found
    await vigie.stop()


async def test_a_ticket_of_slack_is_carded_on_both_worked_from_either_and_pings_each_once(both: Both) -> None:
    slack, teams = both
    assert "#1" in await slack.command(ENGINEER, "new sev1 Link down in Sydney")
    assert await both.say("#1 Link down in Sydney")
    assert (await both.pinged()).count(slack.name(LEAD)) == 1, "the lead is named on both, and pinged on one"

    assert "#1 is yours" in await teams.command(TOMAS.id, "take 1")
    assert await both.say("Tomás Silva")
    await slack.command(ENGINEER, "update 1 We see it")
    for chat, card in zip(both, await both.cards(), strict=True):
        assert any("We see it" in line for line in await chat.thread(card)), chat.platform
    shown = await slack.command(ENGINEER, "show 1")
    assert "Teams" in shown, "the history says where each act was done"
    assert "Slack" in shown


async def test_a_manager_climbs_by_reaction_on_either_and_undoes_it_there(both: Both) -> None:
    slack, teams = both
    await slack.command(ENGINEER, "new sev1 Link down in Sydney")
    _, card = await both.cards()
    await teams.react(MANAGER, card, "rotating_light")
    assert await both.say("Level 1")
    await teams.react(MANAGER, card, "rotating_light", present=False)
    assert not any("Level 1" in everything(one) for one in await both.cards())
    await slack.advance(3)
    before = await both.pinged()
    await teams.react(YUKI.id, card, "rotating_light")
    assert await both.say("Level 1")
    after = await both.pinged()
    assert after.count("Marcus Webb") == before.count("Marcus Webb") + 1, "level 1's contact, on one platform"
    for chat, one in zip(both, await both.cards(), strict=True):
        assert sum("escalated to Level 1" in line for line in await chat.thread(one)) == 2, "what was undone stands too"


@pytest.mark.slow
async def test_time_passes_on_both_and_what_is_settled_reads_so_on_both(both: Both) -> None:
    slack, teams = both
    await teams.command(ENGINEER, "new sev1 Link down in Sydney")
    await slack.advance(16)
    for chat, card in zip(both, await both.cards(), strict=True):
        thread = await chat.thread(card)
        assert any("Response" in line and "left" in line for line in thread), (chat.platform, thread)
        assert any("Response" in line and "breached" in line for line in thread), (chat.platform, thread)
    await slack.command(ENGINEER, "take 1")
    await slack.settled()
    for chat, card in zip(both, await both.cards(), strict=True):
        assert any(line.startswith("Settled") for line in await chat.thread(card)), chat.platform
    assert "resolved" in await teams.command(TOMAS.id, "resolve 1 moved to the other port")
    assert await both.say("resolved")


@pytest.mark.slow
async def test_a_reset_begins_again_on_both(both: Both) -> None:
    slack, teams = both
    await slack.command(ENGINEER, "new sev2 Port flapping")
    await both.cards()
    assert (await slack.post("reset"))["ok"]
    for chat in both:
        assert await chat.messages(ENGINEER) == []
    assert "#1" in await teams.command(ENGINEER, "new sev2 Port flapping")
    assert await both.say("Port flapping")


@pytest.mark.slow
async def test_somebody_joins_their_accounts_by_a_code_and_an_admin_parts_them(both: Both) -> None:
    slack, teams = both
    said = await slack.command(CHIEF, "account")
    code = re.search(r"account ([0-9A-Z]{4}-[0-9A-Z]{4})", said)
    assert code is not None, said
    assert "no code that I gave" in await teams.command(TOMAS.id, "account ZZZZ-ZZZZ")
    assert "count as one person" in await teams.command(TOMAS.id, f"account {code[1]}")
    assert "used already" in await teams.command(YUKI.id, f"account {code[1]}")
    assert "in Slack, Tomás Silva in Teams" in await slack.command(CHIEF, "account")

    await teams.command(TOMAS.id, "new sev2 Port flapping")
    await slack.command(CHIEF, "take 1")
    assert "#1" in await teams.command(TOMAS.id, "list"), "what is theirs is theirs on both"
    assert "a person of their own" in await slack.command(MANAGER, "account part Tomás Silva")
    assert "code" in await slack.command(CHIEF, "account")


async def test_what_is_written_under_one_card_stands_under_the_other(both: Both) -> None:
    slack, teams = both
    await slack.command(ENGINEER, "new sev2 Port flapping")
    in_slack, in_teams = await both.cards()
    done = await slack.post("message", channel=slack.desk, user=ENGINEER, text="Port 3 it is", thread_ts=in_slack["ts"])
    assert done["ok"], done
    assert sum("Port 3 it is" in line for line in await teams.thread(in_teams)) == 1
    assert sum("Port 3 it is" in line for line in await slack.thread(in_slack)) == 1
    done = await slack.post("edit", channel=slack.desk, ts=done["ts"], user=ENGINEER, text="Port 4 it is")
    assert done["ok"], done
    assert any("Port 4 it is" in line for line in await teams.thread(in_teams))
    assert not any("Port 3" in line for line in await teams.thread(in_teams))


@pytest.mark.slow
async def test_a_customer_in_teams_is_answered_from_slack(both: Both) -> None:
    slack, teams = both
    await teams.command(ENGINEER, "new sev2 Packet loss", teams.customer)
    seen = await teams.messages(CUSTOMER, teams.customer)
    root = next(m for m in seen if "#1" in everything(m) and not m.only_for)
    assert "#1" in await slack.command(ENGINEER, "update 1 We are moving you to another port")
    await slack.settled()
    assert any("another port" in everything(m) for m in await teams.messages(CUSTOMER, teams.customer))
    for chat, card in zip(both, await both.cards(), strict=True):
        assert any("another port" in line for line in await chat.thread(card)), chat.platform
    assert root


@pytest.mark.slow
async def test_while_teams_is_down_slack_says_so_once_and_everything_follows(both: Both) -> None:
    slack, teams = both
    await slack.command(ENGINEER, "new sev1 Link down")
    _, card = await both.cards()
    assert "*Teams*: connected" in await slack.command(ENGINEER, "health")
    await teams.fails("post", "http_503", 7)
    await slack.command(ENGINEER, "note 1 Look at port 3")
    await slack.advance(3.7)
    said = [m for m in await slack.messages(ENGINEER) if "cannot be reached" in everything(m) and not m.only_for]
    assert len(said) == 1
    assert "*Teams*: not reached since" in await slack.command(ENGINEER, "health")
    assert not any("port 3" in everything(m) for m in await teams.messages(ENGINEER))

    await slack.advance(5)
    assert any("port 3" in line for line in await teams.thread(card)), "it follows by itself"
    assert "*Teams*: connected" in await slack.command(ENGINEER, "health")
    said = [m for m in await slack.messages(ENGINEER) if "cannot be reached" in everything(m) and not m.only_for]
    assert len(said) == 1


@pytest.mark.slow
@pytest.mark.parametrize("part", ["desk", "people", "levels"])
async def test_setup_that_is_saved_as_it_was_changes_nothing_on_either(both: Both, part: str) -> None:
    """Whoever is called first stays first, though a form shows the people of its own platform alone."""
    for chat in both:
        await open_part(chat, MANAGER, part)
        done = await chat.submit(MANAGER)
        assert done["ok"], done
        assert "Nothing was changed" in chat.shown(done), chat.platform
