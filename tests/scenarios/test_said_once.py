"""What may have arrived is looked for before it is said again: one card, one word, whatever became of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.outbound.port import Arrived, Found, Missing
from bot.slack import sender
from bot.slack.arrivals import look_up
from tests.scenarios.chat import BOTH_WAYS, ENGINEER, MANAGER, Chat
from tests.scenarios.seen import everything

pytestmark = BOTH_WAYS

LOST = ["http_500", "fatal_error", "disconnect"]  # the others: tests/bot/slack/test_arrivals.py


async def fails(chat: Chat, method: str, error: str, count: int = 1) -> None:
    """The next calls are done, and their answers are lost in that way."""
    done = await chat.post("fault", method=method, error=error, count=count, after_posting=True)
    assert done["ok"], done


async def shown(chat: Chat, words: str, channel: str | None = None) -> int:
    """How many messages of the bot have these words."""
    return sum(words in everything(m) for m in await chat.messages(ENGINEER, channel) if m.is_ours)


@pytest.mark.parametrize("error", LOST)
async def test_a_ticket_has_one_card_whatever_became_of_the_answer(chat: Chat, error: str) -> None:
    await fails(chat, "chat.postMessage", error)
    await chat.command(ENGINEER, "new sev2 Two cards")
    await chat.advance(1)
    await chat.command(ENGINEER, "take 1")
    assert "Ana" in everything(await chat.card()), "the one card, and it follows what happens"


@pytest.mark.parametrize("error", LOST)
async def test_what_is_said_in_a_thread_is_said_once(chat: Chat, error: str) -> None:
    await chat.command(ENGINEER, "new sev2 Link down", chat.customer)
    card = await chat.card()
    await fails(chat, "chat.postMessage", error, count=2)
    await chat.command(ENGINEER, "update 1 We are on it")
    await chat.advance(1)
    assert await shown(chat, "We are on it", chat.customer) == 1
    await fails(chat, "chat.postMessage", error)
    await chat.react(MANAGER, card, "rotating_light")
    await chat.advance(1)
    assert await shown(chat, "was escalated to Level 1") == 1


async def test_it_is_found_where_reading_is_rationed_for_a_while(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Link down")
    card = await chat.card()
    await fails(chat, "chat.postMessage", "http_500")
    done = await chat.post("fault", method="conversations.replies", error="ratelimited", count=3)
    assert done["ok"]
    await chat.command(ENGINEER, "escalate 1 impact has grown")
    await chat.advance(2)
    assert sum("was escalated to Level 1" in line for line in await chat.thread(card)) == 1


async def test_a_direct_message_is_said_once(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss", chat.customer)
    await chat.settled()
    await chat.post("archive", channel=chat.customer)
    await chat.command(ENGINEER, "update 1 We are on it")
    await fails(chat, "chat.postMessage", "is_archived")
    await fails(chat, "chat.postMessage", "http_500")
    await chat.advance(2)
    found = await chat.get(f"messages/D{ENGINEER[1:]}", user=ENGINEER)
    told = [m for m in found["messages"] if "did not get what you wrote" in everything(m)]
    assert len(told) == 1


async def test_of_two_cards_the_first_stays_where_it_arrived_later_than_anybody_looked(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Found] = []

    async def late(*how: Any, **more: Any) -> Found:
        looks.append(Missing() if not looks else await look_up(*how, **more))
        return looks[-1]

    monkeypatch.setattr(sender, "look_up", late)
    await fails(chat, "chat.postMessage", "disconnect")
    await chat.command(ENGINEER, "new sev2 Two cards")
    await chat.advance(1)
    assert [type(found) for found in looks] == [Missing, Arrived]
    await chat.command(ENGINEER, "take 1")
    assert "Ana" in everything(await chat.card())


@pytest.mark.slow
async def test_what_arrives_after_our_patience_is_waited_for(chat: Chat) -> None:
    await chat.post("fault", method="chat.postMessage", delay=11, count=1)
    await chat.command(ENGINEER, "new sev2 Two cards")
    await chat.post("advance", minutes=0.1)
    await chat.advance(1)
    assert "#1" in everything(await chat.card())
