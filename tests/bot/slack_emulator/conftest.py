"""The local workspace with a fake bot, for every test of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.bot.slack_emulator.fake_bot import Place


@pytest.fixture
async def lonely() -> AsyncIterator[Place]:
    """A workspace that no bot has joined."""
    async with Place(":memory:", own_events=False) as place:
        yield place


@pytest.fixture
async def place(lonely: Place) -> Place:
    """A workspace that the fake bot has joined."""
    await lonely.join()
    return lonely
