"""Bad input gets one private sentence that says what is wrong and what to type instead; nothing is created by half."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, HEAD, MANAGER, Chat
from tests.scenarios.seen import everything

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

REFUSED = [
    ("tkae 1", "Did you mean"),
    ("qwertz", "help"),
    ("take", "take 42"),
    ("take 4x", "take 42"),
    ("take 999", "#999"),
    ("new sev1", "new sev1 Link down"),
    ("new sev4 Link down", "1 (service loss)"),
    ("new provisioning sev2 New port", "no severity"),
    ("new sev2 provisioning New port", "no severity"),
    ("note 1 " + "x" * 10_000, "10000"),
    ("promise 1 at yesterday", "16:30"),
    ("severity 1 4 because", "1 (service loss)"),
    ("reopen 1 came back", "not resolved"),
    ("wait 1 until 25:99 x", "16:30"),
]


@SQLITE
async def test_what_cannot_be_done_is_said_privately_in_one_message(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping")
    for text, hint in REFUSED:
        said = await chat.command(ENGINEER, text)
        assert hint in said, (text, said)
    await chat.settled()
    assert "#2" not in "".join(everything(m) for m in await chat.messages(MANAGER))
    assert "Ticket #2" in await chat.command(ENGINEER, "new sev3 The next one")


@SQLITE
@pytest.mark.parametrize(
    "typed",
    ["<!channel> <@U0ANAREYES1> <!subteam^S0NETOPSGR1>", "<http://x|y>", "*bold* _it_ ~s~ `code`", "a & b &amp; c",
     ":fire: \U0001f525 e\u0301", "\u05e7\u05d5 \u05d4\u05e9\u05e8\u05ea", "tab\there"],
)  # fmt: skip
async def test_what_people_type_is_shown_as_typed_and_pings_nobody(chat: Chat, typed: str) -> None:
    await chat.command(ENGINEER, f"new sev3 {typed}")  # a severity 2 names somebody, and rightly
    await chat.command(ENGINEER, f"update 1 {typed}")
    await chat.command(ENGINEER, f"note 1 {typed}")
    listed = await chat.command(ENGINEER, "list open")
    card = await chat.card()
    shown = " ".join(typed.split())
    assert shown in everything(card).replace("&lt;", "<").replace("&gt;", ">").replace(
        "&amp;", "&"
    ) or shown in everything(card)
    assert shown in listed
    for message in await chat.messages(ENGINEER):
        assert not message.get("pings"), message


@SQLITE
async def test_a_summary_without_its_control_characters_is_still_a_ticket(chat: Chat) -> None:
    assert "#1" in await chat.command(ENGINEER, "new sev3 Link\u0007 down \u202etxet")
    assert "Link down txet" in everything(await chat.card())


@SQLITE
async def test_the_french_engineer_is_answered_in_french_while_the_card_speaks_the_desks_language(chat: Chat) -> None:
    said = await chat.command(FRENCH, "nouveau sev2 Perte de paquets")
    assert "ouvert" in said
    assert "Severity 2" in everything(await chat.card())
    assert "Tapez" in await chat.command(FRENCH, "prendre")


@SQLITE
async def test_a_second_manager_within_a_minute_endorses_and_does_not_climb(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    card = await chat.card()
    await chat.react(MANAGER, card, "rotating_light")
    await chat.react(HEAD, card, "rotating_light")
    text = everything(await chat.card())
    assert "Level 1" in text
    assert "Level 2" not in text


@SQLITE
async def test_a_reaction_taken_off_within_two_minutes_undoes_what_it_did(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    card = await chat.card()
    for user, name, done in (
        (MANAGER, "rotating_light", "Level 1"),
        (FRENCH, "eyes", "Benoît Girard"),
        (ENGINEER, "white_check_mark", "resolved"),
    ):
        await chat.react(user, card, name)
        assert done in everything(await chat.card())
        await chat.react(user, card, name, present=False)
        assert done not in everything(await chat.card())


@SQLITE
async def test_a_reaction_that_is_refused_suggests_what_to_type_for_that_ticket(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev3 The first")
    await chat.command(ENGINEER, "new sev3 The second")
    await chat.command(ENGINEER, "resolve 2 done")
    await chat.react(ENGINEER, await chat.card(2), "eyes")
    await chat.settled()
    assert "reopen 2 came back" in "".join(everything(m) for m in await chat.messages(ENGINEER))


@SQLITE
async def test_a_customer_never_sees_what_is_internal_and_thanks_do_not_end_a_wait(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping", chat.customer)
    await chat.settled()
    root = next(m for m in await chat.messages(CUSTOMER, chat.customer) if "#1" in everything(m) and not m.only_for)
    await chat.command(ENGINEER, "note 1 the customer is wrong")
    await chat.command(ENGINEER, "wait 1 they never answer")
    await chat.post("message", channel=chat.customer, user=CUSTOMER, text="Thanks!", thread_ts=root["ts"])
    assert "waiting" in everything(await chat.card())
    await chat.post("message", channel=chat.customer, user=CUSTOMER, text="It is port 7", thread_ts=root["ts"])
    assert "waiting" not in everything(await chat.card())
    seen = "\n".join(everything(m) for m in await chat.messages(CUSTOMER, chat.customer))
    assert "wrong" not in seen
    assert "never answer" not in seen
    await chat.react(CUSTOMER, root, "white_check_mark", channel=chat.customer)
    assert "resolved" not in everything(await chat.card())


@SQLITE
async def test_after_an_outage_each_ticket_gets_one_catch_up_and_no_flood(chat: Chat) -> None:
    for number in (1, 2):
        await chat.command(ENGINEER, f"new sev1 Link {number} down")
    cards = [await chat.card(number) for number in (1, 2)]
    await chat.advance(60 * 9, jump=True)
    await chat.settled()
    for card in cards:
        naming, catch_up = await chat.thread(card)
        assert "is waiting" in naming
        assert "fallen due" in catch_up
