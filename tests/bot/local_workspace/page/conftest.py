"""The chat page with a bot behind it, for every test of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from bot.local_workspace.opening import PAGE
from tests.bot.local_workspace.page.chat import Chat
from tests.bot.slack_emulator.fake_bot import Place


@pytest.fixture
async def lonely() -> AsyncIterator[Place]:
    """A workspace with its page that no bot has joined."""
    async with Place(":memory:", own_events=False, page=PAGE) as place:
        yield place


@pytest.fixture
async def place(lonely: Place) -> Place:
    """A workspace with its page that the fake bot has joined."""
    await lonely.join()
    return lonely


@pytest.fixture
async def chat(page: Page, place: Place) -> AsyncIterator[Chat]:
    """The page with a bot; whatever its console complains about fails the test."""
    chat = Chat(page, place)
    yield chat
    await page.close()
    assert chat.troubles == []
