"""The desk's page beside the chat: what happens in one shows in the other."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.scenarios.chat import ENGINEER, Chat

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_somebody_works_from_the_desks_page_at_night_and_the_chat_shows_it(chat: Chat, page: Page) -> None:
    await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await page.goto(f"{chat.address}/")
    await expect(page.locator(".link")).to_have_text("Live")
    row = page.locator(".row").first
    await expect(row.locator(".due")).to_contain_text("min")
    await expect(row.locator(".due .count")).to_have_class("count near")
    await chat.advance(16)
    await expect(row.locator(".due .count")).to_have_class("count late")

    await row.get_by_role("link").click()
    await page.get_by_role("button", name="Take it").click()
    await expect(page.locator(".said")).to_contain_text("#1 is yours")
    await page.get_by_role("link", name="Update", exact=True).click()
    await page.locator("textarea").first.fill("We see it <b>")
    await page.get_by_role("button", name="Update").click()
    await expect(page.locator(".entry.desk").first).to_contain_text("We see it <b>")
    await chat.settled()
    said = await chat.thread(await chat.card())
    assert any("We see it" in each for each in said)
    assert "Ana Reyes" in str(await chat.card()), "the card says who has it"

    await chat.command(ENGINEER, "note 1 The carrier is on site")
    await expect(page.locator(".entry.note")).to_contain_text("The carrier is on site")
    await page.locator("details.me summary").click()
    await page.get_by_role("button", name="Dark").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.locator("details.me summary").click()
    await page.get_by_role("button", name="French").click()
    await expect(page.locator("#talk")).to_have_text("Ce qui s'est passé")
