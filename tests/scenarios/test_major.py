"""A major incident: one update, shown with its recipients first, reaches everybody's customer; and when it is over each
of them is asked whether service is back for them."""

from __future__ import annotations

from tests.scenarios.chat import CUSTOMER, ENGINEER, LEAD, Chat, say
from tests.scenarios.seen import everything


async def test_what_is_told_of_a_major_incident_reaches_every_customer_and_each_is_asked_at_the_end(
    chat: Chat,
) -> None:
    await chat.command(ENGINEER, "new sev1 Core router in Sydney is down")
    trouble = await say(chat, CUSTOMER, "Nothing works in our Sydney office", chat.customer)
    await chat.open_from(ENGINEER, trouble)
    await chat.settled()
    await chat.command(ENGINEER, "severity 2 1 Same router")
    said = await chat.command(ENGINEER, "major 1 add 2")
    assert "no major incident" in said
    assert "with 1 other ticket" in await chat.command(LEAD, "major 1 2")
    await chat.settled()
    assert "Major incident" in everything(await chat.card(1))
    assert "Part of the major incident" in everything(await chat.card(2))
    await chat.command(ENGINEER, "update 1 We are replacing the router")
    await chat.settled()
    preview = next(
        m for m in reversed(await chat.messages(ENGINEER)) if m.only_for == ENGINEER and "of 2 tickets" in everything(m)
    )
    assert f"Ana Reyes (#1), {chat.customers_name} (#2)" in everything(preview)
    theirs = [m for m in await chat.messages(CUSTOMER, chat.customer) if "replacing the router" in everything(m)]
    assert theirs == [], "nothing is sent before whoever wrote it has seen to whom it goes"
    await chat.press(ENGINEER, preview, "update")
    await chat.settled()
    theirs = [m for m in await chat.messages(CUSTOMER, chat.customer) if "replacing the router" in everything(m)]
    assert len(theirs) == 1
    await chat.press(ENGINEER, preview, "update")
    await chat.settled()
    theirs = [m for m in await chat.messages(CUSTOMER, chat.customer) if "replacing the router" in everything(m)]
    assert len(theirs) == 1, "pressed again it asks again"
    await chat.command(ENGINEER, "resolve 1 The router is replaced")
    await chat.settled()
    asked = next(m for m in await chat.messages(CUSTOMER, chat.customer) if "Is it back for you?" in everything(m))
    await chat.press(CUSTOMER, asked, "is-back", chat.customer)
    await chat.settled()
    assert "resolved" in everything(await chat.card(2)).lower()
    thread = await chat.thread(await chat.card(2))
    assert [each for each in thread if "says that service is back" in each]
    assert not [each for each in thread if "told the customer that it is resolved" in each], "it is they who said so"
