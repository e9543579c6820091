"""A ticket from a message that is there already, and from anywhere: the shortcuts."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.scenarios.chat import CHIEF, CUSTOMER, ENGINEER, FRENCH, Chat, Json, say
from tests.scenarios.seen import everything

SAID = "BGP session to AS64500 is down\nSince 08:15 both prefixes are withdrawn <here> & *there*"


async def create(chat: Chat, user: str, message: Json, channel: str) -> Json:
    done = await chat.post("shortcut", user=user, callback_id=chat.on_a_message, channel=channel, ts=message["ts"])
    assert done["ok"], done
    return done


async def test_a_message_becomes_a_ticket_reported_when_it_was_written_and_answered_in_its_thread(chat: Chat) -> None:
    message = await say(chat, CUSTOMER, SAID, chat.customer)
    await chat.advance(20)
    await create(chat, ENGINEER, message, chat.customer)
    view = await chat.view(ENGINEER)
    assert view.initial("summary") == "BGP session to AS64500 is down"
    description = str(view.initial("description"))
    assert description.startswith("Since 08:15 both prefixes are withdrawn <here> & *there*")
    assert "/archives/" not in description, "nobody wrote that"
    assert view.instant("reported_at") == message.at.replace(second=0, microsecond=0)
    assert not view.knows("BGP")

    assert (await chat.submit(ENGINEER, severity="2"))["ok"]
    card = await chat.card()
    text = everything(card)
    assert "Severity 2" in text
    assert chat.name(CUSTOMER) in text
    assert chat.customers_name in text
    assert card.leads_to(message)
    assert "The customer's message" in text
    # 24 hours from the message, not from now.
    assert message.at + timedelta(hours=24) in card.times
    await chat.command(ENGINEER, "update 1 We see it")
    thread = await chat.thread(message, chat.customer, CUSTOMER)
    assert any("#1" in line for line in thread)
    assert any("We see it" in line for line in thread)
    await say(chat, CUSTOMER, "Any news?", chat.customer, below=message)
    assert any("Any news?" in line for line in await chat.thread(card))


async def test_on_a_message_that_has_a_ticket_the_shortcut_shows_it(chat: Chat) -> None:
    message = await say(chat, CUSTOMER, SAID, chat.customer)
    await create(chat, ENGINEER, message, chat.customer)
    assert (await chat.submit(ENGINEER, severity="2"))["ok"]
    await chat.settled()
    await create(chat, FRENCH, message, chat.customer)
    assert await chat.private(FRENCH, "#1 BGP session", chat.customer)
    state = await chat.get("state")
    assert not [v for v in state["views"] if v["user"] == FRENCH]


async def test_two_forms_on_one_message_make_one_ticket(chat: Chat) -> None:
    message = await say(chat, CUSTOMER, SAID, chat.customer)
    await create(chat, ENGINEER, message, chat.customer)
    await create(chat, FRENCH, message, chat.customer)
    assert (await chat.submit(ENGINEER, severity="2"))["ok"]
    refused = await chat.submit(FRENCH, severity="1")
    assert not refused["ok"]
    assert "#1" in refused["errors"]["summary"]
    assert "#2" not in await chat.command(ENGINEER, "list open")


async def test_a_reply_in_a_thread_takes_the_thread_along(chat: Chat) -> None:
    root = await say(chat, CUSTOMER, "Good morning", chat.customer)
    reply = await say(chat, CUSTOMER, "The link is down", chat.customer, below=root)
    await create(chat, ENGINEER, reply, chat.customer)
    assert (await chat.submit(ENGINEER, severity="2"))["ok"]
    assert any("#1" in line for line in await chat.thread(root, chat.customer, CUSTOMER))


async def test_the_global_shortcut_opens_the_form_of_the_desk_and_the_person_is_told(chat: Chat) -> None:
    done = await chat.post("shortcut", user=CHIEF, callback_id="ticket.new")
    assert done["ok"], done
    view = await chat.view(CHIEF)
    assert json.loads(view["private_metadata"]) == {"channel": ""}
    assert (await chat.submit(CHIEF, category="inquiry", summary="How do I order a port?"))["ok"]
    assert "How do I order a port?" in everything(await chat.card())
    # It was opened from no channel: there is none where they would look for the answer but their own.
    channels = (await chat.get("state"))["channels"]
    direct = next(c["id"] for c in channels if c["kind"] == "dm" and CHIEF in c["members"])
    assert any("Ticket #1 is open" in everything(m) for m in await chat.messages(CHIEF, direct))


@pytest.mark.parametrize("text", ["x" * 4000, "*" * 300, "é" * 260, "\n\n  first \nsecond", "a|b>c <@U1|x>"])
async def test_whatever_a_message_says_the_form_opens(chat: Chat, text: str) -> None:
    message = await say(chat, ENGINEER, text, chat.desk)
    await create(chat, ENGINEER, message, chat.desk)
    assert str((await chat.view(ENGINEER)).initial("summary")).strip()
    assert (await chat.submit(ENGINEER, category="incident", severity="3"))["ok"]
    assert "#1" in everything(await chat.card())
