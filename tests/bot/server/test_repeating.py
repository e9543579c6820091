"""Work that is done again and again, and sooner where somebody asks for it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.server import repeating
from bot.server.repeating import Repeating

NEVER = timedelta(days=1)


async def test_who_asks_again_and_again_is_not_put_off_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeating, "CALM", 0.02)
    done, sooner, kept = asyncio.Event(), asyncio.Event(), Repeating()

    async def work() -> None:
        done.set()

    async def ask() -> None:
        while not done.is_set():
            sooner.set()
            await asyncio.sleep(0)

    kept.every(NEVER, work, sooner)
    try:
        await asyncio.wait_for(ask(), 30)
    finally:
        kept.stop()
    assert done.is_set()
