"""@Vigie in channels and threads: every verb, answered privately; beside a customer only two of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.slack_emulator.workspace_people import CARLA, PEOPLE
from tests.scenarios.chat import CHIEF, CUSTOMER, ENGINEER, FRENCH, Chat, say
from tests.scenarios.seen import Message, everything


async def mention(
    chat: Chat, user: str, words: str, channel: str, thread: Message | None = None
) -> tuple[Message, str]:
    """Say it to the bot; answers the message, and what only that person was told."""
    more = {} if thread is None else {"thread_ts": thread["ts"]}
    before = {m["ts"] for m in await chat.messages(user, channel)}
    message = await say(chat, user, f"@Vigie {words}", channel, **more)
    await chat.settled()
    new = [m for m in await chat.messages(user, channel) if m["ts"] not in before and m.only_for == user]
    assert all(m.below == message.below for m in new), "answered elsewhere"
    return message, "\n".join(everything(m) for m in new)


async def test_a_ticket_is_opened_by_mention_and_the_answer_is_private(chat: Chat) -> None:
    _, told = await mention(chat, ENGINEER, "new sev1 Link down in Sydney", chat.desk)
    assert "Ticket #1 is open" in told
    assert "Severity 1" in everything(await chat.card())
    assert not [m for m in await chat.messages(FRENCH) if "Ticket #1 is open" in everything(m)]
    assert "#2" not in await chat.command(ENGINEER, "list open")


async def test_a_customer_who_asks_for_help_reads_what_it_does_for_them(chat: Chat) -> None:
    _, told = await mention(chat, CUSTOMER, "help", chat.customer)
    assert "tell the desk" in told
    assert "tell the customer" not in told
    assert "takes" not in told, "a reaction of theirs takes nothing"
    _, told = await mention(chat, ENGINEER, "help more", chat.customer)
    assert "takes" in told


async def test_under_the_card_every_verb_works_without_a_number(chat: Chat) -> None:
    await mention(chat, ENGINEER, "new sev1 Link down in Sydney", chat.desk)
    card = await chat.card()
    _, told = await mention(chat, ENGINEER, "take", chat.desk, card)
    assert "#1 is yours" in told
    _, told = await mention(chat, ENGINEER, "update We see it", chat.desk, card)
    assert "update on #1 was given" in told
    _, told = await mention(chat, ENGINEER, "wait for the traceroute", chat.desk, card)
    assert "#1 is waiting" in told
    assert "waiting" in everything(await chat.card())
    _, told = await mention(chat, ENGINEER, "show", chat.desk, card)
    assert "Link down in Sydney" in told
    _, told = await mention(chat, FRENCH, "pourquoi", chat.desk, card)
    assert "Réponse" in told
    thread = await chat.thread(card)
    assert sum("We see it" in line and "Update on #1" in line for line in thread) == 1
    # What was said to the bot is no note of the desk.
    assert not any("Note by" in line for line in thread)


async def test_what_needs_a_form_offers_it_by_a_button(chat: Chat) -> None:
    await mention(chat, ENGINEER, "new sev1 Link down in Sydney", chat.desk)
    card = await chat.card()
    await mention(chat, ENGINEER, "update", chat.desk, card)
    offered = [m for m in await chat.messages(ENGINEER) if m.only_for == ENGINEER][-1]
    await chat.press(ENGINEER, offered, "update")
    assert (await chat.submit(ENGINEER, text="We are on it"))["ok"]
    assert any("We are on it" in line for line in await chat.thread(card))
    await mention(chat, ENGINEER, "new", chat.desk)
    offered = [m for m in await chat.messages(ENGINEER) if m.only_for == ENGINEER][-1]
    await chat.press(ENGINEER, offered, "new")
    assert (await chat.submit(ENGINEER, summary="Another", severity="3"))["ok"]
    assert "Another" in everything(await chat.card(2))


async def test_an_update_that_starts_like_a_verb_is_asked_about_first(chat: Chat) -> None:
    await mention(chat, ENGINEER, "new sev1 Link down in Sydney", chat.desk)
    card = await chat.card()
    for text in ("note the customer is angry", "sev2 after all", "Resolve it by noon"):
        _, told = await mention(chat, ENGINEER, f"update {text}", chat.desk, card)
        assert "nothing was sent yet" in told
        assert text in told
    assert not any("Update on #1" in line for line in await chat.thread(card))
    offered = [m for m in await chat.messages(ENGINEER) if m.only_for == ENGINEER][-1]
    await chat.press(ENGINEER, offered, "update")
    assert (await chat.submit(ENGINEER))["ok"]
    assert any("Update on #1" in line and "Resolve it by noon" in line for line in await chat.thread(card))


async def opened_for_the_customer(chat: Chat) -> tuple[Message, Message]:
    """A customer's ticket: its card, and the head of the customer's thread."""
    message, _ = await mention(chat, CUSTOMER, "new Portal is slow", chat.customer)
    return await chat.card(), message


async def test_a_customer_opens_a_ticket_by_mention_in_their_own_thread(chat: Chat) -> None:
    card, root = await opened_for_the_customer(chat)
    assert chat.customers_name in everything(card)
    assert any("#1" in line for line in await chat.thread(root, chat.customer, CUSTOMER))


async def test_in_the_customers_thread_an_update_is_recorded_and_not_repeated(chat: Chat) -> None:
    card, root = await opened_for_the_customer(chat)
    _, told = await mention(chat, ENGINEER, "update We see it", chat.customer, root)
    assert "as an update" in told
    assert "#1" in told
    assert sum("We see it" in line for line in await chat.thread(root, chat.customer, CUSTOMER)) == 1
    assert "Response* met" in everything(await chat.card())
    _, told = await mention(chat, CUSTOMER, "update Still slow", chat.customer, root)
    assert any("Still slow" in line for line in await chat.thread(card))


@pytest.mark.parametrize("words", ["note they are angry", "resolve", "severity 1", "show", "what is this", ""])
async def test_in_the_customers_thread_any_other_verb_is_answered_with_the_cards_link(chat: Chat, words: str) -> None:
    card, root = await opened_for_the_customer(chat)
    before = everything(card)
    _, told = await mention(chat, ENGINEER, words, chat.customer, root)
    assert "nothing was done" in told
    shown = [m for m in await chat.messages(ENGINEER, chat.customer) if m.only_for == ENGINEER][-1]
    assert shown.leads_to(card)
    assert everything(await chat.card()) == before


async def test_a_customers_words_to_the_bot_are_words_to_the_desk(chat: Chat) -> None:
    card, root = await opened_for_the_customer(chat)
    await mention(chat, CUSTOMER, "it got worse, please help", chat.customer, root)
    assert any("it got worse, please help" in line for line in await chat.thread(card))
    _, told = await mention(chat, CUSTOMER, "resolve", chat.customer, root)
    assert "nothing was done" in told
    shown = [m for m in await chat.messages(CUSTOMER, chat.customer) if m.only_for == CUSTOMER][-1]
    assert not shown.carries(chat.desk)


async def test_what_a_customer_says_to_the_bot_is_said_to_the_desk(chat: Chat) -> None:
    _, told = await mention(chat, CUSTOMER, "our link to Lisbon is down, nothing works", chat.customer)
    assert "The desk is told that you wrote here" in told
    assert "@Vigie new" in told
    said = [each for each in await chat.messages(ENGINEER) if ", and it is no ticket" in everything(each)]
    assert len(said) == 1
    _, told = await mention(chat, CUSTOMER, "lost all of Porto now, too", chat.customer)  # no "Did you mean list?"
    assert "The desk is told" in told


async def test_a_customer_asks_for_escalation_by_mention(chat: Chat) -> None:
    card, root = await opened_for_the_customer(chat)
    _, told = await mention(chat, CUSTOMER, "escalate nobody answers", chat.customer, root)
    assert "passed on" in told
    assert any("asks for #1" in line for line in await chat.thread(card))


async def test_what_nobody_asked_of_the_bot_is_left_alone(chat: Chat) -> None:
    _, told = await mention(chat, ENGINEER, "frobnicate 42", chat.desk)
    assert 'no "frobnicate"' in told
    assert "@Vigie help" in told
    message = await say(chat, CHIEF, "Ask @Vigie about it", chat.desk)
    await chat.settled()
    assert not [m for m in await chat.messages(CHIEF) if m.only_for and m["ts"] > message["ts"]]


async def test_a_refusal_is_private_and_says_what_a_customer_can_do_instead(chat: Chat) -> None:
    _, root = await opened_for_the_customer(chat)
    message, _ = await mention(chat, CUSTOMER, "severity 1 2", chat.customer)
    told = [m for m in await chat.messages(CUSTOMER, chat.customer) if m.only_for == CUSTOMER]
    said = [everything(m) for m in told]
    assert any("Only the desk can do that" in one and chat.ways_to_answer[1] in one for one in said)
    assert not [m for m in await chat.messages(ENGINEER, chat.customer) if "Only the desk" in everything(m)]
    assert root["ts"] != message["ts"]


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("words", ["escalate 1 now", "update 1 mine", "show 1", "list open", "why 1"])
async def test_whoever_slack_has_told_nothing_of_yet_is_nobody_of_ours(chat: Chat, words: str, fails: bool) -> None:
    await chat.command(ENGINEER, "new sev2 Internal thing")
    card = await chat.card()
    stranger = replace(CARLA, id="U0STRANGER", handle="stranger", name="Stranger", email="x@other.example.com")
    PEOPLE[stranger.id] = stranger
    try:
        bot = (await chat.look_around())["slack"]["bot_user_id"]
        made = await chat.post("channel", name="ext-other", kind="customer", members=[stranger.id, ENGINEER, bot])
        if fails:
            await chat.post("fault", method="users.info", error="ratelimited", count=50)
        for _ in range(2):
            _, told = await mention(chat, stranger.id, words, made["channel"])
            assert "Internal thing" not in told
        assert not any("Stranger" in line or "asks for" in line for line in await chat.thread(card))
    finally:
        del PEOPLE[stranger.id]


async def test_a_customer_sees_nothing_that_is_the_desks_own_business(chat: Chat) -> None:
    await opened_for_the_customer(chat)
    await chat.command(ENGINEER, "new sev2 Another of ours")
    for words in ("wait 1 they are slow to answer", "link 1 2", "snooze 1 1h", "escalate 1 stuck"):
        await chat.command(ENGINEER, words)
    await mention(chat, CUSTOMER, "show 1", chat.customer)
    shown = [m for m in await chat.messages(CUSTOMER, chat.customer) if m.only_for == CUSTOMER][-1]
    text = everything(shown)
    assert "Portal is slow" in text
    for ours in ("slow to answer", "#2", "held back", "Level 1", "Resolve"):
        assert ours not in text
    assert "Ask for escalation" in text


async def test_on_a_resolved_ticket_a_customer_learns_that_writing_is_enough_and_nobody_meets_silence(
    chat: Chat,
) -> None:
    _, message = await opened_for_the_customer(chat)
    await chat.command(ENGINEER, "resolve 1 done")
    await chat.settled()
    ask = next(
        m for m in await chat.messages(CUSTOMER, chat.customer)
        if any(verb.startswith("escalate") for verb in m.verbs)
    )  # fmt: skip
    await chat.press(CUSTOMER, ask, "escalate", chat.customer)
    done = await chat.submit(CUSTOMER, text="It is still slow")
    assert chat.ways_to_answer[0] in json.dumps(done)
    _, told = await mention(chat, ENGINEER, "update Please check once more", chat.customer, message)
    assert "This ticket is resolved" in told
