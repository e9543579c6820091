"""Signing in with a real browser, which keeps cookies and follows as it does."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.accessibility import faults
from tests.bot.web.sign_in.conftest import Door
from tests.bot.web.test_queue_page import opened

pytestmark = pytest.mark.slow


async def test_somebody_signs_in_on_a_phone_takes_a_ticket_and_goes(door: Door, browser: Browser) -> None:
    await opened(door.desk, "Fibre down")
    context = await browser.new_context(
        locale="fr-FR", color_scheme="dark", viewport={"width": 390, "height": 800}, bypass_csp=True
    )
    page = await context.new_page()
    await page.goto(str(door.client.make_url("/tickets/1")))
    assert await faults(page) == []
    await page.get_by_role("link", name="Se connecter avec Slack").click()
    await expect(page.locator("h1")).to_have_text("#1 Fibre down")
    await page.get_by_role("button", name="Prendre").first.click()
    await expect(page.locator(".said")).to_contain_text("#1")
    await page.locator("details.me summary").click()
    assert await faults(page) == []
    await page.get_by_role("button", name="Se déconnecter", exact=True).click()
    await expect(page.get_by_role("status")).to_have_text("Vous êtes déconnecté.")
    assert await context.cookies() == []
    door.slack.who["https://slack.com/user_id"] = "UREQUESTER"
    await page.get_by_role("link", name="Se connecter avec Slack").click()
    await expect(page.get_by_role("alert")).to_contain_text("aucun rôle dans cette équipe")
    assert await faults(page) == []
    await context.close()
