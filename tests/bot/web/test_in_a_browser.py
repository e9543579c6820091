"""The desk's pages in a real browser: they count, follow what happens, and can be used by whoever sees or moves
otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, Route, expect

from bot.desk.runtime import DeskRuntime
from bot.web import live
from tests.accessibility import faults
from tests.bot.web.seen import Client
from tests.bot.web.test_queue_page import opened
from tests.bot.web.test_reports import DAYS, a_month
from tests.bot.web.test_ticket_page import a_story, told
from tests.factories import AGENT
from triage import noting

pytestmark = pytest.mark.slow
PLACES = ("/", "/tickets/1?why=update", "/people", "/escalations", "/delivery", "/policy", "/tickets/9",
          f"/reports?{DAYS}", "/proof?customer=Acme&month=2026-03")  # fmt: skip


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(live, "REST_SECONDS", 0.1)


async def test_the_queue_counts_follows_and_finds_as_one_types(
    client: Client, desk: DeskRuntime, browser: Browser
) -> None:
    await opened(desk, "Fibre down")
    context = await browser.new_context(locale="en-GB")
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    await page.goto(str(client.make_url("/")))
    rows = page.locator(".row")
    await expect(rows).to_have_count(1)
    await expect(page.locator(".link")).to_have_text("Live")
    await opened(desk, "The printer is slow", severity=3)
    await expect(rows).to_have_count(2)
    desk.now.move(timedelta(minutes=20))
    await expect(rows.first.locator(".due")).to_contain_text("late")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("prin")
    await expect(rows).to_have_count(1)
    await expect(page.get_by_role("searchbox")).to_be_focused()
    assert page.url.endswith("/?q=prin")
    await page.keyboard.press("Control+A")
    await page.keyboard.press("Delete")
    await expect(rows).to_have_count(2)
    await page.locator(".what > a").first.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("#2 The printer is slow")
    await context.close()
    assert wrong == []


@pytest.mark.parametrize("seen", [("light", 1280, "en-GB"), ("dark", 390, "fr-FR")])
async def test_a_checker_of_pages_has_nothing_against_them(
    client: Client, desk: DeskRuntime, browser: Browser, seen: tuple[str, int, str]
) -> None:
    theme, width, language = seen
    await a_story(desk)
    await opened(desk, "The printer is slow", severity=3, customer="Acme")
    await a_month(desk, after=2)
    context = await browser.new_context(
        color_scheme="dark" if theme == "dark" else "light", locale=language,
        viewport={"width": width, "height": 900}, bypass_csp=True,
    )  # fmt: skip
    page = await context.new_page()
    for place in PLACES:
        await page.goto(str(client.make_url(place)))
        assert await faults(page) == [], place
        assert await too_wide(page) <= 0, place
    await context.close()


async def test_a_long_delay_fits_on_a_phone(client: Client, desk: DeskRuntime, browser: Browser) -> None:
    await a_story(desk)
    desk.now.move(timedelta(hours=23, minutes=50))
    context = await browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 900}, bypass_csp=True)
    page = await context.new_page()
    for place in ("/", "/tickets/1"):
        await page.goto(str(client.make_url(place)))
        # What readers may ask of a page (WCAG 2.2, 1.4.12), and about as wide as the letters of many phones.
        await page.add_style_tag(content="* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }")
        await expect(page.locator(".next-count").first).to_contain_text("de retard")
        assert await too_wide(page) <= 0, place
    await context.close()


async def too_wide(page: Page) -> int:
    """By how many pixels one would have to scroll sideways."""
    found: int = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


async def test_it_is_of_use_without_a_script(client: Client, desk: DeskRuntime, browser: Browser) -> None:
    await opened(desk, "Fibre down")
    context = await browser.new_context(java_script_enabled=False, locale="en-GB")
    page = await context.new_page()
    await page.goto(str(client.make_url("/")))
    await page.get_by_role("searchbox").fill("fibre")
    await page.get_by_role("button", name="Show").click()
    await page.locator(".what > a").click()
    await page.get_by_role("link", name="Why?").first.click()
    await expect(page.locator(".why-lines")).to_contain_text("Counts from the opening")
    await page.locator("details.me summary").click()
    await page.get_by_role("button", name="French").click()
    await expect(page.locator("html")).to_have_attribute("lang", "fr")
    await context.close()


async def test_a_page_that_was_refused_what_changes_follows_again_once_it_may(
    client: Client, desk: DeskRuntime, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(desk, "Fibre down")
    monkeypatch.setattr(live, "MOST", 0)
    page = await browser.new_page(locale="en-GB")
    await page.goto(str(client.make_url("/")))
    await expect(page.locator(".link")).to_have_class("link is-lost")
    monkeypatch.setattr(live, "MOST", 9)
    await expect(page.locator(".link")).to_have_text("Live", timeout=20_000)
    await opened(desk, "The printer is slow", severity=3)
    await expect(page.locator(".row")).to_have_count(2)
    await page.close()


async def test_a_page_that_failed_once_is_taken_again_and_says_so(
    client: Client, desk: DeskRuntime, browser: Browser
) -> None:
    await opened(desk, "Fibre down")
    page = await browser.new_page(locale="en-GB")
    await page.goto(str(client.make_url("/")))
    await expect(page.locator(".link")).to_have_text("Live")
    failed: list[str] = []

    async def fail_once(route: Route) -> None:
        if failed or not await route.request.header_value("x-part"):
            return await route.continue_()
        failed.append(route.request.url)
        return await route.fulfill(status=500)

    await page.route("**/*", fail_once)
    await opened(desk, "The printer is slow", severity=3)
    await expect(page.locator(".row")).to_have_count(2, timeout=20_000)
    await expect(page.locator(".link")).to_have_text("Live")
    assert failed
    await page.close()


async def test_what_is_focused_and_unfolded_stays_so_where_something_new_stands_above_it(
    client: Client, desk: DeskRuntime, browser: Browser
) -> None:
    await a_story(desk)
    page = await browser.new_page(locale="en-GB")
    await page.goto(str(client.make_url("/tickets/1")))
    await expect(page.locator(".link")).to_have_text("Live")
    long = page.locator("#e1 details")
    await long.locator("summary").click()
    escalate = page.locator("#acts").get_by_role("link", name="Escalate")
    for focused in (long.locator("summary"), escalate):
        await focused.focus()
        count = await page.locator(".entry").count()
        await told(desk, lambda ticket, now: noting.note(ticket, AGENT, now, "one more"), 11 + count)
        await expect(page.locator(".entry")).to_have_count(count + 1)
        await expect(focused).to_be_focused()
        await expect(long).to_have_attribute("open", "")
    await page.locator("#what-if-summary").click()
    await page.locator("#if").press_sequentially("severity 2")
    count = await page.locator(".entry").count()
    await told(desk, lambda ticket, now: noting.note(ticket, AGENT, now, "and more"), 30)
    await expect(page.locator(".entry")).to_have_count(count + 1)
    await expect(page.locator("#if")).to_have_value("severity 2")
    await page.close()


async def test_on_a_phone_what_narrows_the_list_is_folded_away_and_elsewhere_it_is_not(
    client: Client, desk: DeskRuntime, browser: Browser
) -> None:
    await opened(desk, "Fibre down")
    for width, is_shown in ((390, False), (1280, True)):
        context = await browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=False, locale="en-GB"
        )
        page = await context.new_page()
        await page.goto(str(client.make_url("/")))
        assert await page.locator("select[name=severity]").is_visible() is is_shown
        if not is_shown:
            await page.locator("#narrowing-summary").click()
        await page.locator("select[name=severity]").select_option("3")
        await page.get_by_role("button", name="Show", exact=True).click()
        await expect(page.locator("#list")).to_contain_text("Nothing matches")
        await context.close()


async def test_on_paper_it_is_dark_on_light_whatever_the_screen_is_and_nothing_is_cut(
    client: Client, desk: DeskRuntime, browser: Browser
) -> None:
    await a_month(desk)
    context = await browser.new_context(viewport={"width": 718, "height": 1000}, locale="en-GB")  # as wide as A4 is
    await context.add_cookies([{"name": "vigie_theme", "value": "dark", "url": str(client.make_url("/"))}])
    page = await context.new_page()
    for place in (f"/reports?{DAYS}", "/proof?customer=Acme&month=2026-03"):
        await page.goto(str(client.make_url(place)))
        await page.emulate_media(media="print")
        assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light", place
        assert await page.locator(".top").is_hidden()
        cut = await page.evaluate(
            "[...document.querySelectorAll('.wide, .drawn, svg')].filter("
            "(each) => each.scrollWidth > each.clientWidth + 1"
            " || each.getBoundingClientRect().right > innerWidth + 1).length"
        )
        assert cut == 0, place
    await context.close()
