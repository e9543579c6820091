"""What was said in a thread before a ticket was opened from it: nothing of it is lost, and an answer counts."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, Chat, say
from tests.scenarios.seen import Message, everything

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def talk(chat: Chat) -> Message:
    """A customer, the customer again, and an engineer in one thread, a minute apart."""
    root = await say(chat, CUSTOMER, "Our VPN is unreachable", chat.customer)
    await chat.advance(1)
    await say(chat, CUSTOMER, "Only from Lyon", chat.customer, below=root)
    await chat.advance(1)
    await say(chat, FRENCH, "We see it on the concentrator", chat.customer, below=root)
    await chat.advance(1)
    return root


def told_of(lines: list[str]) -> list[str]:
    return [line for line in lines if "Said in the thread before" in line]


@SQLITE
async def test_the_talk_of_a_thread_stands_under_the_card_and_an_answer_counts(chat: Chat) -> None:
    root = await talk(chat)
    await chat.open_from(ENGINEER, root)
    card = await chat.card()
    assert "#1 Our VPN is unreachable" in everything(card)
    [brought] = told_of(await chat.thread(card))
    for words in (chat.name(CUSTOMER), "Only from Lyon", "Benoît Girard", "We see it on the concentrator"):
        assert words in brought
    assert "Our VPN is unreachable" not in brought.split("Said in the thread before")[1]
    assert "*Response* met" in await chat.command(ENGINEER, "why 1 response")
    await chat.open_from(FRENCH, root)
    assert len(told_of(await chat.thread(await chat.card()))) == 1


@SQLITE
async def test_from_a_reply_the_head_comes_along_too(chat: Chat) -> None:
    root = await say(chat, CUSTOMER, "Hello, who is there?", chat.customer)
    reply = await say(chat, CUSTOMER, "Portal is slow", chat.customer, below=root)
    await chat.open_from(ENGINEER, reply)
    [brought] = told_of(await chat.thread(await chat.card()))
    assert "Hello, who is there?" in brought


@SQLITE
async def test_the_form_brings_the_talk_along(chat: Chat) -> None:
    root = await talk(chat)
    await chat.post("shortcut", user=ENGINEER, callback_id="ticket.create", channel=chat.customer, ts=root["ts"])
    assert (await chat.submit(ENGINEER, summary="VPN Lyon", severity="2"))["ok"]
    [brought] = told_of(await chat.thread(await chat.card()))
    assert "Only from Lyon" in brought


@SQLITE
async def test_a_message_nobody_answered_brings_nothing_along(chat: Chat) -> None:
    root = await say(chat, CUSTOMER, "Our VPN is unreachable", chat.customer)
    await chat.open_from(ENGINEER, root)
    assert told_of(await chat.thread(await chat.card())) == []


@SQLITE
async def test_called_into_a_thread_the_ticket_is_about_its_head(chat: Chat) -> None:
    root = await talk(chat)
    await say(chat, ENGINEER, "@Vigie new sev2 VPN Lyon down", chat.customer, below=root)
    card = await chat.card()
    text = everything(card)
    assert "#1 VPN Lyon down" in text
    assert "Severity 2" in text
    assert "Our VPN is unreachable" in text
    assert chat.name(CUSTOMER) in text
    assert root.at in card.times  # reported when it was written
    assert card.leads_to(root)
    [brought] = told_of(await chat.thread(card))
    assert "Only from Lyon" in brought
    assert "@Vigie" not in brought
    assert "Ticket #1 is open" in "\n".join(everything(m) for m in await chat.messages(ENGINEER, chat.customer))


@SQLITE
async def test_called_without_words_it_is_called_what_the_head_says(chat: Chat) -> None:
    root = await talk(chat)
    await say(chat, ENGINEER, "@Vigie new", chat.customer, below=root)
    assert "#1 Our VPN is unreachable" in everything(await chat.card())


@SQLITE
async def test_where_the_head_cannot_be_read_the_ticket_is_opened_all_the_same(chat: Chat) -> None:
    root = await talk(chat)
    for method in ("conversations.history", "conversations.replies"):
        await chat.post("fault", method=method, error="missing_scope", count=9)
    await say(chat, ENGINEER, "@Vigie new sev2 VPN Lyon down", chat.customer, below=root)
    assert "#1 VPN Lyon down" in everything(await chat.card())
