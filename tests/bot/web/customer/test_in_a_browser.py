"""A customer's own page in a real browser, for whoever sees or moves otherwise."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from bot.desk.runtime import DeskRuntime
from tests.accessibility import faults
from tests.bot.web.customer.test_page import client, link_for
from tests.bot.web.seen import Client
from tests.bot.web.test_ticket_page import a_story

pytestmark = pytest.mark.slow
__all__ = ["client"]


@pytest.mark.parametrize("seen", [("light", 1280), ("dark", 390)])
async def test_a_checker_of_pages_has_nothing_against_it(
    client: Client, desk: DeskRuntime, browser: Browser, seen: tuple[str, int]
) -> None:
    theme, width = seen
    await a_story(desk)
    context = await browser.new_context(
        color_scheme="dark" if theme == "dark" else "light", viewport={"width": width, "height": 900}, bypass_csp=True
    )
    page = await context.new_page()
    await page.goto(str(client.make_url(link_for(desk))))
    assert await faults(page) == []
    await page.locator("details:has(form) > summary").click()
    await page.locator("#summary").fill(" ")
    await page.locator("form button").click()
    await page.wait_for_load_state()
    assert await faults(page) == [], "also where something is wrong with what was typed"
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    await context.close()
