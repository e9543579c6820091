"""The app's Home: what waits, my tickets, the queue, the week; every row acts, and what changes is shown."""

from __future__ import annotations

import json

import pytest

from storage.typed import ERASED
from tests.scenarios.chat import CUSTOMER, ENGINEER, FRENCH, HEAD, LEAD, MANAGER, Chat
from tests.scenarios.seen import everything

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def seen(chat: Chat, user: str, *words: str) -> str:
    """All text of a person's page, once it says `words`: it is shown a moment after what it shows."""
    text = ""
    for _ in range(100):
        await chat.settled()
        page = await chat.page(user)
        text = everything(page) if page else ""
        if all(word in text for word in words) and page:
            return text
        await chat.advance(1 / 60)
    raise AssertionError((words, text))


async def open_home(chat: Chat, user: str, *words: str) -> str:
    """Open the app."""
    done = await chat.post("open-home", user=user)
    assert done["ok"], done
    return await seen(chat, user, *words)


def plain(text: str) -> str:
    """The text of a page on one line, with nothing that stands out."""
    return " ".join(text.replace("*", "").split())


async def test_an_engineer_sees_their_tickets_and_the_queue_and_works_from_there(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev3 A minor thing")
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.command(LEAD, "new sev2 Port flapping")
    text = await open_home(chat, FRENCH, "Vos tickets", "3 tickets ouverts")
    assert text.index("Link down") < text.index("Port flapping") < text.index("A minor thing"), "the order of work"
    assert (await chat.press_on_page(FRENCH, "take", 3))["ok"]
    text = await seen(chat, FRENCH, "Benoît Girard")
    assert text.index("Port flapping") < text.index("La file"), "it is among their own now"
    assert (await chat.press_on_page(FRENCH, "update", 3))["ok"]
    assert (await chat.submit(FRENCH, text="We are on it"))["ok"]
    assert any("We are on it" in line for line in await chat.thread(await chat.card(3)))
    done = await chat.press_on_page(FRENCH, "show", 2)
    assert "Link down in Sydney" in await chat.told_on_page(FRENCH, done)


async def test_what_others_do_is_shown_to_whoever_looks(chat: Chat) -> None:
    await open_home(chat, LEAD, "The queue is empty")
    await chat.command(ENGINEER, "new sev2 Port flapping")
    await seen(chat, LEAD, "Port flapping", "1 open ticket")
    await chat.command(ENGINEER, "take 1")
    await seen(chat, LEAD, "Ana Reyes")
    await chat.command(ENGINEER, "resolve 1 Replaced the optic")
    await seen(chat, LEAD, "The queue is empty")


async def test_a_manager_sees_what_waits_for_them_and_the_weeks_figures(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.react(HEAD, await chat.card(), "rotating_light")
    text = await open_home(chat, MANAGER, "Waiting for a manager", "nobody has acknowledged it")
    assert "Level 1 (customer support and operations manager)" in text
    assert (await chat.press_on_page(MANAGER, "ack", 1))["ok"]
    text = await seen(chat, MANAGER, "The last seven days")
    for _ in range(50):
        if "nobody has acknowledged it" not in text:
            break
        text = await seen(chat, MANAGER, "The last seven days")
    assert "nobody has acknowledged it" not in text
    await chat.advance(16)
    await chat.command(ENGINEER, "take 1")
    await chat.command(ENGINEER, "resolve 1 Replaced the optic")
    text = await open_home(chat, MANAGER, "0 kept, 1 missed")
    assert "Response 0 kept, 1 missed" in plain(text)
    assert "Restore 1 kept, 0 missed" in plain(text)


@SQLITE
async def test_who_is_no_manager_sees_neither_what_waits_for_one_nor_the_figures(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.react(MANAGER, await chat.card(), "rotating_light")
    text = await open_home(chat, ENGINEER, "Your tickets")
    assert "Waiting for a manager" not in text
    assert "seven days" not in text


@SQLITE
async def test_what_a_customer_asks_for_waits_for_a_manager(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Packet loss", chat.customer)
    await chat.settled()
    receipt = next(m for m in await chat.messages(CUSTOMER, chat.customer) if "ticket" in everything(m))
    await chat.press(CUSTOMER, receipt, "escalate", chat.customer)
    assert (await chat.submit(CUSTOMER, reason="slow"))["ok"]
    await open_home(chat, HEAD, "The customer asks for Level 1")
    asked = next(m for m in await chat.messages(LEAD) if "to be escalated" in everything(m))
    assert asked.buttons == ["Escalate", "Update"]
    await chat.command(MANAGER, "escalate 1 they are right")
    await chat.settled()
    decided = next(m for m in await chat.messages(LEAD) if m.id == asked.id)
    assert "Settled: Marcus Webb escalated it" in everything(decided)
    assert decided.buttons == []


@SQLITE
async def test_a_long_queue_is_turned_page_by_page(chat: Chat) -> None:
    for number in range(1, 26):
        await chat.command(ENGINEER, f"new sev3 Thing {number:02}")
        if number % 5 == 0:
            await chat.advance(0.1)  # as many cards as a channel takes at once
    text = await open_home(chat, LEAD, "25 open tickets", "Thing 01")
    second, third = (f"Thing {page * chat.rows + 1:02}" for page in (1, 2))
    assert second not in text
    assert (await chat.press_on_page(LEAD, "home", value="queue:1"))["ok"]
    text = await seen(chat, LEAD, second)
    assert "Thing 01" not in text
    assert (await chat.press_on_page(LEAD, "home", value="queue:2"))["ok"]
    await seen(chat, LEAD, third)


@SQLITE
async def test_a_refusal_from_a_row_is_shown_to_the_person_alone(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping")
    await open_home(chat, LEAD, "Port flapping")
    before = await chat.page(LEAD)
    await chat.command(ENGINEER, "resolve 1 Done")
    done = await chat.press_on_page(LEAD, "take", 1, page=before)
    assert "resolved" in await chat.told_on_page(LEAD, done)


@SQLITE
async def test_a_newer_page_in_the_way_is_replaced_by_what_is_true_now(chat: Chat) -> None:
    await open_home(chat, LEAD, "The queue is empty")
    await chat.post("fault", method="views.publish", error="hash_conflict", count=1)
    await chat.command(ENGINEER, "new sev2 Port flapping")
    await seen(chat, LEAD, "Port flapping")


@SQLITE
async def test_a_page_that_slack_would_not_take_is_shown_later(chat: Chat) -> None:
    await chat.post("fault", method="views.publish", error="internal_error", count=1)
    await open_home(chat, LEAD, "The queue is empty")


@SQLITE
async def test_a_new_ticket_is_opened_from_there(chat: Chat) -> None:
    await open_home(chat, HEAD, "Your tickets")
    assert (await chat.press_on_page(HEAD, "new"))["ok"]
    assert (await chat.submit(HEAD, summary="Link down in Tokyo", severity="1"))["ok"]
    await seen(chat, HEAD, "Link down in Tokyo")


async def test_the_queue_is_the_same_list_in_chat(chat: Chat) -> None:
    await chat.command(ENGINEER, "new inquiry Which ports are free?")
    await chat.command(ENGINEER, "new sev2 Port flapping")
    await chat.command(ENGINEER, "new provisioning New port in Sydney")
    said = await chat.command(ENGINEER, "queue")
    assert said.index("Port flapping") < said.index("New port") < said.index("Which ports")
    assert "3 tickets dans la file" in await chat.command(FRENCH, "file")


@SQLITE
async def test_an_admin_reaches_the_setup_from_there(chat: Chat) -> None:
    await open_home(chat, MANAGER, "Setup")
    assert (await chat.press_on_page(MANAGER, "setup", value="desk"))["ok"]
    done = await chat.submit(MANAGER, timezone="Asia/Tokyo")
    assert "version 2" in chat.shown(done)
    assert "Desk and hours" not in await open_home(chat, ENGINEER, "Your tickets")


async def test_whoever_is_away_says_so_there_and_that_they_are_back(chat: Chat) -> None:
    await open_home(chat, FRENCH, "disponible")
    assert (await chat.press_on_page(FRENCH, "away"))["ok"]
    assert (await chat.submit(FRENCH, reason="dentiste"))["ok"]
    await seen(chat, FRENCH, "en absence", "Je suis de retour")
    assert (await chat.press_on_page(FRENCH, "back"))["ok"]
    await seen(chat, FRENCH, "disponible", "Je m'absente")


@pytest.mark.parametrize("kind", ["sev3", "inquiry", "provisioning"])
async def test_whatever_a_customer_asks_to_have_escalated_waits_for_a_manager(chat: Chat, kind: str) -> None:
    await chat.command(ENGINEER, f"new {kind} Packet loss", chat.customer)
    await chat.settled()
    receipt = next(m for m in await chat.messages(CUSTOMER, chat.customer) if "ticket" in everything(m))
    await chat.press(CUSTOMER, receipt, "escalate", chat.customer)
    assert (await chat.submit(CUSTOMER, reason="slow"))["ok"]
    await open_home(chat, HEAD, "The customer asks for Level 1")


async def test_what_was_merged_is_one_trouble_in_the_figures(chat: Chat) -> None:
    for _ in range(3):
        await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.command(ENGINEER, "merge 2 into 1")
    await chat.command(ENGINEER, "merge 3 into 1")
    text = await open_home(chat, MANAGER, "The last seven days")
    assert "Opened 1 Resolved 0 " in plain(text)
    assert "kept" not in text


async def test_a_page_that_there_is_no_more_becomes_the_last_that_there_is(chat: Chat) -> None:
    for number in range(1, chat.rows + 3):
        await chat.command(ENGINEER, f"new sev3 Thing {number:02}")
        await chat.advance(0.1)
    await open_home(chat, LEAD, f"{chat.rows + 2} open tickets")
    await chat.press_on_page(LEAD, "home", value="queue:1")
    await seen(chat, LEAD, f"Thing {chat.rows + 1:02}")
    for number in (1, 2):
        await chat.command(ENGINEER, f"take {number}")
        await chat.command(ENGINEER, f"resolve {number} done")
    text = await seen(chat, LEAD, f"{chat.rows} open tickets")
    assert "Thing 03" in text
    assert "empty" not in text


async def test_what_is_erased_goes_from_pages_that_nobody_has_looked_at_for_days(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Login fails with hunter2")
    await open_home(chat, ENGINEER, "hunter2")
    await chat.advance(24 * 60, jump=True)
    assert "Erased" in await chat.command(LEAD, "redact 1 hunter2")
    await seen(chat, ENGINEER, f"Login fails with {ERASED}")
    page = await chat.page(ENGINEER)
    assert "hunter2" not in json.dumps(page)
