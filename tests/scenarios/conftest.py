"""A whole Vigie with its local workspace, on both databases, for stories that only use HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.app import Vigie
from bot.config import Settings
from tests.scenarios.chat import Chat


@pytest.fixture
async def vigie(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Vigie]:
    """A Vigie that runs, with the workspace inside."""
    monkeypatch.chdir(tmp_path)
    running = Vigie(Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0))
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client of its own."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def chat(vigie: Vigie, http: aiohttp.ClientSession) -> Chat:
    """The workspace of that Vigie."""
    chat = Chat(http, vigie.address)
    await chat.look_around()
    return chat
