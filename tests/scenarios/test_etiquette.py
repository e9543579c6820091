"""Nobody is pinged who need not be: warnings that fall together, and while somebody writes already."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import ENGINEER, FRENCH, LEAD, Chat
from tests.scenarios.quieting import be_quiet
from tests.scenarios.seen import Message, everything


async def two_taken(chat: Chat) -> list[Message]:
    """Two severity 2 tickets that one engineer has, whose next updates are due within seconds of each other; their
    cards."""
    for summary in ("Packet loss", "Portal slow"):
        await chat.command(ENGINEER, f"new sev2 {summary}")
    for number in (1, 2):
        await chat.command(ENGINEER, f"take {number}")
    return [await chat.card(number) for number in (1, 2)]


async def warnings(chat: Chat, card: Message) -> list[Message]:
    return [message for message in await chat.below(card) if " left." in everything(message)]


async def test_two_warnings_within_a_minute_ping_once_and_each_thread_has_its_own(chat: Chat) -> None:
    one, other = await two_taken(chat)
    await chat.advance(50)  # 15 minutes before the hour
    ((first,), (second,)) = await warnings(chat, one), await warnings(chat, other)
    assert [message.mentions(ENGINEER) for message in (first, second)].count(True) == 1
    loud, quiet = (first, second) if first.mentions(ENGINEER) else (second, first)
    assert "Also for you: " in everything(loud)
    assert "Also for you: " not in everything(quiet)
    number = 2 if loud is first else 1
    assert f"#{number}" in everything(loud)


@pytest.mark.slow
async def test_a_message_that_speaks_for_two_does_so_as_well_where_it_has_to_be_said_again(chat: Chat) -> None:
    one, other = await two_taken(chat)
    await chat.advance(49)
    await chat.fails("post", "http_503")
    await chat.advance(3)
    ((first,), (second,)) = await warnings(chat, one), await warnings(chat, other)
    (loud,) = (message for message in (first, second) if message.mentions(ENGINEER))
    assert "Also for you: " in everything(loud)


async def test_while_the_form_of_an_update_is_open_nobody_is_warned_to_give_one(chat: Chat) -> None:
    one, other = await two_taken(chat)
    await chat.advance(43)
    await chat.press(ENGINEER, one, "update")
    await chat.advance(4)
    assert await warnings(chat, one) == []
    assert len(await warnings(chat, other)) == 1
    await chat.advance(12)
    assert any("Last call" in everything(message) for message in await chat.below(one))


async def test_in_quiet_hours_the_lead_is_told_and_what_stands_is_read_when_they_end(chat: Chat) -> None:
    await chat.command(ENGINEER, "new provisioning New port for Globex")
    await chat.command(ENGINEER, "take 1")
    card = await chat.card()
    await be_quiet(chat, ENGINEER)
    await chat.command(FRENCH, "assign 1 " + chat.at(ENGINEER))
    await chat.advance(8 * 24 * 60, jump=True)
    said = [message for message in await chat.below(card) if message.mentions(LEAD)]
    assert said, "nothing happened for days: somebody has to be told"
    assert not any(message.mentions(ENGINEER) for message in await chat.below(card))
    await chat.advance(24 * 60 + 5)
    assert "Your quiet hours are over" in await chat.alone(ENGINEER)
    assert "New port for Globex" in await chat.alone(ENGINEER)
