"""The tenant with a fake bot, for every test of this folder."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.stand_in.ground import Ground
from bot.teams_emulator.workspace import Workspace
from tests.bot.teams_emulator.fake_bot import Place


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tenant in which nothing has happened: making a key takes longer than most tests."""
    path = tmp_path_factory.mktemp("tenant") / "blank.db"
    Workspace(Ground(path)).record.close()
    return path


@pytest.fixture
async def lonely(blank: Path, tmp_path: Path) -> AsyncIterator[Place]:
    """A tenant that no bot has joined."""
    shutil.copy(blank, tmp_path / "tenant.db")
    async with Place(tmp_path / "tenant.db") as place:
        yield place


@pytest.fixture
async def place(lonely: Place) -> Place:
    """A tenant that the fake bot has joined."""
    await lonely.join()
    return lonely
