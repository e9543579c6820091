"""A customer is asked how it went, in their thread, by one press; a question that no longer holds is withdrawn."""

from __future__ import annotations

from tests.scenarios.chat import CUSTOMER, ENGINEER, LEAD, Chat, say
from tests.scenarios.seen import Message, everything

LATER = 4 * 24 * 60  # minutes: an hour later and within opening hours, whatever day it is


async def asked(chat: Chat) -> tuple[Message, Message]:
    """A severity 2 of the customer's is resolved, and its customer asked: their first message, and the question."""
    root = await say(chat, CUSTOMER, "Packet loss to Frankfurt", chat.customer)
    await chat.open_from(ENGINEER, root)
    await chat.command(ENGINEER, "severity 1 2")
    await chat.command(ENGINEER, "resolve 1 replaced the optic")
    await chat.advance(LATER, jump=True)
    return root, await question(chat, root)


async def question(chat: Chat, root: Message) -> Message:
    """The last thing that stands in the customer's thread."""
    return (await chat.below(root, CUSTOMER))[-1]


async def test_not_good_on_a_severity_2_tells_the_lead_and_stands_on_the_ticket(chat: Chat) -> None:
    root, found = await asked(chat)
    assert "How did it go?" in everything(found)
    await chat.press(ENGINEER, found, "rate.good", chat.customer)
    assert await chat.private(ENGINEER, "Only whoever asked for #1", chat.customer)
    await chat.press(CUSTOMER, found, "rate.bad", chat.customer)
    assert "Your answer on #1" in everything(await question(chat, root))
    told = (await chat.below(await chat.card()))[-1]
    assert "is not satisfied with how #1 went" in everything(told)
    assert told.mentions(LEAD)
    await chat.press(CUSTOMER, await question(chat, root), "rate.word", chat.customer)
    await chat.submit(CUSTOMER, score="bad", text="It took days")
    assert any("It took days" in line for line in await chat.thread(await chat.card()))
    assert "Not good: It took days" in everything(await chat.card())
    assert (
        len([m for m in await chat.below(root, CUSTOMER) if "#1" in everything(m) and "answer on" in everything(m)])
        == 1
    )


async def test_opened_again_the_question_is_withdrawn(chat: Chat) -> None:
    root, found = await asked(chat)
    await chat.command(ENGINEER, "reopen 1 came back")
    now = next(m for m in await chat.below(root, CUSTOMER) if m.id == found.id)
    assert "is withdrawn" in everything(now)
    await chat.press(CUSTOMER, found, "rate.good", chat.customer)
    assert await chat.private(CUSTOMER, "open again", chat.customer)
