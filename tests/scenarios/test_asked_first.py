"""Careless gestures ask before they do harm, whoever loses something is told, and nothing that somebody does is met
with silence."""

from __future__ import annotations

import pytest

from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, HEAD, LEAD, MANAGER, Chat, say
from tests.scenarios.seen import everything
from tests.scenarios.test_private_answers import Ear

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = SQLITE


async def test_eyes_on_somebodys_ticket_ask_first_and_the_button_takes_it_over(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping", chat.customer)
    await chat.command(ENGINEER, "take 1")
    card = await chat.card()
    ear = await Ear.of(chat, FRENCH, chat.desk)
    await chat.react(FRENCH, card, "eyes")
    asked = await ear.heard()
    assert "Ana Reyes" in everything(asked)
    assert asked.buttons == ["Le reprendre", "Voir #1"]
    assert "Benoît" not in everything(await chat.card()), "nothing was done yet"
    await chat.press(FRENCH, asked, "take")
    assert "Benoît Girard" in everything(await chat.card())
    lost = [line for line in await chat.thread(card) if "took this ticket over from you" in line]
    assert len(lost) == 1
    assert f"<@{ENGINEER}>" in lost[0]


@pytest.mark.parametrize(
    ("by", "words"), [(FRENCH, "take 1"), (LEAD, "assign 1 @Benoît Girard"), (LEAD, "assign 1 nobody")]
)
@pytest.mark.parametrize("kind", ["customer", "desk"])  # in the desk's, whoever loses it is its requester, too
async def test_whoever_loses_a_ticket_is_named_once_in_its_thread(chat: Chat, by: str, words: str, kind: str) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping", chat.customer if kind == "customer" else chat.desk)
    await chat.command(ENGINEER, "take 1")
    card = await chat.card()
    before = await chat.thread(card)
    await chat.command(by, words)
    new = (await chat.thread(card))[len(before) :]
    assert sum(f"<@{ENGINEER}>" in line for line in new) == 1, new


async def test_an_endorsement_is_answered_and_an_undo_that_is_not_possible_says_why(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    card = await chat.card()
    await chat.react(MANAGER, card, "rotating_light")
    ear = await Ear.of(chat, HEAD, chat.desk)
    await chat.react(HEAD, card, "rotating_light")
    said = everything(await ear.heard())
    assert "Your endorsement was noted" in said
    assert "#1 stays at level 1, to which Marcus Webb escalated it" in said
    ear = await Ear.of(chat, MANAGER, chat.desk)
    await chat.react(MANAGER, card, "rotating_light", present=False)
    assert "Ingrid" in everything(await ear.heard())
    assert "Level 1" in everything(await chat.card())
    ear = await Ear.of(chat, HEAD, chat.desk)
    await chat.react(HEAD, card, "rotating_light", present=False)
    assert "Marcus Webb reached" in everything(await ear.heard())


@pytest.mark.parametrize(("name", "user", "says"), [
    ("eyes", ENGINEER, "stays yours"), ("white_check_mark", ENGINEER, "stays resolved"),
    ("rotating_light", MANAGER, "stays at level 1"),
])  # fmt: skip
async def test_two_minutes_later_nothing_is_undone_and_that_is_said(
    chat: Chat, name: str, user: str, says: str
) -> None:
    await chat.command(LEAD, "new sev1 Link down")
    card = await chat.card()
    await chat.react(user, card, name)
    await chat.advance(3)
    ear = await Ear.of(chat, user, chat.desk)
    await chat.react(user, card, name, present=False)
    assert says in everything(await ear.heard())


async def test_a_typed_escalate_soon_after_a_climb_asks_first(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.command(ENGINEER, "escalate 1 impact has grown")
    ear = await Ear.of(chat, ENGINEER, chat.desk)
    await chat.command(ENGINEER, "escalate 1 no answer yet")
    asked = await ear.heard()
    assert "Climb to level 2 all the same?" in everything(asked)
    assert "Level 2" not in everything(await chat.card())
    await chat.press(ENGINEER, asked, "escalate")
    card = await chat.card()
    assert "Level 2" in everything(card)
    assert any("no answer yet" in line for line in await chat.thread(card)), "what was written is not lost"
    await chat.press(ENGINEER, asked, "escalate")  # once more, on the same question
    assert "Level 3" not in everything(await chat.card())
    await chat.advance(2)
    await chat.command(ENGINEER, "escalate 1 still none")
    assert "Level 3" in everything(await chat.card())


async def test_the_form_asks_as_well_and_keeps_what_was_written(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.command(LEAD, "escalate 1 impact has grown")
    await chat.press(ENGINEER, await chat.card(), "escalate")
    done = await chat.submit(ENGINEER, text="no answer yet")
    assert done["ok"]
    view = await chat.view(ENGINEER)
    assert "Level 1 was reached" in view.text
    assert view.initial("text") == "no answer yet"
    assert "Level 2" not in everything(await chat.card())
    assert (await chat.submit(ENGINEER))["ok"]
    assert "Level 2" in everything(await chat.card())


async def test_taking_back_twice_says_which_and_asks(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping", chat.customer)
    await chat.card()
    for text in ("The first thing", "The second thing", "The third thing"):
        await chat.command(ENGINEER, f"update 1 {text}")
    assert "The third thing" in await chat.command(ENGINEER, "take-back 1")
    ear = await Ear.of(chat, ENGINEER, chat.desk)
    await chat.command(ENGINEER, "take-back 1")
    asked = await ear.heard()
    assert "The second thing" in everything(asked)
    assert asked.buttons == ["Withdraw this update"]
    ear = await Ear.of(chat, ENGINEER, chat.desk)
    await chat.press(ENGINEER, asked, "take-back")
    assert "The second thing" in everything(await ear.heard())
    await chat.advance(3)
    assert "The first thing" in await chat.command(ENGINEER, "take-back 1")


async def test_what_a_customer_is_refused_names_no_staff_and_shows_the_way(chat: Chat) -> None:
    root = await say(chat, CUSTOMER, "Portal is slow", chat.customer)
    await chat.open_from(ENGINEER, root)
    await chat.card()
    ear = await Ear.of(chat, CUSTOMER, chat.customer)
    await chat.react(CUSTOMER, root, "rotating_light", channel=chat.customer)
    refused = await ear.heard()
    said = everything(refused)
    assert not [name for name in ("Marcus", "Ingrid", "Kenji", "/ticket") if name in said]
    assert refused.buttons[0] == "Ask for escalation"
    await chat.press(CUSTOMER, refused, "escalate", chat.customer)
    done = await chat.submit(CUSTOMER)
    assert done["errors"] == {"reason": "Pick a reason, or write one."} or done["errors"] == {
        "text": "Pick a reason, or write one."
    }
    done = await chat.submit(CUSTOMER, text="We lose orders")
    assert "was passed on to the shift lead and a manager" in chat.shown(done)


async def test_an_engineers_siren_says_what_to_use_instead(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.command(ENGINEER, "new sev1 Switch down")
    card = await chat.card(2)
    ear = await Ear.of(chat, ENGINEER, chat.desk)
    await chat.react(ENGINEER, card, "rotating_light")
    refused = await ear.heard()
    assert "/ticket escalate 2 and the reason" in everything(refused)
    assert refused.buttons == ["Escalate", "Show #2"]
