"""Somebody at the chat page, in a real browser."""

from __future__ import annotations

from playwright.async_api import Page, expect


class Person:
    """Somebody at the chat page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.card = page.locator("#channel [data-testid=message]", has_text="#1 Link down").first
        self.thread = page.get_by_test_id("thread")

    async def open(self, address: str, user: str) -> None:
        """Load the page as `user` and wait until it is live: what is typed before that has nobody to send it."""
        await self.page.goto(f"{address}/local/#as={user}")
        await expect(self.page.locator("body[data-link=live]")).to_be_attached()

    async def become(self, user: str) -> None:
        """Look through the eyes of somebody else, by any of their accounts' ids that the page lists."""
        await self.page.get_by_test_id("person-picker").select_option(user)

    async def type(self, text: str) -> None:
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("composer").press("Enter")

    async def visit(self, channel: str) -> None:
        """Open a channel or chat of the sidebar, by its name."""
        await self.page.locator("#sidebar .channel-link", has_text=channel).click()
        await expect(self.page.locator("#channel header h1")).to_contain_text(channel)

    async def press(self, verb: str) -> None:
        await self.card.locator(f'[data-action-id="ticket.{verb}"]').click()

    async def fill(self, **answers: str) -> None:
        for name, answer in answers.items():
            await self.page.get_by_test_id(f"field-{name}").fill(answer)
        await self.page.get_by_test_id("submit").click()
        await expect(self.page.get_by_test_id("modal")).to_have_count(0)

    async def advance(self, minutes: int) -> None:
        await self.page.get_by_test_id(f"advance-{minutes}").click()
        await expect(self.page.get_by_test_id("moving")).to_be_hidden()
