"""The same story by hand: a real browser on the chat page of a real Vigie."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.scenarios.at_the_page import Person
from tests.scenarios.chat import ENGINEER, FRENCH, MANAGER


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_person_can_live_a_ticket_on_the_chat_page(address: str, page: Page) -> None:
    me = Person(page)
    await me.open(address, ENGINEER)
    await me.type("/ticket new sev1 Link down in Sydney")
    await expect(me.card).to_contain_text("Severity 1")
    await expect(me.card).to_contain_text("Restore due")

    await me.press("take")
    await expect(me.card).to_contain_text("Ana Reyes")
    await me.press("update")
    await me.fill(text="We see it & are on it <!channel>")
    await me.card.get_by_test_id("replies").click()
    await expect(me.thread).to_contain_text("We see it & are on it <!channel>")

    await me.advance(15)
    await me.advance(15)
    await expect(me.thread).to_contain_text("breached")
    await expect(me.card).to_contain_text("breached")

    await me.become(FRENCH)
    await me.type("/ticket take")
    await expect(page.locator("#channel [data-ephemeral]").last).to_contain_text("Tapez")

    await me.become(MANAGER)
    await me.card.hover()
    await me.card.get_by_test_id("react-rotating_light").click()
    await expect(me.card).to_contain_text("Level 1")

    await me.become(ENGINEER)
    await me.press("resolve")
    await me.fill(text="Replaced the optic")
    await expect(me.card).to_contain_text("resolved")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_person_works_from_their_own_page(address: str, page: Page) -> None:
    me = Person(page)
    await me.open(address, FRENCH)
    await me.type("/ticket nouveau sev2 Port flapping")
    await expect(page.locator("#channel")).to_contain_text("#1 Port flapping")
    await page.get_by_text("Vigie Home").first.click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("La file du support")
    await home.locator('[data-action-id="ticket.take"]').first.click()
    await expect(home).to_contain_text("Benoît Girard")
    await home.locator('[data-action-id="ticket.update"]').first.click()
    await me.fill(text="On s'en occupe")
    await me.become(MANAGER)
    await expect(home).to_contain_text("The last seven days")
    await home.locator('[data-action-id="ticket.setup.desk"]').click()
    await me.page.get_by_test_id("field-timezone").fill("Asia/Tokyo")
    await me.page.get_by_test_id("submit").click()
    await expect(page.get_by_test_id("modal")).to_contain_text("version 2")
    await page.get_by_test_id("modal-close").click()
    await page.get_by_text("support-desk").first.click()
    await expect(page.locator("#channel header h1")).to_have_text("support-desk")
