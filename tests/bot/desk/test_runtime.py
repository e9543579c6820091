"""The desk at work while several things happen at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from storage.accounts import Account, save_accounts
from storage.database import Database
from tests.factories import NOW

Answer = TypeVar("Answer")
NEW = Account("slack:U1NEW", "New")


class SlowAtFirst(Database):
    """A database whose first answer is long on its way."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.is_read, self.arrives = asyncio.Event(), asyncio.Event()

    async def read(self, query: Callable[[Session], Answer]) -> Answer:
        answer = await super().read(query)
        if not self.is_read.is_set():
            self.is_read.set()
            await self.arrives.wait()
        return answer


async def test_what_was_read_of_people_before_never_replaces_what_was_read_since(
    desk: DeskRuntime, sqlite_database: str
) -> None:
    slow = SlowAtFirst(sqlite_database)
    other = replace(desk, database=slow)
    first = asyncio.create_task(other.refresh_people())
    await slow.is_read.wait()
    await slow.write(lambda session: save_accounts(session, desk.organisation_id, [NEW], NOW))
    await other.refresh_people()
    assert NEW.key in other.directory.accounts
    slow.arrives.set()
    await first
    assert NEW.key in other.directory.accounts
    slow.close_now()
