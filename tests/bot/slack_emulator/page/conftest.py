"""The chat page with a bot behind it, for every test of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from tests.bot.slack_emulator.fake_bot import Place
from tests.bot.slack_emulator.page.chat import Chat


@pytest.fixture
async def chat(page: Page, place: Place) -> AsyncIterator[Chat]:
    """The page with a bot; whatever its console complains about fails the test."""
    chat = Chat(page, place)
    yield chat
    await page.close()
    assert chat.troubles == []
