"""The main story at a console, beside the local workspace and at the same desk: a third front end costs its own folder
alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from storage.persons import join_accounts
from tests.scenarios.chat import CUSTOMER, ENGINEER, Chat
from tests.scenarios.chat import MANAGER as SLACKS_MANAGER
from tests.scenarios.console.front_end import Console
from tests.scenarios.console.seen import card, private, settled_private, thread
from tests.scenarios.seen import everything
from tests.waiting import LONGEST_SECONDS

PEOPLE = {"olga": ("Olga", None), "max": ("Max", None)}
SLACK = ("slack",)  # which the local workspace is, the console being the other one
POLICY = f"""
roles:
  agents: [slack:{ENGINEER}, console:olga]
  managers: [slack:{SLACKS_MANAGER}, console:max]
levels: [{{role: operations manager, contacts: [console:max, slack:{SLACKS_MANAGER}]}}]
"""
AGENT, MANAGER = PEOPLE


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Who is who, on both."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return file


@pytest.fixture
async def vigie(database_url: str, sockets: dict[str, Any], policy: Path) -> AsyncIterator[Vigie]:
    """A Vigie with the local workspace and a console."""
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


async def test_a_ticket_typed_at_the_console_has_one_card_there_and_one_in_slack(console: Console, chat: Chat) -> None:
    assert "#1" in await console.type(AGENT, "new sev1 Link down in Sydney")
    _, here = await card(console, chat)
    for words in ("#1 Link down in Sydney", "Severity 1", "Response", "Update", "Restore"):
        assert words in here
        assert words in everything(await chat.card())


async def test_the_console_is_warned_before_a_deadline_passes_and_told_when_it_has(
    console: Console, chat: Chat
) -> None:
    await console.type(AGENT, "new sev1 Link down in Sydney")
    await chat.advance(11)
    assert "Response" in (said := await thread(console, chat))
    assert "left" in said
    assert "breached" not in said
    await chat.advance(5)
    assert "breached" in await thread(console, chat)
    assert "breached" in (await card(console, chat))[1], "the card follows"
    assert any("breached" in line for line in await chat.thread(await chat.card())), "and so does Slack's"


async def test_escalation_by_reaction_is_refused_to_an_engineer_and_accepted_from_a_manager(
    console: Console, chat: Chat
) -> None:
    await console.type(AGENT, "new sev1 Link down in Sydney")
    message, _ = await card(console, chat)
    await console.react(AGENT, message, "rotating_light")
    assert "Level" not in (await card(console, chat))[1]
    assert "managers" in private(console, AGENT)
    await console.react(MANAGER, message, "rotating_light")
    assert "Level 1" in (await card(console, chat))[1]
    assert (await thread(console, chat)).count("escalated to Level 1") == 1
    assert "Level 1" in everything(await chat.card())


async def test_the_whole_story_is_told_on_both_whoever_tells_it(console: Console, chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss towards Frankfurt", chat.customer)
    message, _ = await card(console, chat)
    seen = await chat.messages(CUSTOMER, chat.customer)
    root = next(m for m in seen if "#1" in everything(m) and not m["ephemeral_for"])

    await console.react(AGENT, message, "eyes")
    assert any("Olga" in line for line in await chat.thread(root, chat.customer)), "the customer hears who has it"
    assert "#1" in await console.type(AGENT, "update 1 We see loss on one port & are moving you")
    assert any("one port & are" in line for line in await chat.thread(root, chat.customer))
    assert "Promised on #1" in await console.type(AGENT, "promise 1 in 3h")
    assert "waiting" in await console.type(AGENT, "wait 1 need the customer's traceroute")
    assert "paused" in (await card(console, chat))[1]
    done = await chat.post("message", channel=chat.customer, user=CUSTOMER, text="Here it is", thread_ts=root["ts"])
    assert done["ok"], done
    assert "paused" not in (await card(console, chat))[1]
    await chat.advance(60 * 4)
    assert "breached" in await thread(console, chat)
    assert "resolved" in await console.type(AGENT, "resolve 1 moved to the other port")
    assert "resolved" in (await card(console, chat))[1]
    assert "resolved" in everything(await chat.card())
    assert any("resolved" in line for line in await chat.thread(root, chat.customer))


async def test_the_history_says_where_each_act_came_from(console: Console, chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss towards Frankfurt")
    message, shown = await card(console, chat)
    assert "Ana Reyes in Slack" in shown
    await console.react(AGENT, message, "eyes")
    await chat.command(ENGINEER, "note 1 Look at port 3")
    for shown in (await console.type(AGENT, "show 1"), await chat.command(ENGINEER, "show 1")):
        for words in ("Ana Reyes in Slack opened it", "Olga in Console took it", "Ana Reyes in Slack noted"):
            assert words in shown
    assert await console.type(AGENT, "severity 1 3 one port only")
    assert "Olga in Console made it" in await console.type(AGENT, "why 1 update")


async def test_what_needs_a_form_says_what_to_type_where_there_are_none(console: Console) -> None:
    assert "desk help" in await console.type(AGENT, "new")


async def test_a_reset_leaves_the_console_at_the_desk(console: Console, chat: Chat) -> None:
    await console.type(AGENT, "new sev1 Link down")
    await card(console, chat)
    await chat.post("reset")
    console.screen.said.clear()
    assert "#1" in await console.type(AGENT, "new sev1 Another")
    assert "#1 Another" in (await card(console, chat))[1]


async def test_somebody_who_is_on_both_is_one_person_told_where_they_acted(console: Console, chat: Chat) -> None:
    desk = console.desk
    ana = f"slack:{ENGINEER}"
    together = partial(join_accounts, one=ana, other="console:olga", by=ana, reason="the same", now=desk.now())
    await desk.write(partial(together, organisation_id=desk.organisation_id))
    await desk.refresh_people()
    await console.type(AGENT, "new sev1 Link down in Sydney")
    message, _ = await card(console, chat)
    await console.react(AGENT, message, "eyes")
    for shown in ((await card(console, chat))[1], everything(await chat.card())):
        assert "Ana Reyes" in shown
    await console.react(AGENT, message, "rotating_light")
    assert "managers" in await settled_private(console, chat, AGENT)
    assert not [m for m in await chat.messages(ENGINEER) if m.get("ephemeral_for") == ENGINEER], "not in Slack"
    await chat.advance(28)
    assert "@Ana Reyes" in await thread(console, chat), "pinged where it was opened"
    said = await chat.thread(await chat.card())
    assert any("Ana Reyes" in line for line in said)
    assert not any(f"<@{ENGINEER}>" in line for line in said), "and nowhere else"
