"""One desk on two platforms: worked from either, each person one person, each ping on one of them, undo where it was
done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.app import Vigie
from bot.server.settings import LOCAL_API, Settings
from tests.scenarios.chat import ENGINEER, MANAGER, Chat, say
from tests.scenarios.console.front_end import BESIDE, ROOM, Console
from tests.scenarios.console.seen import card as shown_at
from tests.scenarios.console.seen import thread
from tests.scenarios.seen import everything
from tests.waiting import LONGEST_SECONDS

#: Who sits at the console: id, name and email. Ana and Marcus are in Slack too.
PEOPLE = {
    "ana": ("Ana R.", "ana@vigie.example.com"),
    "marcus": ("Marcus W.", "marcus@vigie.example.com"),
    "tomas": ("Tomás Silva", "tomas@vigie.example.com"),
    "yuki": ("Yuki Tanaka", "yuki@vigie.example.com"),
}
SLACK = ("slack",)  # which the local workspace is, the console being the other one
POLICY = f"""
roles:
  agents: [slack:{ENGINEER}, console:tomas]
  managers: [slack:{MANAGER}, console:yuki]
levels:
  - {{role: operations manager, contacts: [console:yuki, slack:{MANAGER}]}}
  - {{role: head of services, contacts: [console:yuki]}}
