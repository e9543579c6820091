"""A customer's channel that takes messages in by itself: what becomes a ticket there, and what turns out to be none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, LEAD, MANAGER, Chat, Json, say
from tests.scenarios.seen import Message, everything

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def auto(chat: Chat) -> Chat:
    """A workspace whose customer's channel takes everything in."""
    assert "becomes a ticket" in await chat.command(MANAGER, "channel auto", chat.customer)
    return chat


async def sent(chat: Chat, text: str, user: str = CUSTOMER, **more: Any) -> Message:
    return await say(chat, user, text, chat.customer, **more)


async def test_a_customers_message_becomes_a_ticket_of_that_customer_in_its_own_thread(auto: Chat) -> None:
    message = await sent(auto, "Packet loss to Frankfurt\nAbout 3 %")
    text = everything(await auto.card())
    assert "#1 Packet loss to Frankfurt" in text
    assert "About 3 %" in text
    assert auto.customers_name in text
    assert "not confirmed" in text
    assert auto.name(CUSTOMER) in text
    assert message.at in (await auto.card()).times
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


@SQLITE
async def test_a_message_that_joins_a_ticket_is_shown_there(auto: Chat) -> None:
    first = await sent(auto, "Packet loss to Frankfurt")
    await auto.advance(1)
    await sent(auto, "The portal shows error 500")
    assert any("is part of ticket #1" in line for line in await auto.thread(first, auto.customer, CUSTOMER))


@SQLITE
async def test_a_ticket_that_was_asked_for_swallows_no_other_message(auto: Chat) -> None:
    await sent(auto, "@Vigie new Printers dead")
    await auto.advance(1)
    await sent(auto, "The portal shows error 500")
    assert "The portal shows error 500" in everything(await auto.card(2))


POINTED = ", and it is no ticket"


async def pointed_out(chat: Chat) -> list[Message]:
    await chat.settled()
    return [m for m in await chat.messages(ENGINEER) if POINTED in everything(m)]


@SQLITE
async def test_on_manual_the_desk_gets_one_quiet_line_with_a_button(chat: Chat) -> None:
    await sent(chat, "Our VPN is unreachable")
    [line] = await pointed_out(chat)
    assert chat.name(CUSTOMER) in everything(line)
    assert f"<@{CUSTOMER}>" not in everything(line)
    assert "VPN" not in everything(line)
    await chat.advance(5)
    await sent(chat, "Hello?")
    await sent(chat, "It is still unreachable")
    assert len(await pointed_out(chat)) == 1
    await chat.press(ENGINEER, line, "open-from")
    card = everything(await chat.card())
    assert "#1 Our VPN is unreachable" in card
    assert chat.name(CUSTOMER) in card
    settled = next(m for m in await chat.messages(ENGINEER) if m.id == line.id)
    assert "opened by Ana Reyes" in everything(settled)
    assert settled.buttons == []
    await chat.advance(6)
    await sent(chat, "And the portal is down")
    assert len(await pointed_out(chat)) == 1


@SQLITE
@pytest.mark.parametrize(
    "words", ["nothing works in Oslo", "can you look at our VPN?", "take a look at our VPN, please"]
)
async def test_on_manual_a_customer_who_names_the_bot_to_write_to_the_desk_is_heard(chat: Chat, words: str) -> None:
    await sent(chat, f"@Vigie {words}")
    [line] = await pointed_out(chat)
    assert "@Vigie new" in await chat.private(CUSTOMER, "The desk is told that you wrote here", chat.customer)
    await chat.press(ENGINEER, line, "open-from")
    assert f"#1 {words}" in everything(await chat.card())


@SQLITE
async def test_what_somebody_inside_asks_of_the_bot_in_vain_is_pointed_out_to_nobody(chat: Chat) -> None:
    await sent(chat, "@Vigie nothing works", ENGINEER)
    assert await pointed_out(chat) == []


@SQLITE
@pytest.mark.parametrize(("text", "user"), [("Thanks!", CUSTOMER), ("@Ana Reyes", CUSTOMER), ("Maintenance", ENGINEER)])
async def test_on_manual_nothing_is_pointed_out_that_asks_for_nothing(chat: Chat, text: str, user: str) -> None:
    await sent(chat, text, user)
    assert await pointed_out(chat) == []


@SQLITE
async def test_on_off_nothing_is_pointed_out(chat: Chat) -> None:
    await chat.command(MANAGER, "channel off", chat.customer)
    await sent(chat, "Our VPN is unreachable")
    assert await pointed_out(chat) == []


@SQLITE
async def test_a_customers_reply_in_a_thread_that_is_no_tickets_is_pointed_out(auto: Chat) -> None:
    maintenance = await sent(auto, "Maintenance tonight at 22:00", ENGINEER)
    await sent(auto, "It is down already", below=maintenance)
    assert len(await pointed_out(auto)) == 1


BOT = {"subtype": "bot_message", "user": None, "bot_id": "B0ALERTS1", "username": "Alerts"}


@SQLITE
async def test_a_bots_post_that_is_left_out_is_told_to_the_desk_once(auto: Chat) -> None:
    for text in ("CRITICAL fra-01", "CRITICAL fra-02"):
        await auto.event(**BOT, text=text)
    told = [m for m in await auto.messages(ENGINEER) if "leaves its posts out" in everything(m)]
    assert len(told) == 1
    assert "bots: [B0ALERTS1]" in everything(told[0])
    assert "no open tickets" in await auto.command(ENGINEER, "list open")


