"""A :ticket: on a message opens a ticket from it, once however many react; who can't be served is told what to do."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import CHIEF, CUSTOMER, ENGINEER, FRENCH, LEAD, Chat, say
from tests.scenarios.seen import everything


async def test_a_reaction_on_a_customers_message_opens_a_ticket_in_its_thread(chat: Chat) -> None:
    message = await say(chat, CUSTOMER, "Portal is slow\nEvery page takes a minute", chat.customer)
    await chat.advance(10)
    for user in (ENGINEER, FRENCH, CUSTOMER):
        await chat.open_from(user, message)
    card = await chat.card()
    text = everything(card)
    assert "#1 Portal is slow" in text
    assert "Every page takes a minute" in text
    assert message.at in card.times  # reported when it was written
    assert sum("#1" in line for line in await chat.thread(message, chat.customer, CUSTOMER)) == 1
    assert "#2" not in await chat.command(ENGINEER, "list open")


async def test_reactions_at_the_same_moment_open_one_ticket(chat: Chat) -> None:
    message = await say(chat, CUSTOMER, "Portal is slow", chat.customer)
    for user in (ENGINEER, FRENCH, LEAD):
        await chat.post("reaction", channel=chat.customer, ts=message["ts"], user=user, name="ticket")
    await chat.card()
    assert "#2" not in await chat.command(ENGINEER, "list open")


async def test_a_reply_inside_a_thread_is_found_too(chat: Chat) -> None:
    root = await say(chat, CUSTOMER, "Hello", chat.customer)
    reply = await say(chat, CUSTOMER, "Portal is slow", chat.customer, below=root)
    await say(chat, CUSTOMER, "Really slow", chat.customer, below=root)
    await chat.open_from(ENGINEER, reply)
    assert "#1 Portal is slow" in everything(await chat.card())
    assert any("#1" in line for line in await chat.thread(root, chat.customer, CUSTOMER))


async def test_in_another_channel_whoever_reacts_is_told_and_the_card_leads_back(chat: Chat) -> None:
    members = [CHIEF, ENGINEER, (await chat.look_around())["slack"]["bot_user_id"]]
    made = await chat.post("channel", name="random", members=members)
    message = await say(chat, CHIEF, "Wifi is gone", made["channel"])
    await chat.react(ENGINEER, message, "ticket", channel=made["channel"])
    told = [everything(m) for m in await chat.messages(ENGINEER, made["channel"]) if m.only_for == ENGINEER]
    assert any("Ticket #1 is open" in line for line in told)
    assert (await chat.card()).leads_to(message)


async def test_on_the_bots_own_messages_it_does_nothing(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.react(ENGINEER, await chat.card(), "ticket")
    assert "#2" not in await chat.command(ENGINEER, "list open")


@pytest.mark.parametrize("error", ["missing_scope", "ratelimited", "not_in_channel"])
async def test_where_the_message_cannot_be_read_the_person_is_told_to_use_the_shortcut(chat: Chat, error: str) -> None:
    message = await say(chat, CUSTOMER, "Portal is slow", chat.customer)
    done = await chat.post("fault", method="conversations.history", error=error, count=1)
    assert done["ok"], done
    await chat.open_from(FRENCH, message)
    told = [everything(m) for m in await chat.messages(FRENCH, chat.customer) if m.only_for == FRENCH]
    assert len(told) == 1
    assert "Create ticket" in told[0]
    assert "Je ne peux pas lire" in told[0]
    assert "no open tickets" in await chat.command(ENGINEER, "list open")


async def test_a_chat_that_is_away_for_a_moment_loses_no_reaction(chat: Chat) -> None:
    message = await say(chat, CUSTOMER, "Portal is slow", chat.customer)
    await chat.post("fault", method="conversations.history", error="http_500", count=2)
    await chat.react(ENGINEER, message, "ticket", channel=chat.customer, settle=False)
    await chat.advance(2)
    assert "#1 Portal is slow" in everything(await chat.card())
