"""The database cannot be written to: whoever acts is told so, whoever asks is told why, and the log stays short."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import aiohttp
import psycopg
import pytest
import structlog
from psycopg import errors
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session
from structlog.testing import LogCapture

from bot.app import Vigie
from bot.server.logs import QuietOutage
from bot.server.writable import Writable
from storage.database import Database
from storage.database_outages import is_away, is_unconnected
from tests.scenarios.chat import ENGINEER, Chat


@pytest.fixture
def log() -> Iterator[LogCapture]:
    """What is logged, as the program logs it."""
    kept, before = LogCapture(), structlog.get_config()["processors"]
    structlog.configure(processors=[QuietOutage(), kept])
    yield kept
    structlog.configure(processors=before)


@pytest.fixture
def full(vigie: Vigie, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing can be written."""
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode = sqlite3.SQLITE_FULL

    async def write(*_: object) -> None:
        raise OperationalError("INSERT ...", {}, cause)

    monkeypatch.setattr(Database, "write", write)


@pytest.mark.usefixtures("full")
async def test_each_is_told_in_a_sentence_and_the_log_has_one_line(chat: Chat, vigie: Vigie, log: LogCapture) -> None:
    for _ in range(5):
        assert "nothing was changed. Try again in a minute" in await chat.command(ENGINEER, "new sev1 Link down")
    assert vigie.runner is not None
    vigie.runner.nudge()
    lines = [each for each in log.entries if "exc_info" in each or "away" in str(each["event"])]
    assert [each["event"] for each in lines] == ["the database is away or cannot be written to"]
    assert lines[0]["reason"] == "database or disk is full"


async def test_readyz_says_why(http: aiohttp.ClientSession, vigie: Vigie, request: pytest.FixtureRequest) -> None:
    async with http.get(f"{vigie.address}/readyz") as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True})
    request.getfixturevalue("full")
    writable = Writable(vigie.desk.database if vigie.desk else Database(""))
    assert await writable.trouble() == "the database cannot be written to: database or disk is full"


async def test_a_database_that_can_only_be_read_is_not_ready(database_url: str) -> None:
    database = Database(database_url)

    def only_read(session: Session) -> None:
        how = "PRAGMA query_only = ON" if database.is_sqlite else "SET SESSION default_transaction_read_only = on"
        session.connection().exec_driver_sql(how)

    assert await Writable(database).trouble() is None
    for _ in range(1 if database.is_sqlite else 2):
        await database.write(only_read)
    trouble = await Writable(database).trouble()
    await database.close()
    assert trouble is not None
    assert "read" in trouble


def test_where_the_database_is_stays_in_the_log() -> None:
    assert is_unconnected(OperationalError("", {}, psycopg.OperationalError("connection to server at 10.0.0.7 failed")))
    assert not is_unconnected(OperationalError("", {}, errors.DiskFull()))
    assert not is_unconnected(of_sqlite(sqlite3.SQLITE_FULL))


def of_sqlite(code: int) -> DBAPIError:
    cause = sqlite3.OperationalError("oh")
    cause.sqlite_errorcode = code
    return OperationalError("", {}, cause)


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), True),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), True),
        (of_sqlite(sqlite3.SQLITE_READONLY), True),
        (of_sqlite(sqlite3.SQLITE_ERROR), False),
        (of_sqlite(sqlite3.SQLITE_FULL).orig, True),
        (OperationalError("", {}, psycopg.OperationalError("connection refused")), True),
        (OperationalError("", {}, errors.AdminShutdown()), True),
        (OperationalError("", {}, errors.DiskFull()), True),
        (DBAPIError("", {}, errors.ReadOnlySqlTransaction()), True),
        (DBAPIError("", {}, errors.IdleInTransactionSessionTimeout()), True),
        (OperationalError("", {}, errors.DeadlockDetected()), False),
        (DBAPIError("", {}, errors.UndefinedTable()), False),
        (PoolTimeoutError("no connection in time"), True),
        (RuntimeError("a defect of ours"), False),
        (None, False),
    ],
)
def test_what_is_an_outage_and_what_a_defect(error: Any, away: bool) -> None:
    assert is_away(error) is away


async def test_a_process_whose_clocks_stand_still_is_not_ready(http: aiohttp.ClientSession, vigie: Vigie) -> None:
    assert vigie.runner is not None
    vigie.runner._swept -= 1000  # noqa: SLF001  as if the last sweeps had been missed
    async with http.get(f"{vigie.address}/readyz") as answer:
        assert answer.status == 503
        assert "not been swept" in (await answer.json())["reason"]
