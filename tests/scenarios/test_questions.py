"""Waiting for the customer asks them for what is needed, on purpose alone; what is typed with it stays inside."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.chat import CUSTOMER, ENGINEER, Chat, say
from tests.scenarios.seen import everything
from tests.scenarios.test_private_answers import Ear

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def opened(chat: Chat) -> dict[str, Any]:
    """A customer's ticket, taken; the head of their thread."""
    root = await say(chat, CUSTOMER, "Portal is slow", chat.customer)
    await chat.open_from(ENGINEER, root)
    await chat.command(ENGINEER, "severity 1 2")
    await chat.command(ENGINEER, "take 1")
    await chat.card()
    return root


async def test_what_is_typed_is_for_the_desk_and_a_button_sends_it(chat: Chat) -> None:
    root = await opened(chat)
    before = await chat.thread(root, chat.customer, CUSTOMER)
    ear = await Ear.of(chat, ENGINEER, chat.desk)
    await chat.command(ENGINEER, "wait 1 which floor is it?")
    answer = await ear.heard()
    assert "Nothing was sent to them" in everything(answer)
    assert "Send this to the customer as a question" in everything(answer)
    assert "which floor is it?" in everything(answer), "they read what they would send"
    assert await chat.thread(root, chat.customer, CUSTOMER) == before, "nobody is told that an answer is awaited"
    ear = await Ear.of(chat, ENGINEER, chat.desk)
    await chat.press(ENGINEER, answer, "ask")
    assert "Sent" in everything(await ear.heard())
    (asked,) = (await chat.thread(root, chat.customer, CUSTOMER))[len(before) :]
    assert "Ana Reyes needs something from you" in asked
    assert "which floor is it?" in asked
    assert any("Ana Reyes asked the customer" in line for line in await chat.thread(await chat.card()))
    await chat.press(ENGINEER, answer, "ask")
    assert len(await chat.thread(root, chat.customer, CUSTOMER)) == len(before) + 1, "once is enough"
    await say(chat, CUSTOMER, "The second", chat.customer, below=root)
    assert "waiting" not in everything(await chat.card())


async def test_the_form_has_a_field_for_each_and_a_second_wait_edits_what_was_asked(chat: Chat) -> None:
    root = await opened(chat)
    before = await chat.thread(root, chat.customer, CUSTOMER)
    await chat.press(ENGINEER, await chat.card(), "wait")
    assert (await chat.submit(ENGINEER, question="Which floor is it?", text="they have two sites"))["ok"]
    (asked,) = (await chat.thread(root, chat.customer, CUSTOMER))[len(before) :]
    assert "Which floor is it?" in asked
    assert "two sites" not in asked
    assert any("two sites" in line for line in await chat.thread(await chat.card()))
    await chat.open_form(ENGINEER, "wait 1")
    assert (await chat.submit(ENGINEER, question="Which floor, and which room?"))["ok"]
    after = await chat.thread(root, chat.customer, CUSTOMER)
    assert len(after) == len(before) + 1
    assert "Which floor, and which room?" in after[-1]
    assert "(edited)" in after[-1]


async def test_a_form_with_neither_is_refused_under_its_field(chat: Chat) -> None:
    await opened(chat)
    await chat.open_form(ENGINEER, "wait 1")
    done = await chat.submit(ENGINEER)
    assert done["errors"] == {"question": "Write what you need from them, or a reason for the desk."}
    done = await chat.submit(ENGINEER, what="vendor", question="When?")
    assert list(done["errors"]) == ["question"]


async def test_what_is_typed_to_go_on_is_kept_and_may_be_sent(chat: Chat) -> None:
    root = await opened(chat)
    await chat.command(ENGINEER, "wait 1 need the floor")
    before = await chat.thread(root, chat.customer, CUSTOMER)
    ear = await Ear.of(chat, ENGINEER, chat.desk)
    await chat.command(ENGINEER, "resume 1 found it in the file")
    answer = await ear.heard()
    assert "Send this to the customer" in everything(answer)
    assert await chat.thread(root, chat.customer, CUSTOMER) == before
    assert any("found it in the file" in line for line in await chat.thread(await chat.card()))
    await chat.press(ENGINEER, answer, "update")
    assert "found it in the file" in (await chat.view(ENGINEER)).initial("text")


async def test_a_chaser_shows_what_was_asked_or_offers_to_ask(chat: Chat) -> None:
    await opened(chat)
    await chat.command(ENGINEER, "wait 1 need the floor")
    card = await chat.card()
    await chat.advance(60 * 25)
    assert any("no question was sent to them" in line for line in await chat.thread(card))
