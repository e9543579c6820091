"""A ticket that is held to a group's and a supplier's agreements beside the customer's: the desk hears of each in the
ticket's thread, the customer of none."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios.chat import BOTH_WAYS, CUSTOMER, ENGINEER, LEAD, Chat
from tests.scenarios.seen import Message, everything
from tests.scenarios.test_groups import NETOPS
from tests.scenarios.test_mention import mention
from tests.waiting import LONGEST_SECONDS

POLICY = f"""
agreements:
  inner team:
    begins: {{assigned: slack:{NETOPS}}}
    targets: {{1: {{response: 10m, restore: 1h}}}}
    lead_times: {{restore: [15m]}}
  long haul:
    begins: {{waiting: vendor}}
    targets: {{1: {{restore: 2h}}}}
    lead_times: {{restore: [15m]}}
"""
NAMES = ("inner team", "long haul")


@pytest.fixture
async def vigie(
    database_url: str, sockets: dict[str, Any], platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Vigie]:
    """A desk that has agreed with a group and with a carrier how long each may take."""
    monkeypatch.chdir(tmp_path)
    policy = tmp_path / "policy.yml"
    policy.write_text(POLICY)
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=policy, **sockets)
    running = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=(platform,))
    await running.start()
    yield running
    await running.stop()


async def asked_for(chat: Chat) -> tuple[Message, Message]:
    """A severity 1 in the customer's channel: what carries their thread, and the card."""
    await chat.command(ENGINEER, "new sev1 Link to Sydney is down", chat.customer)
    await chat.settled()
    [root] = [m for m in await chat.messages(CUSTOMER, chat.customer) if "#1" in everything(m)]
    await chat.command(ENGINEER, "take 1")
    return root, await chat.card()


async def card_says(chat: Chat) -> str:
    """Without what makes words bold."""
    return everything(await chat.card()).replace("*", "")


async def heard_below(chat: Chat, card: Message) -> list[str]:
    """The same of the replies under it."""
    return [line.replace("*", "") for line in await chat.thread(card)]


async def all_that_the_customer_sees(chat: Chat) -> str:
    """In their channel and its threads, what was said to them alone there among it, and directly."""
    return "\n".join([*map(everything, await chat.messages(CUSTOMER, chat.customer)), await chat.alone(CUSTOMER)])


async def nothing_of_it_reached_the_customer(chat: Chat) -> None:
    """Whatever they ask, in their own channel."""
    for words in ("show 1", "why 1", "list", "what-if 1 resolve"):
        _, said = await mention(chat, CUSTOMER, words, chat.customer)
        assert not any(name in said for name in NAMES), (words, said)
    seen = await all_that_the_customer_sees(chat)
    assert "Link to Sydney" in seen
    assert not any(name in seen for name in NAMES), seen


@BOTH_WAYS
async def test_a_suppliers_agreement_is_the_desks_business_from_its_beginning_to_its_end(chat: Chat) -> None:
    root, card = await asked_for(chat)
    await chat.command(ENGINEER, "wait 1 vendor a splice team")
    assert "long haul: Restore due" in await card_says(chat)
    assert "long haul" in await chat.command(ENGINEER, "why 1")
    assert "long haul" in await chat.command(ENGINEER, "show 1")
    await chat.advance(106)
    near = [line for line in await heard_below(chat, card) if "due" in line and "under the agreement long haul" in line]
    assert len(near) == 1, "a quarter of an hour before it"
    await chat.advance(20)
    late = [line for line in await heard_below(chat, card) if "late under the agreement long haul" in line]
    assert len(late) == 1
    await chat.command(ENGINEER, "resume 1")
    thread = await heard_below(chat, card)
    assert not any("under the agreement" in line for line in thread), "nobody is asked for anything any more"
    settled = [line for line in thread if line.startswith("Settled:") and "long haul: Restore" in line]
    assert len(settled) == 2
    assert sum("late)" in line for line in settled) == 1
    await chat.command(ENGINEER, "update 1 The carrier is done")
    await chat.command(ENGINEER, "resolve 1 Spliced")
    assert "long haul: Restore met" in await card_says(chat)
    assert any("Spliced" in line for line in await chat.thread(root, chat.customer, CUSTOMER))
    await nothing_of_it_reached_the_customer(chat)


async def test_a_groups_agreement_begins_when_it_gets_the_work_and_ends_when_another_has_it(chat: Chat) -> None:
    _, card = await asked_for(chat)
    await chat.command(ENGINEER, "assign 1 @netops")
    assert "inner team: Response due" in await card_says(chat)
    [handed] = [line for line in await heard_below(chat, card) if "Acknowledge it by" in line]
    due = re.search(r"inner team: Response due (<!date\^\d+)", await card_says(chat))
    assert due is not None
    assert due[1] in handed, "its agreement asks for that sooner than the desk does"
    await chat.advance(6)
    [near] = [line for line in await heard_below(chat, card) if "under the agreement inner team" in line]
    assert "Response of #1" in near, "it is warned of as the customer's is, for the agreement says nothing else"
    assert "is due" in near
    await chat.advance(5)
    late = [line for line in await heard_below(chat, card) if "late under the agreement inner team" in line]
    assert len(late) == 1
    assert f"<!subteam^{NETOPS}>" in late[0], "the group is told"
    await chat.advance(55)
    assert sum("under the agreement inner team" in line for line in await heard_below(chat, card)) == 4
    await chat.command(ENGINEER, f"assign 1 {chat.at(LEAD)}")
    thread = await heard_below(chat, card)
    assert not any("under the agreement" in line for line in thread)
    assert sum(line.startswith("Settled:") and "inner team: " in line for line in thread) == 4
    await nothing_of_it_reached_the_customer(chat)


async def test_what_an_outage_left_of_it_is_said_in_the_one_notice_of_the_ticket(chat: Chat) -> None:
    _, card = await asked_for(chat)
    await chat.command(ENGINEER, "wait 1 vendor a splice team")
    await chat.advance(130, jump=True)
    [said] = [line for line in await heard_below(chat, card) if "has fallen due" in line]
    assert "long haul: Restore breached" in said
    await nothing_of_it_reached_the_customer(chat)
