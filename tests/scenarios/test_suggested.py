"""What a text suggests: shown, confirmed, changed and learned from; and questions that belong to somebody else."""

from __future__ import annotations

import asyncio

import pytest

from tests.scenarios.chat import CUSTOMER, ENGINEER, LEAD, MANAGER, Chat, say
from tests.scenarios.seen import everything

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FLAPS = "Our link to Frankfurt keeps flapping every few minutes since this morning, we can still work"
INVOICE = "Hello, could you please resend invoice 4411? The VAT on it is wrong"


@SQLITE
async def test_a_card_says_what_it_looks_like_and_one_press_confirms_it(chat: Chat) -> None:
    await chat.command(MANAGER, "channel auto", chat.customer)
    await say(chat, CUSTOMER, FLAPS, chat.customer)
    text = everything(await chat.card())
    assert "Looks like" in text
    assert "incident, severity 2" in text
    assert "flapping" in text
    assert "not confirmed" in text
    await chat.press(ENGINEER, await chat.card(), "confirm")
    await chat.settled()
    text = everything(await chat.card())
    assert "Severity 2" in text
    assert "Looks like" not in text


@SQLITE
async def test_a_lead_approves_what_is_learned_and_the_next_suggestion_knows_it(chat: Chat) -> None:
    await chat.command(MANAGER, "channel auto", chat.customer)
    await say(chat, CUSTOMER, FLAPS, chat.customer)
    await chat.card()
    await chat.command(ENGINEER, "category 1 inquiry")
    assert "Only" in await chat.command(ENGINEER, "learn")
    waits = await chat.command(LEAD, "learn")
    assert "inquiry" in waits
    assert "incident, severity 2" in waits
    assert "approved" in await chat.command(LEAD, "learn approve all")
    await chat.advance(5)
    await say(chat, CUSTOMER, FLAPS, chat.customer)
    assert "inquiry" in everything(await chat.card(2))


@SQLITE
async def test_a_question_of_money_gets_the_right_place_and_becomes_a_ticket_once(chat: Chat) -> None:
    await chat.command(MANAGER, "channel auto", chat.customer)
    asked = await say(chat, CUSTOMER, INVOICE, chat.customer)
    await chat.settled()
    told = next(m for m in await chat.messages(CUSTOMER, chat.customer) if "billing@example.com" in everything(m))
    assert told.only_for == CUSTOMER
    assert not any("billing@" in everything(m) for m in await chat.messages(ENGINEER, chat.customer))
    line = next(m for m in await chat.messages(ENGINEER) if "a question for billing" in everything(m))
    assert "no open tickets" in await chat.command(ENGINEER, "list open")
    await chat.advance(30)
    await asyncio.gather(
        chat.press(CUSTOMER, told, "open-redirected", chat.customer), chat.press(ENGINEER, line, "open-redirected")
    )
    await chat.settled()
    card = await chat.card()
    assert "resend invoice 4411" in everything(card)
    assert asked.at in card.times
    assert "#2" not in await chat.command(ENGINEER, "list open")
    settled = next(m for m in await chat.messages(ENGINEER) if m.id == line.id)
    assert "It is #1 now, opened by" in everything(settled).replace("|", " ")
    assert settled.buttons == []
    assert settled.leads_to(card)


@SQLITE
async def test_what_speaks_of_an_outage_is_a_ticket_also_by_an_edit(chat: Chat) -> None:
    await chat.command(MANAGER, "channel auto", chat.customer)
    await say(chat, CUSTOMER, "Please send the invoice again, we are down since yesterday", chat.customer)
    assert "#1" in everything(await chat.card())
    await chat.advance(5)
    question = await say(chat, CUSTOMER, INVOICE, chat.customer)
    await chat.settled()
    await chat.post("edit", channel=chat.customer, ts=question.id, user=CUSTOMER, text="Our link is down, all sites")
    assert "Our link is down" in everything(await chat.card(2))


@SQLITE
async def test_what_an_agent_types_is_a_ticket_that_says_where_it_may_belong(chat: Chat) -> None:
    told = await chat.command(ENGINEER, f"new {INVOICE}")
    assert "#1 is open" in told
    assert "a question for billing" in everything(await chat.card())
