"""One desk in Slack and in Teams, by hand: a real browser on the chat page of a real Vigie."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.app import Vigie
from bot.server.settings import Settings
from bot.teams_emulator.workspace_people import DANA
from tests.accessibility import faults
from tests.scenarios.at_the_page import Person
from tests.scenarios.chat import ENGINEER, FRENCH, MANAGER
from tests.waiting import LONGEST_SECONDS

SLACK, TEAMS, CUSTOMER, GROUP, ALONE = "support-desk", "support", "fabrikam-support", "Switch-over tonight", "Vigie"
HOSTILE = "Down **now** <b>x</b> <at>Ana Reyes</at> [a](javascript:alert(1)) {{TIME(2026-01-01T00:00:00Z)}}"
SIREN = "1f6a8_policecarrevolvinglight"


@pytest.fixture
async def address(tmp_path: Path, sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A Vigie whose local workspace is one desk in Slack and in Teams."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0)
    running = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=("slack", "teams"))
    await running.start()
    yield running.address
    await running.stop()


class Member(Person):
    """Somebody who is on both platforms."""

    async def visit(self, channel: str) -> None:
        await self.page.locator("#sidebar .channel-link").get_by_text(channel, exact=True).click()
        await expect(self.page.locator("#channel header h1")).to_contain_text(channel)

    def post(self, words: str) -> Locator:
        """Of the messages of the open channel that say this the first."""
        return self.page.locator("#channel [data-testid=message]", has_text=words).first

    def card_of_desk(self) -> Locator:
        """The card of the first ticket."""
        return self.page.locator("#channel [data-part=post]", has_text="Restore due").first

    def only_mine(self) -> Locator:
        """What this person alone sees in the open channel."""
        return self.page.locator("#channel [data-ephemeral]")


async def test_a_ticket_opened_in_slack_is_worked_from_teams(address: str, page: Page) -> None:
    me = Member(page)
    await me.open(address, ENGINEER)
    await expect(page.get_by_test_id("person-picker").locator("option:checked")).to_contain_text("Slack, Teams")
    await me.type("/ticket new sev1 Link down in Sydney")
    await expect(me.card).to_contain_text("Severity 1")

    await me.visit(TEAMS)
    await expect(me.card).to_contain_text("Severity 1")
    await me.press("take")
    await expect(me.card).to_contain_text("Ana Reyes")
    await me.visit(SLACK)
    await expect(me.card).to_contain_text("Ana Reyes")

    await me.advance(15)
    await me.advance(5)
    await me.card.get_by_test_id("replies").click()
    await expect(me.thread).to_contain_text("minutes left")
    await me.visit(TEAMS)
    await expect(page.locator("#channel [data-part=reply]", has_text="minutes left")).to_be_visible()

    await me.become(MANAGER)
    await me.card.hover()
    await me.card.get_by_test_id(f"react-{SIREN}").click()
    await expect(me.card).to_contain_text("Level 1")

    await me.become(FRENCH)
    await me.type("/ticket list")
    await expect(me.only_mine().last).to_contain_text("Vous n'avez aucun ticket ouvert")
    await me.become(ENGINEER)
    await expect(me.only_mine()).to_have_count(0)

    await me.press("resolve")
    await me.fill(text="Replaced the optic")
    await expect(me.card).to_contain_text("resolved")
    await me.visit(SLACK)
    await expect(me.card).to_contain_text("resolved")


@pytest.mark.slow
async def test_a_ticket_is_made_of_a_customers_message_in_teams(address: str, page: Page) -> None:
    me = Member(page)
    await me.open(address, DANA.id)
    await expect(page.get_by_test_id("platform-slack")).to_contain_text("Dana Fox has no account here")
    await me.type("Our portal is slow since noon")
    await expect(me.post("Our portal")).to_contain_text("customer")

    await me.become(ENGINEER)
    await me.visit(CUSTOMER)
    await me.post("Our portal").hover()
    await me.post("Our portal").get_by_test_id("more").click()
    await page.get_by_role("menuitem", name="Create ticket").click()
    await expect(page.get_by_test_id("field-summary")).to_have_value("Our portal is slow since noon")
    await page.get_by_test_id("field-category").select_option("provisioning")
    await page.get_by_test_id("field-severity").select_option("2")
    await page.get_by_test_id("submit").click()
    await expect(page.get_by_test_id("modal")).to_contain_text("Provisioning has no severity")
    await page.get_by_test_id("field-category").select_option("incident")
    await page.get_by_test_id("submit").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await me.visit(TEAMS)
    await expect(me.card_of_desk()).to_contain_text("Our portal is slow since noon")
    await me.visit(SLACK)
    await expect(me.post("Restore due")).to_contain_text("Our portal is slow since noon")


@pytest.mark.slow
async def test_a_link_leads_from_one_platform_to_the_other(address: str, page: Page) -> None:
    me = Member(page)
    await me.open(address, ENGINEER)
    await me.visit(TEAMS)
    await me.type("@Vigie new sev1 Link down")
    await expect(me.card_of_desk()).to_be_visible()
    await me.visit(SLACK)
    await me.post("Restore due").get_by_text("The message").click()
    await expect(page.locator("#channel header h1")).to_contain_text("Contoso IT")
    await expect(page.locator("#channel .lit")).to_contain_text("new sev1 Link down")


@pytest.mark.slow
async def test_what_is_being_answered_survives_what_arrives(address: str, page: Page) -> None:
    me = Member(page)
    await me.open(address, ENGINEER)
    await me.visit(TEAMS)
    await me.type("/ticket new sev1 Link down")
    await me.card_of_desk().hover()
    await me.card_of_desk().get_by_test_id("reply").click()
    await page.get_by_test_id("reply-composer").fill("Half a sen")
    await me.advance(15)
    await expect(me.post("is breached")).to_be_visible()
    await expect(page.get_by_test_id("reply-composer")).to_have_value("Half a sen")
    await page.get_by_test_id("reply-composer").press("Escape")
    await expect(me.card_of_desk()).to_be_focused()


@pytest.mark.slow
async def test_what_people_type_in_teams_is_shown_as_they_typed_it(address: str, page: Page) -> None:
    me = Member(page)
    await me.open(address, ENGINEER)
    await me.visit(TEAMS)
    await me.type(f"@Vigie new sev1 {HOSTILE}")
    await expect(me.card_of_desk()).to_be_visible()
    for post in (me.card_of_desk(), page.locator("#channel [data-part=post][data-user^='29:']").first):
        # What nobody sees keeps Teams from taking it for markup.
        assert HOSTILE in (await post.inner_text()).replace("\u2060", "")
    assert await page.locator("#channel [data-part=post] b, #channel a[href^=javascript]").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
async def test_nothing_of_teams_keeps_anybody_out(address: str, browser: Browser, width: int, scheme: Any) -> None:
    context = await browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = await context.new_page()
    me = Member(page)
    await me.open(address, ENGINEER)
    for channel, typed in ((TEAMS, "/ticket new sev1 Link down"), (GROUP, "@Vigie list open"), (ALONE, "home")):
        if width < 900:
            await page.get_by_role("button", name="Channels").click()
        await me.visit(channel)
        await me.type(typed)
        await expect(page.locator("#channel [data-user^='28:']").last).to_contain_text("#1")
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.locator("#channel .button.primary", has_text="New ticket").click()
    await expect(page.get_by_test_id("modal")).to_be_visible()
    assert await faults(page) == []
    await context.close()