@SQLITE
async def test_on_manual_bots_are_none_of_the_desks_business(chat: Chat) -> None:
    await chat.event(**BOT, text="CRITICAL fra-01")
    assert not [m for m in await chat.messages(ENGINEER) if "Alerts" in everything(m)]


STUB = {"id": "F0ACME00001", "mode": "file_access", "file_access": "check_file_info"}
SAID: list[tuple[Json, str]] = [
    ({"text": "", "subtype": "file_share", "files": [STUB]}, "(a file) F0ACME00001"),
    ({"text": "Can you look at this", "attachments": [
        {"is_share": True, "author_name": "Monitoring", "text": "CRITICAL fra-01 packet loss 14 %"}]},
     "Monitoring: CRITICAL fra-01 packet loss 14 %"),
    ({"text": "logs are <https://logs.acme.example/q/8812|here>"}, "logs are here (https://logs.acme.example/q/8812)"),
    ({"text": "is down for all of us", "subtype": "me_message"}, "is down for all of us"),
    ({"text": "", "blocks": [{"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "Portal down"}]}]}]}, "Portal down"),
]  # fmt: skip


@SQLITE
@pytest.mark.parametrize(("event", "says"), SAID)
async def test_whatever_slack_calls_it_what_a_customer_says_becomes_a_ticket(
    auto: Chat, event: Json, says: str
) -> None:
    await auto.event(**event)
    assert says in everything(await auto.card())


@SQLITE
async def test_a_file_without_a_name_ends_a_wait(auto: Chat) -> None:
    root = await sent(auto, "VPN to Frankfurt is down")
    await auto.command(ENGINEER, "severity 1 2")
    await auto.command(ENGINEER, "wait 1 send us the traceroute")
    await auto.advance(10)
    assert "waiting" in everything(await auto.card())
    await auto.event(text="", subtype="file_share", files=[STUB], thread_ts=root["ts"])
    assert "waiting" not in everything(await auto.card())
    assert any("(a file)" in line for line in await auto.thread(await auto.card()))


@SQLITE
async def test_an_agents_reply_through_another_app_counts_as_their_answer(auto: Chat) -> None:
    root = await sent(auto, "VPN to Frankfurt is down")
    await auto.event(text="We see it", user=ENGINEER, bot_id="B0CRM0001", app_id="A0CRM0001", thread_ts=root["ts"])
    assert "*Response* met" in await auto.command(ENGINEER, "why 1 response")


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
    await sent(auto, "Traceroute follows", below=second)
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
    await chat.open_from(ENGINEER, message)
    assert "#1 Packet loss" in everything(await chat.card())


async def test_off_means_not_even_by_reaction_and_whoever_reacts_is_told(chat: Chat) -> None:
    await chat.command(MANAGER, "channel off", chat.customer)
    message = await sent(chat, "Packet loss to Frankfurt")
    await chat.open_from(ENGINEER, message)
    told = [everything(m) for m in await chat.messages(ENGINEER, chat.customer) if m.only_for == ENGINEER]
    assert any("No tickets are opened from messages in this channel" in line for line in told)
    assert "no open tickets" in await chat.command(ENGINEER, "list open")


async def test_only_leads_and_above_set_it_and_everybody_sees_it(chat: Chat) -> None:
    assert "Only" in await chat.command(ENGINEER, "channel auto", chat.customer)
    assert "no customer's channel" in await chat.command(LEAD, "channel auto", chat.desk)
    assert "not a way" in await chat.command(MANAGER, "channel sometimes", chat.customer)
    assert "seul ce qui est demandé" in await chat.command(FRENCH, "canal", chat.customer)
    await chat.command(MANAGER, "channel auto", chat.customer)
    assert "every message of the customer's" in await chat.command(ENGINEER, "channel", chat.desk)


async def dismissed(chat: Chat, text: str = "Happy new year from all of us at Acme, enjoy the holidays") -> Message:
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
    assert "it did not look like a request" in thread[0]
    assert "ticket *#1*" not in thread[0]


async def test_not_a_ticket_settles_what_was_said_at_the_desk_and_says_nothing_more(auto: Chat) -> None:
    await sent(auto, "Happy new year from all of us at Acme, enjoy the holidays")
    card = await auto.card()
    await auto.advance(11)
    before = await auto.thread(card)
    assert any("left" in line for line in before), "a warning"
    await auto.press(ENGINEER, await auto.card(), "dismiss")
    await auto.advance(5)
    after = await auto.thread(card)
    assert len(after) == len(before)
    assert not any("left" in line for line in after)
    assert any("Settled" in line and "no ticket" in line for line in after)


async def test_what_was_dismissed_can_still_become_a_ticket(auto: Chat) -> None:
    message = await dismissed(auto)
    await auto.open_from(ENGINEER, message)
    assert "Happy new year" in everything(await auto.card(2))


async def test_what_is_no_ticket_can_be_looked_at(auto: Chat) -> None:
    await dismissed(auto)
    shown = await auto.command(ENGINEER, "show 1")
    assert "is not a ticket" in shown
    assert "Ana Reyes said that it is no ticket" in shown


async def test_a_verb_on_what_is_no_ticket_is_refused(auto: Chat) -> None:
    await dismissed(auto)
    for typed in ("take 1", "update 1 hello", "escalate 1 now", "reopen 1 came back", "severity 1 2", "resolve 1 done"):
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
