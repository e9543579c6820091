"""What is edited in the chat reads so at the desk; what is deleted is gone there too."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from bot.app import Vigie
from storage.tables.tickets import BodyRow
from storage.tickets import get_ticket
from tests.scenarios.chat import CUSTOMER, ENGINEER, LEAD, MANAGER, Chat, Json, say
from tests.scenarios.seen import everything


async def ticket_of_customer(chat: Chat) -> tuple[Json, Json]:
    """A ticket made from a customer's message, its card and that message."""
    message = await say(chat, CUSTOMER, "Packet loss to Frankfurt", chat.customer)
    await chat.open_from(ENGINEER, message)
    return await chat.card(), message


async def edit(chat: Chat, user: str, message: Json, text: str, channel: str) -> None:
    done = await chat.post("edit", channel=channel, ts=message["ts"], user=user, text=text)
    assert done["ok"], done


async def delete(chat: Chat, user: str, message: Json, channel: str) -> None:
    done = await chat.post("delete", channel=channel, ts=message["ts"], user=user)
    assert done["ok"], done


async def all_said(chat: Chat) -> str:
    """Everything that anybody can still read, in both channels."""
    await chat.settled()
    found = [*await chat.messages(ENGINEER), *await chat.messages(ENGINEER, chat.customer)]
    return "\n".join(everything(m) for m in found)


async def test_a_corrected_answer_reads_so_under_the_card_once(chat: Chat) -> None:
    card, root = await ticket_of_customer(chat)
    answer = await say(chat, CUSTOMER, "It is port 3", chat.customer, below=root)
    assert any("It is port 3" in line for line in await chat.thread(card))
    await edit(chat, CUSTOMER, answer, "It is port 5, sorry", chat.customer)
    thread = await chat.thread(card)
    assert sum("It is port 5, sorry" in line for line in thread) == 1
    assert not any("port 3" in line for line in thread)


async def test_a_corrected_update_of_an_agent_is_corrected_on_record(chat: Chat, vigie: Vigie) -> None:
    card, root = await ticket_of_customer(chat)
    update = await say(chat, ENGINEER, "We move you to port 3", chat.customer, below=root)
    before = everything(await chat.card())
    await edit(chat, ENGINEER, update, "We move you to port 5", chat.customer)
    corrected = before.replace("port 3", "port 5")
    assert corrected != before, "the card says the last update"
    assert everything(await chat.card()) == corrected, "a correction is no second update"
    assert "port 5" in await texts(vigie)
    assert "port 3" not in await texts(vigie)
    assert card["ts"]


async def texts(vigie: Vigie, number: int = 1) -> str:
    """All free text of a ticket on record."""
    desk = vigie.desk
    assert desk is not None

    def read(session: Session) -> str:
        stored = get_ticket(session, desk.organisation_id, number)
        return "\n".join(session.exec(select(BodyRow.text).where(BodyRow.ticket_id == stored.id)))

    return await desk.database.read(read)


async def test_thanks_that_became_a_question_ask_something(chat: Chat) -> None:
    card, root = await ticket_of_customer(chat)
    await chat.command(ENGINEER, "severity 1 2")
    await chat.command(ENGINEER, "wait 1 send the traceroute")
    answer = await say(chat, CUSTOMER, "Thanks!", chat.customer, below=root)
    assert "paused" in everything(await chat.card())
    await edit(chat, CUSTOMER, answer, "Thanks! Here it is: 3 hops lost", chat.customer)
    assert "paused" not in everything(await chat.card())
    assert any("3 hops lost" in line for line in await chat.thread(card))


async def test_a_corrected_first_message_corrects_the_card_until_somebody_puts_it_in_other_words(chat: Chat) -> None:
    card, message = await ticket_of_customer(chat)
    await edit(chat, CUSTOMER, message, "Packet loss to Frankfurt and Paris\nSince 08:15", chat.customer)
    text = everything(await chat.card())
    assert "#1 Packet loss to Frankfurt and Paris" in text
    assert "Since 08:15" in text
    assert card["ts"]


async def test_what_a_form_made_of_the_message_is_left_as_it_was_put(chat: Chat) -> None:
    message = await say(chat, CUSTOMER, "Packet loss to Frankfurt", chat.customer)
    await chat.post("shortcut", user=ENGINEER, callback_id="ticket.create", channel=chat.customer, ts=message["ts"])
    assert (await chat.submit(ENGINEER, summary="Loss on the FRA link", severity="2"))["ok"]
    await edit(chat, CUSTOMER, message, "Packet loss to Paris", chat.customer)
    assert "#1 Loss on the FRA link" in everything(await chat.card())