"""


@pytest.fixture
async def vigie(
    database_url: str, sockets: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Vigie]:
    """A Vigie with the local workspace and a console."""
    monkeypatch.chdir(tmp_path)
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=policy, **sockets)
    running = Vigie(
        settings, answer_within=LONGEST_SECONDS, local_platforms=SLACK, more=[partial(Console, people=PEOPLE)]
    )
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def console(vigie: Vigie) -> Console:
    (found,) = (each for each in vigie.front_ends if isinstance(each, Console))
    return found


async def test_what_is_written_under_one_card_is_read_under_the_other_and_follows_its_edit(
    console: Console, chat: Chat
) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss towards Frankfurt")
    card, here = await chat.card(), (await shown_at(console, chat))[0]
    note = await say(chat, ENGINEER, "Port 3 looks odd", chat.desk, below=card)
    assert "Port 3 looks odd" in await thread(console, chat)
    assert sum("Port 3" in line for line in await chat.thread(card)) == 1, "where it was written it is not repeated"
    done = await chat.post("edit", channel=chat.desk, ts=note.id, user=ENGINEER, text="Port 4 looks odd")
    assert done["ok"], done
    assert "Port 4 looks odd" in await thread(console, chat)
    await console.say("tomas", "It was the fan", below=here)
    assert any("It was the fan" in line for line in await chat.thread(card))
    assert (await thread(console, chat)).count("It was the fan") == 1
    assert "Port 3" not in await thread(console, chat)


async def test_a_reaction_acts_on_either_card_and_is_undone_where_it_was_put(console: Console, chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    card, here = await chat.card(), (await shown_at(console, chat))[0]
    await console.react("ana", here, "eyes")
    await chat.react(ENGINEER, card, "eyes")
    assert "Ana" in everything(await chat.card())
    await chat.react(ENGINEER, card, "eyes", present=False)
    assert "nobody yet" not in everything(await chat.card()), "it was taken at the console, and still is"
    await console.react("ana", here, "eyes", present=False)
    assert "nobody yet" in everything(await chat.card())


async def test_one_manager_on_both_cards_climbs_once(console: Console, chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    card, here = await chat.card(), (await shown_at(console, chat))[0]
    await chat.react(MANAGER, card, "rotating_light")
    await console.react("marcus", here, "rotating_light")
    assert "Level 1" in console.screen.said[here].text
    assert (await thread(console, chat)).count("escalated to Level 1") == 1
    await chat.react(MANAGER, card, "rotating_light", present=False)
    assert "Level 1" in everything(await chat.card()), "theirs at the console still stands"
    await console.react("marcus", here, "rotating_light", present=False)
    assert "Level 1" not in everything(await chat.card())


async def test_a_contact_who_is_on_one_platform_alone_is_pinged_there(console: Console, chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.react(MANAGER, await chat.card(), "rotating_light")
    assert "@Yuki Tanaka" in await thread(console, chat)
    (said,) = (line for line in await chat.thread(await chat.card()) if "escalated to Level 1" in line)
    assert "Yuki Tanaka" in said
    assert "<@" not in said.partition("escalated")[0]


async def test_a_climb_is_said_in_the_channel_for_climbs_and_quietly_under_the_cards(
    database_url: str, sockets: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    policy = tmp_path / "policy.yaml"
    policy.write_text(f"{POLICY}desks: {{support: {{channels: {{escalation: '{BESIDE}'}}}}}}\n", encoding="utf-8")
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=policy, **sockets)
    vigie = Vigie(
        settings, answer_within=LONGEST_SECONDS, local_platforms=SLACK, more=[partial(Console, people=PEOPLE)]
    )
    await vigie.start()
    (console,) = (each for each in vigie.front_ends if isinstance(each, Console))
    chat = Chat(http, str(sockets["SLACK_API_URL"]).removesuffix(LOCAL_API) if sockets else vigie.address)
    await chat.look_around()
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.react(MANAGER, await chat.card(), "rotating_light")
    await chat.settled()

    beside = {key: said for key, said in console.screen.said.items() if said.channel == BESIDE}
    ((first, said),) = beside.items()
    assert "@Yuki Tanaka" in said.text
    assert "Level 1" in said.text
    room = [
        each for each in console.screen.said.values() if each.channel == ROOM and "escalated to Level 1" in each.text
    ]
    assert len(room) == 1
    assert room[0].root
    assert "Yuki Tanaka" in room[0].text
    assert "@Yuki" not in room[0].text, "pinged once"

    await chat.advance(2)
    await console.react("yuki", first, "rotating_light", channel=BESIDE)
    await chat.settled()
    assert "Level 2" in everything(await chat.card()), "a reaction there climbs on"
    later = [each for each in console.screen.said.values() if each.channel == BESIDE and "Level 2" in each.text]
    assert [each.root for each in later] == [first], "in its thread"
    await console.say("yuki", "I am calling the carrier", below=first, channel=BESIDE)
    assert any("calling the carrier" in line for line in await chat.thread(await chat.card()))
    assert "calling the carrier" in await thread(console, chat)
    await vigie.stop()


async def test_a_restart_that_changes_nothing_makes_no_version_of_the_policy(
    database_url: str, sockets: dict[str, Any], console: Console, vigie: Vigie, tmp_path: Path
) -> None:
    version, channels = console.desk.policy.version, console.desk.policy.desk.channels
    assert len(channels) == 2
    await vigie.stop()
    again = Vigie(
        vigie.settings, answer_within=LONGEST_SECONDS, local_platforms=SLACK, more=[partial(Console, people=PEOPLE)]
    )
    await again.start()
    assert again.desk is not None
    assert (again.desk.policy.version, set(again.desk.policy.desk.channels)) == (version, set(channels))
    await again.stop()
    alone = Vigie(vigie.settings, answer_within=LONGEST_SECONDS, local_platforms=SLACK)
    await alone.start()
    assert alone.desk is not None
    assert alone.desk.policy.desk.channels == channels[:1], "a platform that is not joined any more is let go"
    await alone.stop()


async def test_what_is_open_gets_a_card_where_the_desk_joins_later(
    database_url: str, sockets: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, **sockets)
    alone = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=SLACK)
    await alone.start()
    chat = Chat(http, str(sockets["SLACK_API_URL"]).removesuffix(LOCAL_API) if sockets else alone.address)
    await chat.look_around()
    for summary in ("sev2 One", "sev2 Two", "sev2 Three"):
        await chat.command(ENGINEER, f"new {summary}")
    await chat.command(ENGINEER, "resolve 2 done")
    await chat.settled()
    await alone.stop()

    both = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=SLACK, more=[partial(Console, people=PEOPLE)])
    await both.start()
    (console,) = (each for each in both.front_ends if isinstance(each, Console))
    if not sockets:
        chat.address = both.address
    await chat.command(ENGINEER, "note 3 Look at port 3")
    await chat.advance(1)
    cards = {text.split()[1]: key for key, text in lines(console) if not console.screen.said[key].root}
    assert set(cards) == {"#1", "#3"}
    assert any("port 3" in text and console.screen.said[key].root == cards["#3"] for key, text in lines(console))
    await console.react("ana", cards["#1"], "eyes")
    assert "nobody yet" not in everything(await chat.card(1))
    await both.stop()


def lines(console: Console) -> list[tuple[str, str]]:
    return [(key, said.text) for key, said in console.screen.said.items() if said.only_for is None]
