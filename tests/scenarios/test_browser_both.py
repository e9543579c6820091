"""One desk in Slack and in Teams, by hand: a real browser on the chat page of a real Vigie."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios.at_the_page import Person
from tests.scenarios.chat import ENGINEER, FRENCH, MANAGER
from tests.waiting import LONGEST_SECONDS

SLACK, TEAMS = "support-desk", "support"
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
