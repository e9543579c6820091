"""A customer's channel that takes messages in by itself: what becomes a ticket there, and what turns out to be none."""

from __future__ import annotations

import asyncio

import pytest

from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, LEAD, MANAGER, Chat, Json, everything, say

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def auto(chat: Chat) -> Chat:
    """A workspace whose customer's channel takes everything in."""
    assert "becomes a ticket" in await chat.command(MANAGER, "channel auto", chat.customer)
    return chat


async def sent(chat: Chat, text: str, user: str = CUSTOMER, **more: str) -> Json:
    return await say(chat, user, text, chat.customer, **more)


async def test_a_customers_message_becomes_a_ticket_of_that_customer_in_its_own_thread(auto: Chat) -> None:
    message = await sent(auto, "Packet loss to Frankfurt\nAbout 3 %")
    text = everything(await auto.card())
    assert "#1 Packet loss to Frankfurt" in text
    assert "About 3 %" in text
    assert "ext-acme" in text
    assert "not confirmed" in text
    assert "Carla" in text
    assert f"<!date^{int(float(message['ts']))}^" in text
    assert any("#1" in line for line in await auto.thread(message, auto.customer, CUSTOMER))
    await auto.command(ENGINEER, "update 1 We see it")
    assert any("We see it" in line for line in await auto.thread(message, auto.customer, CUSTOMER))


@pytest.mark.parametrize("text", ["Thanks!", "Good morning everyone", ":+1: thank you", "Merci à tous"])
async def test_thanks_and_greetings_are_no_tickets(auto: Chat, text: str) -> None:
    await sent(auto, text)
    assert "no open tickets" in await auto.command(ENGINEER, "list open")


@SQLITE
@pytest.mark.parametrize("text", ["@netops", "@Ana Reyes @netops", "@here", "@netops thanks!", "Hi @Ana Reyes"])
async def test_mentions_with_nothing_behind_them_are_no_ticket(auto: Chat, text: str) -> None:
    await sent(auto, text)
    assert "no open tickets" in await auto.command(ENGINEER, "list open")


TITLES = [
    ("@netops our VPN is down", "#1 @netops our VPN is down"),
    ("Hi team,\nour VPN concentrator in Lyon drops all tunnels", "#1 our VPN concentrator in Lyon drops all tunnels"),
    ("```\nERROR 1205 lock wait timeout\n```\nOn every order", "#1 ERROR 1205 lock wait timeout"),
]


@SQLITE
@pytest.mark.parametrize(("text", "title"), TITLES)
async def test_the_title_says_what_it_is_about_and_the_card_says_everything(auto: Chat, text: str, title: str) -> None:
    await sent(auto, text)
    card = everything(await auto.card())
    assert title in card
    assert all(line in card for line in text.split("\n"))


SIX_LINES = "\n".join(f"line {n}: the portal of site {n} answers with an error of its own" for n in range(1, 7))


@SQLITE
@pytest.mark.parametrize("by_mention", [True, False])
@pytest.mark.parametrize(
    "text", ["Portal down\nsince 9\nall sites", SIX_LINES, "x" * 251, "Hi,\nPortal down\n" + SIX_LINES]
)
async def test_several_lines_after_new_are_a_title_and_its_description(chat: Chat, text: str, by_mention: bool) -> None:
    if by_mention:
        await sent(chat, f"@Vigie new sev1 {text}")
    else:
        await chat.command(ENGINEER, f"new sev1 {text}", chat.customer)
    card = everything(await chat.card())
    assert all(line in card for line in text.split("\n"))
    assert ("claimed: 1" if by_mention else "Severity 1") in card


async def test_what_the_desk_writes_in_the_customers_channel_is_no_ticket(auto: Chat) -> None:
    await sent(auto, "Maintenance tonight at 22:00", ENGINEER)
    assert "no open tickets" in await auto.command(ENGINEER, "list open")


async def test_messages_of_one_author_within_the_window_are_one_ticket(auto: Chat) -> None:
    await sent(auto, "Hi, we have a problem")
    await auto.advance(1)
    second = await sent(auto, "Packet loss to Frankfurt")
    await auto.advance(1.5)
    await sent(auto, "About 3 %")
    card = await auto.card()
    thread = await auto.thread(card)
    assert any("Packet loss to Frankfurt" in line for line in thread)
    assert any("About 3 %" in line for line in thread)
    # What is said below any of them belongs to the ticket too.
    await sent(auto, "Traceroute follows", thread_ts=second["ts"])
    assert any("Traceroute follows" in line for line in await auto.thread(card))
    await auto.advance(3)
    await sent(auto, "Another thing: the portal is slow")
    assert "the portal is slow" in everything(await auto.card(2))


