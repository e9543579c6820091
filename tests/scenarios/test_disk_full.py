"""The disk is full, and free again: whoever acts meanwhile is told so, what they were told is true, nothing is lost or
said twice, and no restart is needed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.event import listens_for, remove
from sqlmodel import Session

from bot.app import Vigie
from storage.database import Database
from tests.scenarios.chat import ENGINEER, Chat
from tests.scenarios.seen import everything

AWAY = "My records cannot be reached right now, so nothing was changed"
MORE = 1_073_741_823  # pages


@asynccontextmanager
async def full(database: Database) -> AsyncIterator[None]:
    """Meanwhile the file cannot grow: SQLite answers as it does on a disk that is full."""

    def limit(session: Session, pages: int | None = None) -> None:
        connection = session.connection()
        most = pages or connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    await database.write(limit)
    try:
        yield
    finally:
        await database.write(lambda session: limit(session, MORE))


async def told(chat: Chat, number: int) -> str:
    """Open a ticket; what that command was answered, however many are under way."""
    done = await chat.post(
        "command", channel=chat.desk, user=ENGINEER, text=f"new sev3 Link {number} down", command="/ticket"
    )
    return next(everything(m) for m in await chat.messages(ENGINEER) if m.id == done["ts"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_told_while_the_disk_is_full_is_true(vigie: Vigie, chat: Chat) -> None:
    assert vigie.desk is not None
    assert "#1" in await chat.command(ENGINEER, "new sev1 Link 0 down")
    await chat.settled()
    opened, refused = [0], list[int]()
    async with full(vigie.desk.database):
        while not refused:  # until the room that is left in the file is used up, several at a time
            several = range(max(opened) + 1, max(opened) + 9)
            for n, said in zip(several, await asyncio.gather(*(told(chat, n) for n in several)), strict=True):
                assert AWAY in said or "is open" in said
                (refused if AWAY in said else opened).append(n)
    assert "is open" in await chat.command(ENGINEER, "new sev3 Link 999 down")
    await chat.advance(3)
    cards = [everything(m) for m in await chat.messages(ENGINEER) if not m.below and not m.only_for]
    shown = sorted(int(text.split("Link ")[1].split()[0]) for text in cards if "Link " in text and "#" in text)
    assert shown == sorted([*opened, 999])


async def test_an_answer_that_was_ready_is_not_given_where_the_commit_fails(vigie: Vigie, chat: Chat) -> None:
    """It is made ready while the commit is on its way."""
    assert vigie.desk is not None
    assert "#1" in await chat.command(ENGINEER, "new sev3 Link 1 down")
    await chat.settled()
    engine = vigie.desk.database.engine

    @listens_for(engine, "commit")
    def fail(_: object) -> None:
        raise OSError("the disk is gone")

    said = [await chat.command(ENGINEER, words) for words in ("new sev3 Link 2 down", "take 1")]
    remove(engine, "commit", fail)
    assert [text.split(".")[0] for text in said] == ["Something went wrong and nothing was changed"] * 2
    assert "#2" in await chat.command(ENGINEER, "new sev3 Link 3 down")