@pytest.mark.parametrize("who", ["customer", "agent", "note"])
async def test_a_deleted_message_is_erased_everywhere_and_the_figures_stay(chat: Chat, vigie: Vigie, who: str) -> None:
    card, root = await ticket_of_customer(chat)
    place = {"customer": (CUSTOMER, chat.customer, root), "agent": (ENGINEER, chat.customer, root),
             "note": (ENGINEER, chat.desk, card)}[who]  # fmt: skip
    user, channel, head = place
    message = await say(chat, user, "the password is hunter2", channel, below=head)
    await chat.settled()
    assert "hunter2" in await texts(vigie)
    before = everything(await chat.card())
    await delete(chat, user, message, channel)
    assert "hunter2" not in await all_said(chat)
    assert "hunter2" not in await texts(vigie)
    assert everything(await chat.card()) == before.replace("the password is hunter2", "(erased)")
    if who == "customer":
        assert any("(erased)" in line for line in await chat.thread(card))


async def test_a_deleted_first_message_leaves_a_ticket_without_its_words(chat: Chat, vigie: Vigie) -> None:
    message = await say(chat, CUSTOMER, "the password is hunter2", chat.customer)
    await chat.open_from(ENGINEER, message)
    await chat.card()
    await delete(chat, CUSTOMER, message, chat.customer)
    assert "hunter2" not in await all_said(chat)
    assert "hunter2" not in await texts(vigie)
    assert "#1 (erased)" in everything(await chat.card())
    assert "#1 (erased)" in await chat.command(ENGINEER, "list open")


async def test_an_edit_that_says_the_same_says_nothing(chat: Chat) -> None:
    card, root = await ticket_of_customer(chat)
    answer = await say(chat, CUSTOMER, "It is port 3", chat.customer, below=root)
    before = await chat.thread(card)
    await edit(chat, CUSTOMER, answer, "It is port 3", chat.customer)
    assert await chat.thread(card) == before


async def test_in_a_channel_that_takes_in_a_greeting_corrected_to_a_report_is_a_ticket(chat: Chat) -> None:
    await chat.command(MANAGER, "channel auto", chat.customer)
    message = await say(chat, CUSTOMER, "Good morning", chat.customer)
    assert "no open tickets" in await chat.command(ENGINEER, "list open")
    await edit(chat, CUSTOMER, message, "Good morning, the portal is down", chat.customer)
    assert "the portal is down" in everything(await chat.card())
    await edit(chat, CUSTOMER, message, "Good morning, the portal is slow", chat.customer)
    assert "the portal is slow" in everything(await chat.card())
    assert "#2" not in await chat.command(ENGINEER, "list open")


async def test_files_are_recorded_by_name_and_address(chat: Chat) -> None:
    card, root = await ticket_of_customer(chat)
    done = await chat.post("message", channel=chat.customer, user=CUSTOMER, text="The traceroute",
                           thread_ts=root["ts"], files=["trace 1.txt"])  # fmt: skip
    assert done["ok"], done
    thread = await chat.thread(card)
    assert any("The traceroute\ntrace 1.txt https://" in line for line in thread), thread
    assert not (await chat.post("message", channel=chat.customer, user=CUSTOMER, text="x", files="a"))["ok"]


async def test_what_was_erased_does_not_come_back_with_an_edit(chat: Chat) -> None:
    card, root = await ticket_of_customer(chat)
    message = await say(chat, CUSTOMER, "pasword is hunter2 for it", chat.customer, below=root)
    await chat.settled()
    assert "Erased" in await chat.command(LEAD, "redact 1 hunter2")
    await edit(chat, CUSTOMER, message, "password is hunter2 for it", chat.customer)
    assert not any("hunter2" in line for line in await chat.thread(card))


@pytest.mark.parametrize("verb", ["update", "note"])
async def test_what_was_said_to_the_bot_by_name_follows_its_message(chat: Chat, verb: str) -> None:
    card, root = await ticket_of_customer(chat)
    there = card["ts"]
    message = await say(chat, ENGINEER, f"@Vigie {verb} We moved port 3, pw hunter2", chat.desk, thread_ts=there)
    await chat.settled()
    await edit(chat, ENGINEER, message, f"@Vigie {verb} We moved port 4", chat.desk)
    await chat.settled()
    where = (chat.customer, root) if verb == "update" else (chat.desk, card)
    said = "\n".join(await chat.thread(where[1], where[0]))
    assert "We moved port 4" in said
    await delete(chat, ENGINEER, message, chat.desk)
    await chat.settled()
    said = "\n".join(await chat.thread(where[1], where[0]))
    assert "We moved port" not in said
    assert "hunter2" not in said


async def test_thanks_that_became_a_report_stand_once_and_late_they_open_another_ticket(chat: Chat) -> None:
    card, root = await ticket_of_customer(chat)
    await chat.command(ENGINEER, "resolve 1 done")
    soon = await say(chat, CUSTOMER, "Thanks", chat.customer, below=root)
    await chat.advance(2)
    await edit(chat, CUSTOMER, soon, "Thanks, but it is down again", chat.customer)
    assert sum("down again" in line for line in await chat.thread(card)) == 1
    assert "open" in await chat.command(ENGINEER, "show 1")
    await chat.command(ENGINEER, "resolve 1 done")
    late = await say(chat, CUSTOMER, "Thank you", chat.customer, below=root)
    await chat.advance(9 * 24 * 60, jump=True)
    await edit(chat, CUSTOMER, late, "Thank you, but the portal fails now", chat.customer)
    assert "the portal fails now" in everything(await chat.card(2))