async def test_messages_that_arrive_together_are_one_ticket(auto: Chat) -> None:
    await asyncio.gather(*(auto.post("message", channel=auto.customer, user=CUSTOMER, text=f"Line {n} is down")
                           for n in range(5)))  # fmt: skip
    card = await auto.card()
    assert "#2" not in await auto.command(ENGINEER, "list open")
    together = "\n".join([everything(card), *await auto.thread(card)])
    assert all(f"Line {n} is down" in together for n in range(5))


async def test_by_default_only_what_is_asked_for_becomes_a_ticket(chat: Chat) -> None:
    message = await sent(chat, "Packet loss to Frankfurt")
    assert "no open tickets" in await chat.command(ENGINEER, "list open")
    assert "only what somebody asks for" in await chat.command(ENGINEER, "channel", chat.customer)
    await chat.react(ENGINEER, message, "ticket", channel=chat.customer)
    assert "#1 Packet loss" in everything(await chat.card())


async def test_off_means_not_even_by_reaction_and_whoever_reacts_is_told(chat: Chat) -> None:
    await chat.command(MANAGER, "channel off", chat.customer)
    message = await sent(chat, "Packet loss to Frankfurt")
    await chat.react(ENGINEER, message, "ticket", channel=chat.customer)
    told = [everything(m) for m in await chat.messages(ENGINEER, chat.customer) if m["ephemeral_for"] == ENGINEER]
    assert any("No tickets are opened from messages in this channel" in line for line in told)
    assert "no open tickets" in await chat.command(ENGINEER, "list open")


async def test_only_leads_and_above_set_it_and_everybody_sees_it(chat: Chat) -> None:
    assert "Only" in await chat.command(ENGINEER, "channel auto", chat.customer)
    assert "no customer's channel" in await chat.command(LEAD, "channel auto", chat.desk)
    assert "not a way" in await chat.command(MANAGER, "channel sometimes", chat.customer)
    assert "seul ce qui est demandé" in await chat.command(FRENCH, "canal", chat.customer)
    await chat.command(MANAGER, "channel auto", chat.customer)
    assert "every message of the customer's" in await chat.command(ENGINEER, "channel", chat.desk)


async def dismissed(chat: Chat, text: str = "Happy new year from all of us at Acme, enjoy the holidays") -> Json:
    message = await sent(chat, text)
    await chat.press(ENGINEER, await chat.card(), "dismiss")
    await chat.settled()
    return message


async def test_not_a_ticket_undoes_it_without_a_trace(auto: Chat) -> None:
    message = await dismissed(auto)
    card = await auto.card()
    assert "is not a ticket" in everything(card)
    assert "ticket.take" not in str(card)
    assert "no open tickets" in await auto.command(ENGINEER, "list open")
    before = await auto.thread(card)
    await auto.advance(24 * 60)
    assert await auto.thread(card) == before, "warned about what is no ticket"
    # What the customer was told is put right in place: no second line.
    thread = await auto.thread(message, auto.customer, CUSTOMER)
    assert len(thread) == 1
    assert "No ticket was opened" in thread[0]
    assert "ticket *#1*" not in thread[0]


async def test_not_a_ticket_leaves_what_was_said_at_the_desk_as_it_was(auto: Chat) -> None:
    await sent(auto, "Happy new year from all of us at Acme, enjoy the holidays")
    card = await auto.card()
    await auto.advance(11)
    before = await auto.thread(card)
    assert any("left" in line for line in before), "a warning"
    await auto.press(ENGINEER, await auto.card(), "dismiss")
    await auto.advance(5)
    assert await auto.thread(card) == before


async def test_what_was_dismissed_can_still_become_a_ticket(auto: Chat) -> None:
    message = await dismissed(auto)
    await auto.react(ENGINEER, message, "ticket", channel=auto.customer)
    assert "Happy new year" in everything(await auto.card(2))


async def test_a_verb_on_what_is_no_ticket_is_refused(auto: Chat) -> None:
    await dismissed(auto)
    for typed in ("take 1", "update 1 hello", "escalate 1 now", "reopen 1 came back", "severity 1 2"):
        assert "not to be a ticket" in await auto.command(ENGINEER, typed)


async def test_not_a_ticket_is_offered_only_for_what_nobody_asked_for_or_sorted(auto: Chat) -> None:
    await sent(auto, "Packet loss to Frankfurt")
    card = await auto.card()
    assert "ticket.dismiss" in str(card)
    await auto.command(ENGINEER, "severity 1 2")
    await auto.settled()
    assert "ticket.dismiss" not in str(await auto.card())
    await auto.command(ENGINEER, "new sev2 Asked for")
    assert "ticket.dismiss" not in str(await auto.card(2))


async def test_a_customer_who_begins_with_the_bots_name_is_taken_in_as_well(auto: Chat) -> None:
    await sent(auto, "@Vigie the portal is down for all of us")
    card = everything(await auto.card())
    assert "#1 the portal is down for all of us" in card
    assert "#2" not in await auto.command(ENGINEER, "list open")
