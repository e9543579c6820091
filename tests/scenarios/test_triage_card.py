"""What is done from the card and about it: who has a ticket, what it is linked to, what was said and taken back."""

from __future__ import annotations

from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, LEAD, MANAGER, Chat, Json, everything


async def customer_thread(chat: Chat, number: int = 1) -> Json:
    """The message in the customer's channel that carries the ticket's thread."""
    await chat.settled()
    return next(
        m for m in await chat.messages(CUSTOMER, chat.customer)
        if f"#{number}" in everything(m) and not m["ephemeral_for"] and m.get("thread_ts") in (None, m["ts"])
    )  # fmt: skip


async def test_whoever_is_assigned_a_ticket_is_told_by_name_and_the_customer_who_it_is(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss", chat.customer)
    root, card = await customer_thread(chat), await chat.card()
    assert "#1 is assigned to Benoît Girard" in await chat.command(ENGINEER, "assign 1 @benoit: your router")
    await chat.settled()
    told = next(m for m in await chat.messages(FRENCH) if "assigned this ticket" in everything(m))
    assert told["pings"] == [FRENCH]
    assert any("your router" in line for line in await chat.thread(card))
    thread = await chat.thread(root, chat.customer, CUSTOMER)
    assert any("Benoît Girard has your ticket" in line for line in thread)
    assert not any("your router" in line for line in thread)
    assert "Benoît Girard" in everything(await chat.card())
    await chat.command(FRENCH, "assigner 1 Ana Reyes")
    assert len(await chat.thread(root, chat.customer, CUSTOMER)) == len(thread), "they know that it is being worked on"
    assert "Only people of the desk" in await chat.command(ENGINEER, "assign 1 @carla", chat.customer)


async def test_a_group_that_is_handed_the_work_is_pinged_once_and_its_owner_stays(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss")
    await chat.command(ENGINEER, "take 1")
    await chat.card()
    assert "its owner stays" in await chat.command(ENGINEER, "assign 1 @netops the switch please")
    await chat.settled()
    pinged = [m["pings"] for m in await chat.messages(LEAD) if m.get("pings")]
    assert pinged == [["S0NETOPSGR1"]]
    card = everything(await chat.card())
    assert "Ana Reyes" in card
    assert "S0NETOPSGR1" in card


async def test_a_person_is_picked_in_the_form(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss")
    assert await chat.command(ENGINEER, "assign 1") == ""
    done = await chat.submit(ENGINEER, who=CUSTOMER)
    assert "desk" in done["errors"]["who"], done
    assert (await chat.submit(ENGINEER, who=MANAGER))["ok"]
    assert "Marcus Webb" in everything(await chat.card())
