"""What is done from the card and about it: who has a ticket, what it is linked to, what was said and taken back."""

from __future__ import annotations

from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, LEAD, MANAGER, Chat
from tests.scenarios.seen import Message, everything


async def customer_thread(chat: Chat, number: int = 1) -> Message:
    """The message in the customer's channel that carries the ticket's thread."""
    await chat.settled()
    return next(
        m for m in await chat.messages(CUSTOMER, chat.customer)
        if f"#{number}" in everything(m) and not m.only_for and not m.below
    )  # fmt: skip


async def test_whoever_is_assigned_a_ticket_is_told_by_name_and_the_customer_who_it_is(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss", chat.customer)
    root, card = await customer_thread(chat), await chat.card()
    assert "#1 is assigned to Benoît Girard" in await chat.command(ENGINEER, f"assign 1 {chat.at(FRENCH)}: your router")
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
    answer = await chat.command(ENGINEER, f"assign 1 {chat.at(CUSTOMER)}", chat.customer)
    assert "is not one of this desk's people" in answer


async def test_a_group_that_is_handed_the_work_is_pinged_once_and_its_owner_stays(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss")
    await chat.command(ENGINEER, "take 1")
    await chat.card()
    before = {m["ts"] for m in await chat.messages(LEAD)}
    assert "its owner stays" in await chat.command(ENGINEER, "assign 1 @netops the switch please")
    await chat.settled()
    pinged = [m["pings"] for m in await chat.messages(LEAD) if m.get("pings") and m["ts"] not in before]
    assert pinged == [["S0NETOPSGR1"]]
    card = everything(await chat.card())
    assert "Ana Reyes" in card
    assert "S0NETOPSGR1" in card


async def test_tickets_that_were_merged_go_on_as_one_wherever_somebody_writes(chat: Chat) -> None:
    for summary in ("sev2 Packet loss", "sev2 Packets lost"):
        await chat.command(ENGINEER, f"new {summary}", chat.customer)
    first, second = await customer_thread(chat, 1), await customer_thread(chat, 2)
    assert "#2 ended, #1 goes on for both" in await chat.command(ENGINEER, "merge 2 into 1")
    merged = await chat.card(2)
    assert "merged into #1" in everything(merged)
    assert any("goes on there: updates come under #1" in line for line in await chat.thread(second, chat.customer))
    assert any("merged #2 into this ticket" in line for line in await chat.thread(await chat.card(1)))
    assert "#2" in everything(await chat.card(1))
    for text in ("take 2", "update 2 hello", "reopen 2 came back", "resolve 2", "link 2 1", "promise 2 in 1h"):
        assert "goes on as #1" in await chat.command(ENGINEER, text), text
    await chat.react(MANAGER, merged, "rotating_light")
    refusals = [everything(m) for m in await chat.messages(MANAGER) if m.only_for == MANAGER]
    assert any("goes on as #1" in line for line in refusals)
    await chat.press(MANAGER, merged, "show")
    await chat.command(ENGINEER, "wait 1 your traceroute")
    done = await chat.post("message", channel=chat.customer, user=CUSTOMER, text="Here it is", thread_ts=second["ts"])
    assert done["ok"], done
    assert any("Here it is" in line for line in await chat.thread(await chat.card(1)))
    assert "paused" not in everything(await chat.card(1)), "it answers what the other ticket waited for"
    assert not any("Here it is" in line for line in await chat.thread(first, chat.customer))
    await chat.press(CUSTOMER, second, "escalate", chat.customer)
    assert (await chat.submit(CUSTOMER, reason="slow"))["ok"], "a customer need not know that it was merged"
    assert any("asks for #1" in line for line in await chat.thread(await chat.card(1)))
    assert "Erased in" in await chat.command(LEAD, "redact 2 lost"), "what is to be erased is erased where it stands"
    assert "lost" not in everything(await chat.card(2))


async def test_tickets_of_different_customers_are_linked_and_never_merged(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss", chat.customer)
    await chat.command(ENGINEER, "new sev2 Packet loss inside")
    assert "Link them: /ticket link 1 2" in await chat.command(ENGINEER, "merge 1 2")
    assert "linked" in await chat.command(ENGINEER, "link 1 2")
    assert "Linked" in everything(await chat.card(1))
    assert any("linked #1" in line for line in await chat.thread(await chat.card(2)))


async def test_a_snooze_holds_a_warning_back_and_no_breach(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss")
    await chat.command(ENGINEER, "update 1 on it")
    assert "held back until" in await chat.command(ENGINEER, "snooze 1 50 min")
    card = await chat.card()
    assert "held back" in everything(card)
    await chat.advance(48)
    assert not any("left" in line for line in await chat.thread(card))
    await chat.advance(4)
    assert any("left" in line for line in await chat.thread(card))
    await chat.command(ENGINEER, "snooze 1 5h")
    await chat.advance(15)
    assert any("breached" in line for line in await chat.thread(card))


async def test_a_person_is_picked_in_the_form(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss")
    await chat.open_form(ENGINEER, "assign 1")
    done = await chat.submit(ENGINEER, who=CUSTOMER)
    assert "desk" in done["errors"]["who"], done
    assert (await chat.submit(ENGINEER, who=MANAGER))["ok"]
    assert "Marcus Webb" in everything(await chat.card())


async def test_an_update_is_corrected_in_place_and_taken_back_with_all_that_it_met(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss", chat.customer)
    root = await customer_thread(chat)
    await chat.command(ENGINEER, "update 1 We changed the rooter")
    before = await chat.thread(root, chat.customer, CUSTOMER)
    assert "the customer sees that it was edited" in await chat.command(ENGINEER, "edit 1 We changed the router")
    thread = await chat.thread(root, chat.customer, CUSTOMER)
    assert len(thread) == len(before)
    assert "We changed the router" in thread[-1]
    assert "(edited)" in thread[-1]
    assert "rooter" not in "".join(thread)
    assert "Seul son auteur" in await chat.command(FRENCH, "corriger 1 Pas le mien")
    assert "Response" in everything(await chat.card())
    assert "met" in everything(await chat.card())
    assert "was withdrawn" in await chat.command(ENGINEER, "take-back 1")
    thread = await chat.thread(root, chat.customer, CUSTOMER)
    assert len(thread) == len(before)
    assert "Ana Reyes took this update back" in thread[-1]
    assert "router" not in "".join(thread)
    assert "*Response* due" in everything(await chat.card())


async def test_the_answer_to_an_update_offers_to_take_it_back(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss")
    await chat.command(ENGINEER, "update 1 wrong ticket")
    card = await chat.card()
    mine = [m for m in await chat.messages(ENGINEER) if m.only_for == ENGINEER]
    answer = next(m for m in mine if "was given" in everything(m))
    await chat.press(ENGINEER, answer, "take-back")
    assert any("took this update back" in line for line in await chat.thread(card))


async def test_a_password_is_erased_everywhere_at_once_and_every_figure_stays(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Login fails with hunter2", chat.customer)
    root, card = await customer_thread(chat), await chat.card()
    await chat.command(ENGINEER, "update 1 Is HUNTER2 still the password?")
    await chat.command(ENGINEER, "note 1 tried hunter2 myself")
    await chat.command(ENGINEER, "wait 1 tell us if hunter2 works")
    await chat.advance(20)
    assert "shift lead or admins" in await chat.command(ENGINEER, "redact 1 hunter2")
    clocks = [line for line in everything(await chat.card()).split("\n") if line.startswith("*")]
    assert f"Erased in {4 + chat.keeps_refused} texts of #1" in await chat.command(LEAD, "redact 1 hunter2")
    await chat.advance(1)  # many edits are paced
    for place, thread_root in ((chat.customer, root), (chat.desk, card)):
        await chat.settled()
        posted = [
            everything(m).casefold() for m in await chat.messages(LEAD, place)
            if not m.only_for and m["ts"] >= thread_root["ts"]
        ]  # fmt: skip
        assert not [text for text in posted if "hunter2" in text], place
        assert any("█" in text for text in posted), place
    assert [line for line in everything(await chat.card()).split("\n") if line.startswith("*")] == clocks
    assert "hunter2" not in await chat.command(ENGINEER, "list open")
    await chat.open_form(LEAD, "redact 1")
    assert (await chat.submit(LEAD, which="all"))["ok"]
    await chat.advance(1)
    assert "(erased)" in everything(await chat.card())


async def test_everything_is_within_reach_of_the_cards_menu(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss")
    await chat.choose(ENGINEER, await chat.card(), "assign")
    assert (await chat.submit(ENGINEER, who=FRENCH))["ok"]
    assert "Benoît Girard" in everything(await chat.card())
    await chat.choose(FRENCH, await chat.card(), "note")
    assert (await chat.view(FRENCH)).title == "Note sur #1"
    assert (await chat.submit(FRENCH, text="Le commutateur chauffe"))["ok"]
    assert any("Le commutateur chauffe" in line for line in await chat.thread(await chat.card()))
    await chat.choose(FRENCH, await chat.card(), "more")
    assert (await chat.view(FRENCH)).title == "Plus sur #1"
    assert (await chat.submit(FRENCH, what="reported"))["ok"]
    assert (await chat.view(FRENCH)).title == "Signalement #1"
    await chat.choose(ENGINEER, await chat.card(), "more")
    assert (await chat.submit(ENGINEER, what="why"))["ok"]
    assert "Target: 15m, around the clock" in everything(await chat.view(ENGINEER))


async def test_a_button_that_is_out_of_date_is_answered_privately_and_loses_nothing(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss")
    card = await chat.card()
    await chat.advance(11)
    warning = next(m for m in await chat.messages(ENGINEER) if "left" in everything(m) and m["ts"] != card["ts"])
    await chat.command(MANAGER, "take 1")
    await chat.press(ENGINEER, warning, "take")
    assert "Marcus Webb has #1 since" in await chat.private(ENGINEER, "since")
    assert "Marcus Webb" in everything(await chat.card())


async def test_take_it_back_means_the_update_that_it_stands_under(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Acme thing", chat.customer)
    await chat.command(ENGINEER, "update 1 The wrong one")
    first = [m for m in await chat.messages(ENGINEER) if m.only_for and "pdate on #1" in everything(m)][-1]
    await chat.command(ENGINEER, "update 1 The right one")
    await chat.press(ENGINEER, first, "take-back")
    await chat.settled()
    said = "\n".join(everything(m) for m in await chat.messages(CUSTOMER, chat.customer))
    assert "The right one" in said
    assert "The wrong one" not in said
