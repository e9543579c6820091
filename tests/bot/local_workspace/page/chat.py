"""The chat page in a real browser, as the tests use it: who looks at it, what they type, what they see."""

from __future__ import annotations

from playwright.async_api import ConsoleMessage, Locator, Page, expect

from bot.slack_emulator.workspace_channels import DESK_ID
from bot.slack_emulator.workspace_people import Person
from tests.bot.slack_emulator.fake_bot import Place


class Chat:
    """One tab of the page; `troubles` holds whatever its console or its scripts complained about."""

    def __init__(self, page: Page, place: Place) -> None:
        self.page = page
        self.place = place
        self.troubles: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(message.text)

    async def open(self, person: Person, channel: str = DESK_ID) -> None:
        """Loads the page as `person` and waits until it is live."""
        await self.page.goto(str(self.place.server.make_url("/local/")) + f"#as={person.id}&in={channel}")
        await expect(self.page.locator("body[data-link=live]")).to_be_attached()
        await expect(self.by("person-picker")).to_have_value(person.id)

    def by(self, test_id: str) -> Locator:
        """Whatever carries this test id."""
        return self.page.get_by_test_id(test_id)

    def channel(self) -> Locator:
        """The messages of the open channel."""
        return self.page.locator("#channel [data-testid=message]")

    def thread(self) -> Locator:
        """The messages of the open thread."""
        return self.by("thread").get_by_test_id("message")

    def message(self, ts: str) -> Locator:
        """One message of the open channel."""
        return self.page.locator(f'#channel [data-testid=message][data-ts="{ts}"]')

    async def type(self, text: str, box: str = "composer") -> None:
        """Types into a composer and presses Enter."""
        await self.by(box).fill(text)
        await self.by(box).press("Enter")
