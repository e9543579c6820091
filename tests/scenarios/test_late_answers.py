"""A customer who writes long after the end opens another ticket, which tells of the first."""

from __future__ import annotations

from bot.app import Vigie
from bot.commands.messages import Message, hear
from tests.scenarios.chat import CUSTOMER, ENGINEER, Chat, say
from tests.scenarios.seen import everything

LATE = 8 * 24 * 60  # minutes: more than five business days, whatever day it is


async def test_a_late_answer_opens_a_linked_ticket_in_the_same_thread(chat: Chat) -> None:
    root = await say(chat, CUSTOMER, "Packet loss to Frankfurt", chat.customer)
    await chat.open_from(ENGINEER, root)
    await chat.command(ENGINEER, "severity 1 2")
    await chat.command(ENGINEER, "resolve 1 replaced the optic")
    first = await chat.card()
    await chat.advance(LATE, jump=True)
    answer = await say(chat, CUSTOMER, "It is back\nsince this morning", chat.customer, below=root)
    second = await chat.card(2)
    text = everything(second)
    assert "#2 It is back" in text
    assert "since this morning" in text
    assert chat.customers_name in text
    assert answer.at in second.times
    assert "resolved" in everything(await chat.card(1))
    assert any("#2 goes on with it" in line for line in await chat.thread(first))
    assert any("goes on with #1" in line for line in await chat.thread(second))
    assert any("#2" in line for line in await chat.thread(root, chat.customer, CUSTOMER))

    await say(chat, CUSTOMER, "All prefixes, in fact", chat.customer, below=root)
    await chat.command(ENGINEER, "update 2 We are on it again")
    assert any("All prefixes, in fact" in line for line in await chat.thread(second))
    assert any("We are on it again" in line for line in await chat.thread(root, chat.customer, CUSTOMER))
    assert "#3" not in await chat.command(ENGINEER, "list open")


async def test_late_thanks_open_nothing(chat: Chat) -> None:
    root = await say(chat, CUSTOMER, "Packet loss to Frankfurt", chat.customer)
    await chat.open_from(ENGINEER, root)
    await chat.command(ENGINEER, "resolve 1 done")
    await chat.advance(LATE, jump=True)
    await say(chat, CUSTOMER, "Thank you!", chat.customer, below=root)
    assert "no open tickets" in await chat.command(ENGINEER, "list open")


async def test_a_late_answer_to_a_late_answer_goes_on_from_the_last(chat: Chat) -> None:
    root = await say(chat, CUSTOMER, "Packet loss to Frankfurt", chat.customer)
    await chat.open_from(ENGINEER, root)
    for number in (1, 2):
        await chat.command(ENGINEER, f"resolve {number} done")
        await chat.advance(LATE, jump=True)
        await say(chat, CUSTOMER, f"Back again, time {number}", chat.customer, below=root)
        assert f"time {number}" in everything(await chat.card(number + 1))
    assert any("goes on with #2" in line for line in await chat.thread(await chat.card(3)))


async def test_what_was_written_before_the_resolution_and_heard_after_it_is_for_the_owner_to_judge(
    vigie: Vigie, chat: Chat
) -> None:
    """Delivered again a minute later, as Slack does where nobody answered it."""
    await chat.command(ENGINEER, "new sev2 Link down", chat.customer)
    card = await chat.card()
    (root,) = [m for m in await chat.messages(CUSTOMER, chat.customer) if "#1" in everything(m)]
    await chat.command(ENGINEER, "take 1")
    desk = vigie.desk
    assert desk is not None
    written = desk.now()
    await chat.advance(0.1)
    await chat.command(ENGINEER, "resolve 1 replaced it")
    await chat.advance(1)
    ts = f"{written.timestamp():.6f}"
    late = Message(
        "message:late", f"slack:{CUSTOMER}", f"slack:{chat.customer}", ts, root["ts"], "It is still down", written
    )
    await hear(desk, late, desk.now())
    await chat.settled()
    (asked,) = [m for m in await chat.messages(ENGINEER) if "before #1 was resolved" in everything(m)]
    assert (asked.below, asked.mentions(ENGINEER)) == (card["ts"], True)
    assert "It is still down" in everything(asked)
    await chat.press(ENGINEER, asked, "reopen")
    await chat.submit(ENGINEER, counts="yes")
    await chat.settled()
    assert "is open again" in "".join(everything(m) for m in await chat.messages(CUSTOMER, chat.customer))
