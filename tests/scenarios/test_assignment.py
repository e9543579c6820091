"""A ticket that nobody has: proposed on its card, or given to somebody who is asked to answer, and to the next if they
do not; and what a group owes that was handed the work."""

from __future__ import annotations

from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, LEAD, MANAGER, Chat, say
from tests.scenarios.seen import Message, everything
from tests.scenarios.test_setup import open_part


async def last_with(chat: Chat, root: Message, words: str) -> Message:
    """The last message below one that says these words."""
    return [message for message in await chat.below(root) if words in everything(message)][-1]


async def by_itself(chat: Chat) -> None:
    """The desk's admin has tickets assigned without anybody's doing."""
    await open_part(chat, MANAGER, "skills")
    done = await chat.submit(MANAGER, assignment="automatic")
    assert done["ok"], done


async def test_whoever_is_asked_and_silent_is_followed_by_the_next_who_takes_it(chat: Chat) -> None:
    await by_itself(chat)
    told = await chat.command(FRENCH, "nouveau sev3 Une petite chose")
    assert "On a demandé à Ana Reyes de le prendre (en poste jusqu'à" in told
    card = await chat.card()
    assert "offered to Ana Reyes (on shift until" in everything(card)
    assert "0 open). Take it by" in (await chat.thread(card))[-1]
    while "offered to Benoît Girard" not in everything(await chat.card()):
        await chat.advance(10)
    said = await chat.thread(card)
    assert any("Not answered: Vigie gave it to Benoît Girard" in text for text in said)
    await chat.press(FRENCH, await last_with(chat, card, "has not answered."), "take")
    card = await chat.card()
    assert "answers by" not in everything(card)
    assert "Benoît Girard" in everything(card)
    before = len(await chat.below(card))
    await chat.advance(12)
    assert len(await chat.below(card)) == before, "nobody else is asked"
    assert "l'a confié à Ana Reyes" in await chat.command(FRENCH, "voir 1")


async def test_of_a_severity_1_the_one_naming_names_whoever_was_chosen(chat: Chat) -> None:
    await by_itself(chat)
    await chat.command(LEAD, "new sev1 A major thing")
    (named,) = await chat.below(await chat.card())
    assert "a severity 1 is waiting" in everything(named)
    assert "(on shift until" in everything(named)
    assert "it goes to the next at" in everything(named)
    await chat.press(ENGINEER, named, "take")
    settled = (await chat.below(await chat.card()))[0]
    assert "Settled: Ana Reyes took it" in everything(settled)


async def test_what_nobody_answers_has_nobody_and_the_lead_is_told_once(chat: Chat) -> None:
    await by_itself(chat)
    await chat.command(ENGINEER, "new sev3 A minor thing")
    card = await chat.card()
    await chat.advance(10 * (3 + len(chat.other_agents)) + 1)
    said = [text for text in await chat.thread(card) if "has nobody. It was offered to" in text]
    assert len(said) == 1
    await chat.advance(60)
    assert len([text for text in await chat.thread(card) if "has nobody. It was offered to" in text]) == 1
    assert "nobody yet" in everything(await chat.card())


async def test_a_proposal_stands_on_the_card_until_somebody_has_the_ticket(chat: Chat) -> None:
    assert "Proposed: Ana Reyes (" in await chat.command(LEAD, "new sev3 A minor thing")
    card = await chat.card()
    assert "Assign to Ana Reyes" in everything(card)
    assert await chat.below(card) == [], "nobody is told of it"
    await chat.press(LEAD, card, "assign")
    card = await chat.card()
    assert "Assign to" not in everything(card)
    assert "Priya Nair assigned this ticket to you" in (await chat.thread(card))[-1]
    assert "Proposed" not in await chat.command(ENGINEER, "show 1")


async def test_the_customer_sees_nothing_of_who_is_asked(chat: Chat) -> None:
    await by_itself(chat)
    await chat.command(MANAGER, "channel auto", chat.customer)
    await say(chat, CUSTOMER, "Our portal is very slow since noon", chat.customer)
    card = await chat.card()
    assert "offered to" in everything(card)
    for message in await chat.messages(CUSTOMER, chat.customer):
        assert "open)" not in everything(message)


async def test_a_group_that_is_silent_is_told_of_until_somebody_of_it_answers(chat: Chat) -> None:
    await chat.command(LEAD, "new sev2 Packet loss")
    await chat.command(LEAD, "take 1")
    await chat.command(LEAD, "assign 1 @netops please look at the core")
    card = await chat.card()
    assert "Acknowledge it by" in (await chat.thread(card))[-1]
    await chat.advance(31)
    said = [text for text in await chat.thread(card) if "has not acknowledged" in text]
    assert len(said) == 1
    await chat.press(ENGINEER, await last_with(chat, card, "hands the work"), "ack")
    assert "Ana Reyes acknowledged it for the group" in (await chat.thread(card))[-1]
    assert [text for text in await chat.thread(card) if "has not acknowledged" in text] == []
    assert "Priya Nair" in everything(await chat.card())
