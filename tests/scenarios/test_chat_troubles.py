"""The chat fails as chats do: nothing is lost, nothing is said twice, what can't be sent is kept and shown."""

from __future__ import annotations

import aiohttp
import pytest

from bot.app import Vigie
from storage.dead_letters import Which, change_dead_letters, find_entries
from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, MANAGER, Chat
from tests.scenarios.seen import everything


@pytest.mark.parametrize(
    ("error", "after_posting"),
    [
        ("ratelimited", False),
        ("http_500", False),
        ("internal_error", False),
        ("disconnect", False),
        ("disconnect", True),
        ("html", False),
        ("empty", True),
        ("half", True),
        ("cut", True),
    ],
)
async def test_a_notice_that_fails_is_tried_again_and_said_once(chat: Chat, error: str, after_posting: bool) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    card = await chat.card()
    await chat.fails("post", error, after_posting=after_posting)
    await chat.command(ENGINEER, "update 1 We are on it")
    await chat.advance(1)
    said = [line for line in await chat.thread(card) if "We are on it" in line]
    assert len(said) == (1 if chat.finds_again or not after_posting else 2)


async def test_a_card_that_could_not_be_posted_appears_once_the_chat_is_back(chat: Chat) -> None:
    await chat.fails("post", "http_500", count=3)
    assert "#1" in await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.advance(2)
    assert "Severity 1" in everything(await chat.card())


async def test_what_can_never_be_sent_is_a_dead_letter_that_is_listed_and_the_ticket_lives_on(
    vigie: Vigie, chat: Chat
) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    card = await chat.card()
    await chat.fails("post", chat.never)
    await chat.command(ENGINEER, "update 1 This one is not delivered")
    await chat.settled()
    assert vigie.desk is not None
    dead = await vigie.desk.database.read(lambda session: find_entries(session, Which(states=("failed",))))
    assert [entry.reason for entry in dead] == [chat.never]
    await chat.command(ENGINEER, "update 1 This one is")
    assert any("This one is" in line for line in await chat.thread(card))
    assert "Update" in everything(await chat.card())


async def test_what_a_customer_did_not_get_is_told_to_whoever_wrote_it_and_follows_once_we_are_back(chat: Chat) -> None:
    bot = chat.bot_of(await chat.look_around())
    await chat.command(ENGINEER, "new sev2 Packet loss", chat.customer)
    await chat.settled()
    await chat.post("invite", channel=chat.customer, user=bot, present=False)
    await chat.command(ENGINEER, "update 1 We are on it")
    await chat.command(ENGINEER, "update 1 Still on it")
    await chat.advance(1)
    told = await chat.alone(ENGINEER)
    assert told.count("The customer of #1 did not get what you wrote") == 2, "in the text and its block, once"
    assert chat.way_back in told
    await chat.post("invite", channel=chat.customer, user=bot)
    await chat.advance(1)
    said = [everything(m) for m in await chat.messages(CUSTOMER, chat.customer)]
    assert [any(words in text for text in said) for words in ("We are on it", "Still on it")] == [True, True]


async def test_a_desk_that_cannot_be_written_to_is_told_to_an_admin_and_its_cards_follow(chat: Chat) -> None:
    bot = chat.bot_of(await chat.look_around())
    await chat.post("invite", channel=chat.desk, user=bot, present=False)
    assert "#1" in await chat.command(ENGINEER, "new sev1 Link down in Sydney", chat.anywhere(ENGINEER))
    await chat.advance(14)
    assert "I cannot write in" in await chat.alone(MANAGER)
    await chat.post("invite", channel=chat.desk, user=bot)
    await chat.advance(2)
    card = await chat.card()
    await chat.command(ENGINEER, "update 1 We are on it")
    assert any("We are on it" in line for line in await chat.thread(card)), "under the card"


async def test_in_an_archived_channel_nothing_is_said_and_whoever_wrote_it_knows(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss", chat.customer)
    await chat.settled()
    await chat.post("archive", channel=chat.customer)
    await chat.command(FRENCH, "maj 1 On s'en occupe")
    await chat.advance(1)
    assert "est archivé" in await chat.alone(FRENCH)


async def test_an_acknowledgement_that_never_arrived_does_not_meet_response(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 VPN down", chat.customer)
    card = await chat.card()
    await chat.post("archive", channel=chat.customer)
    await chat.command(FRENCH, "prendre 1")
    await chat.advance(1)
    assert "n'a pas su qui s'en occupe" in await chat.alone(FRENCH), "whoever gave it is told"
    assert any("response is still open" in line for line in await chat.thread(card)), "and the desk sees it"
    await chat.advance(15)
    assert any("Response" in line and "was due" in line for line in await chat.thread(card))
    await chat.post("archive", channel=chat.customer, archived=False)


async def test_what_is_retried_by_hand_and_arrives_counts_from_then(vigie: Vigie, chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 VPN down", chat.customer)
    await chat.settled()
    await chat.post("archive", channel=chat.customer)
    await chat.command(ENGINEER, "take 1")
    await chat.advance(2)
    assert "Response due" in await chat.command(ENGINEER, "show 1")
    await chat.post("archive", channel=chat.customer, archived=False)
    desk = vigie.desk
    assert desk is not None
    (entry,) = await desk.database.read(lambda session: find_entries(session, Which(states=("failed",))))
    await desk.write(lambda session: change_dead_letters(session, [entry.id], state="pending", now=desk.now()))
    await chat.advance(1)
    said = [everything(m) for m in await chat.messages(CUSTOMER, chat.customer)]
    assert sum("Ana" in text for text in said) == 1
    assert "Response due" not in await chat.command(ENGINEER, "show 1")


async def test_of_each_ticket_all_that_fell_due_while_the_chat_was_away_is_said_in_one(
    vigie: Vigie, chat: Chat, http: aiohttp.ClientSession
) -> None:
    for summary in ("Link down in Sydney", "Link down in Perth"):
        await chat.command(ENGINEER, f"new sev1 {summary}")
    cards = [await chat.card(number) for number in (1, 2)]
    before = [len(await chat.thread(card)) for card in cards]
    await chat.fails("post", "http_503", count=10_000)
    await chat.advance(50)  # response and update are breached, and response was said again
    async with http.get(f"{vigie.address}/readyz") as answer:
        assert answer.status == 200, "nobody is served better by another process: people are answered all the same"
    await chat.fails("post", "http_503", count=0)
    await chat.advance(8)
    for card, known in zip(cards, before, strict=True):
        new = (await chat.thread(card))[known:]
        (said,) = (line for line in new if "due" in line.lower())
        assert "fallen due by now" in said
        assert "response" in said.lower()
        assert "update" in said.lower()
    await chat.command(ENGINEER, "update 1 We are on it")
    await chat.command(ENGINEER, "update 2 We are on it")
    for card in cards:
        assert any("Settled" in line for line in await chat.thread(card))
