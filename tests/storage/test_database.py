"""Transactions: whole or not at all, one world for each, whoever waits is told the truth."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from threading import Event, Timer
from time import monotonic
from typing import Any

import psycopg
import pytest
from sqlalchemy import String, bindparam, cast, update
from sqlalchemy.event import listens_for, remove
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import Session, select
from sqlmodel.sql.sqltypes import UTCDateTime

from storage.checkpoints import EVERY
from storage.core import add, table
from storage.database import Database, database_url
from storage.database_outages import is_away, may_be_repeated, reason_of
from storage.errors import InDoubtError
from storage.prepared import Prepared
from storage.tables.organisations import OrganisationRow
from tests.factories import NOW, Home, make_home
from tests.waiting import becomes


def found(session: Session) -> list[str]:
    """The keys of all organisations."""
    return sorted(session.exec(select(OrganisationRow.key)))


def make(session: Session, key: str) -> int:
    return add(session, OrganisationRow, key=key, name="", last_number=0, created_at=NOW)


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///vigie.db", "sqlite+pysqlite"),
        ("sqlite+aiosqlite:////var/lib/vigie.db", "sqlite+pysqlite"),
        ("postgres://u@host/vigie", "postgresql+psycopg"),
        ("postgresql://u:p@host:5433/vigie", "postgresql+psycopg"),
        ("postgresql+asyncpg://host/vigie", "postgresql+psycopg"),
    ],
)
def test_every_usual_address_is_accepted(given: str, driver: str) -> None:
    url = database_url(given)
    assert url.drivername == driver
    assert url.database is not None
    assert url.database.endswith(("vigie", "vigie.db"))


async def test_what_a_transaction_answers_is_committed(database: Database) -> None:
    assert await database.write(lambda session: make(session, "a")) == 1
    assert await database.read(found) == ["a"]


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 1, 8, 0, tzinfo=UTC),
        datetime(2026, 3, 1, 8, 0, 59, 7, tzinfo=timezone(timedelta(hours=-5, minutes=-30))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
async def test_a_prepared_statement_writes_an_instant_as_any_other_does(database: Database, at: datetime) -> None:
    query = select(cast(bindparam("at", type_=UTCDateTime()), String))

    def both(session: Session) -> tuple[str, str]:
        ((prepared,),) = Prepared(query).rows(session, {"at": at})
        return prepared, session.execute(query, {"at": at}).scalar_one()

    prepared, usual = await database.read(both)
    assert prepared == usual


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    def spoiled(session: Session) -> None:
        make(session, "a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(spoiled)
    with pytest.raises(ZeroDivisionError):
        database.write_now(spoiled)
    assert await database.read(found) == []


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        await database.read(lambda session: make(session, "a"))
    assert await database.read(found) == []


async def test_a_failing_transaction_spoils_none_that_run_beside_it(database: Database) -> None:
    def each(number: int) -> Callable[[Session], str]:
        def transaction(session: Session) -> str:
            make(session, f"{number:02}")
            if number % 3 == 0:
                raise ValueError(number)
            return f"{number:02}"

        return transaction

    results = await asyncio.gather(*(database.write(each(n)) for n in range(20)), return_exceptions=True)
    kept = [result for result in results if isinstance(result, str)]
    assert len(kept) == 13
    assert await database.read(found) == kept


async def test_nobody_waits_for_those_who_come_while_their_commit_is_made(sqlite_database: str) -> None:
    database = Database(sqlite_database)
    started, go_on, committed = Event(), Event(), Event()

    def hold(session: Session) -> None:
        started.set()
        go_on.wait(5)
        make(session, "first")

    def later(_: Session) -> bool:
        return committed.wait(5)

    first = asyncio.ensure_future(database.write(hold))
    first.add_done_callback(lambda _: committed.set())
    await asyncio.to_thread(started.wait, 5)
    second = asyncio.ensure_future(database.write(later))
    await asyncio.sleep(0)
    go_on.set()
    assert await second, "the first was answered before the second was done"
    assert await database.read(found) == ["first"]
    await database.close()


async def test_nobody_is_told_of_success_when_the_commit_fails(sqlite_database: str) -> None:
    database = Database(sqlite_database)
    started, go_on = Event(), Event()

    def hold(_: Session) -> None:
        started.set()
        go_on.wait(5)

    def lose(session: Session) -> None:
        session.info["cursor"].execute("ROLLBACK")  # as SQLite does by itself when the disk is full

    def first(session: Session) -> None:
        make(session, "first")

    def second(session: Session) -> None:
        make(session, "second")

    before = asyncio.ensure_future(database.write(hold))
    await asyncio.to_thread(started.wait, 5)
    waiting = [asyncio.ensure_future(database.write(job)) for job in (first, second, lose)]
    await asyncio.sleep(0)
    go_on.set()
    await before
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["OperationalError"] * 3
    assert await database.read(found) == []
    assert await database.write(lambda session: make(session, "later")) == 1
    await database.close()


async def test_what_is_made_of_an_answer_is_made_while_the_commit_is_on_its_way(database: Database) -> None:
    begun = Event()

    @listens_for(database.engine, "commit")
    def hold(_: object) -> None:
        assert begun.wait(5), "nothing is made of it before the commit"

    def make_of(key: int) -> str:
        begun.set()
        return f"ticket {key}"

    assert await database.write_for(lambda session: make(session, "a"), make_of) == "ticket 1"
    assert await database.read(found) == ["a"]


async def test_nobody_has_what_was_made_of_an_answer_whose_commit_fails(database: Database) -> None:
    made: list[int] = []

    @listens_for(database.engine, "commit")
    def fail(_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write_for(lambda session: make(session, "a"), made.append)
    remove(database.engine, "commit", fail)
    assert made == [1]
    assert await database.read(found) == []


async def test_what_fails_to_make_something_of_an_answer_undoes_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await database.write_for(lambda session: make(session, "a"), lambda key: 1 // (key - 1))
    assert await database.read(found) == ["a"]


@pytest.mark.parametrize("commits", [False, True], ids=["before the commit", "at the commit"])
async def test_whose_connection_is_gone_is_told_so_and_at_the_commit_that_nobody_knows_what_became_of_it(
    postgres_database: str, commits: bool
) -> None:
    """Here nothing did: but a server that ends in the middle of a commit leaves the same behind."""
    database = Database(postgres_database)

    def lose(session: Session) -> None:
        make(session, "lost")
        number = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with psycopg.connect(postgres_database, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
        if not commits:
            found(session)

    with pytest.raises(InDoubtError if commits else OperationalError) as failed:
        await database.write(lose)
    assert is_away(failed.value)
    assert may_be_repeated(failed.value)
    assert reason_of(failed.value)
    assert await database.read(found) == []
    await database.write(lambda session: make(session, "later"))
    assert await database.read(found) == ["later"]
    await database.close()


@pytest.mark.parametrize("idle", [0.0, 60.0], ids=["a moment ago", "a minute ago"])
async def test_a_connection_that_was_closed_since_it_was_used_last_is_used_by_nobody(
    postgres_database: str, idle: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it was said, or the server has vanished without a word."""
    database, asked = Database(postgres_database), list[object]()
    number = await database.read(lambda s: s.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    dialect = database.engine.dialect
    ping = dialect.do_ping

    def noted(connection: Any) -> bool:
        asked.append(connection)
        return bool(ping(connection))

    monkeypatch.setattr(dialect, "do_ping", noted)
    await database.read(found)
    assert asked == [], "it was used a moment ago"
    with psycopg.connect(postgres_database, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    later = monotonic() + idle
    monkeypatch.setattr("storage.idle_connections.monotonic", lambda: later)
    if idle:
        monkeypatch.setattr("storage.idle_connections._has_something_to_say", lambda _: False)
    await database.write(lambda session: make(session, "later"))
    assert await database.read(found) == ["later"]
    assert len(asked) == 1
    await database.close()


def test_a_server_that_vanished_without_a_word_is_noticed_by_the_system(postgres_database: str) -> None:
    for address, within in ((postgres_database, "20000"), (f"{postgres_database}?tcp_user_timeout=7000", "7000")):
        database = Database(address)
        with database.engine.connect() as connection:
            said = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
        assert (said["tcp_user_timeout"], said["keepalives_idle"]) == (within, "30")
        database.close_now()


def test_a_file_that_another_process_is_just_making_is_waited_for(tmp_path: Path) -> None:
    """SQLite itself refuses to change the journal at once while somebody writes, whatever patience it was told."""
    path = tmp_path / "vigie.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = Timer(0.2, other.execute, ["COMMIT"])
    done.start()
    Database(f"sqlite:///{path}").check()
    done.join()
    other.close()


async def test_a_transaction_given_up_before_its_turn_is_not_run(sqlite_database: str) -> None:
    database = Database(sqlite_database)
    started, go_on = Event(), Event()

    def hold(_: Session) -> None:
        started.set()
        go_on.wait(5)

    first = asyncio.ensure_future(database.write(hold))
    await asyncio.to_thread(started.wait, 5)
    second = asyncio.ensure_future(database.write(lambda session: make(session, "given up")))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await first
    assert await database.read(found) == []
    await database.close()


def test_a_drivers_error_is_sqlalchemys_and_keeps_the_values_to_itself(database: Database, home: Home) -> None:
    def again(session: Session) -> None:
        rows = table(OrganisationRow)
        key = session.execute(select(rows.c.key).where(rows.c.id == home.organisation_id)).scalar_one()
        add(session, OrganisationRow, key=key, name="private words", last_number=0, created_at=NOW)

    with pytest.raises(IntegrityError) as caught:
        database.write_now(again)
    assert "private words" not in str(caught.value)


def test_a_time_without_a_zone_is_never_stored(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="timezone"):
        database.write_now(
            lambda session: add(session, OrganisationRow, key="a", name="", last_number=0, created_at=naive)
        )


def test_check_finds_nothing_wrong_with_a_sound_database(database: Database) -> None:
    database.check()


def change_badly(session: Session) -> None:
    make(session, "a")
    session.execute(update(table(OrganisationRow)).values(name="SECRET WORDS", created_at=None))


def add_badly(session: Session) -> None:
    add(session, OrganisationRow, key="a", name="SECRET WORDS", last_number=0, created_at=None)


@pytest.mark.parametrize("fail", [change_badly, add_badly])
def test_what_fails_to_be_written_is_not_in_the_error(database: Database, fail: Callable[[Session], None]) -> None:
    with pytest.raises(DBAPIError) as failed:
        database.write_now(fail)
    assert "SECRET" not in str(failed.value)
    assert "SECRET" not in str(failed.value.orig)
    assert "created_at" in str(failed.value), "what was wrong is said"


def on_file(file: Path) -> int:
    """How many organisations stand in SQLite's file itself, whatever is in its log."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM organisation").fetchone()[0])


async def test_what_was_committed_is_copied_from_sqlites_log_into_the_file_while_others_write(
    sqlite_database: str,
) -> None:
    database = Database(sqlite_database)
    try:
        for number in range(2 * EVERY):
            await database.write(partial(make, key=str(number)))
        file = Path(str(database.url.database))
        await becomes(lambda: on_file(file) >= EVERY, wanted=True)
    finally:
        await database.close()


def test_whoever_has_no_room_left_is_told_to_make_some(sqlite_database: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "full.db")) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(sqlite3.Error) as full:
            connection.execute("CREATE TABLE one (it)")
    database = Database(sqlite_database)
    try:
        said = str(database.unusable(OperationalError("", None, full.value)))
        assert said.endswith("(database or disk is full): make room on its disk")
        away = psycopg.OperationalError("connection refused")
        assert "whether its server runs" in str(database.unusable(OperationalError("", None, away)))
    finally:
        database.close_now()


def test_whoever_starts_waits_for_a_lock_longer_than_whoever_serves(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that has no time, others that start or migrate may hold what it needs for long."""
    monkeypatch.setattr("storage.engines.LOCK_MS", 20)
    holding, database = Database(postgres_database), Database(postgres_database)
    home = holding.write_now(make_home)
    rows = table(OrganisationRow)
    tried: list[int] = []

    def rename(session: Session) -> str:
        tried.append(1)
        session.execute(update(rows).where(rows.c.id == home.organisation_id).values(name="Acme"))
        return "done"

    def hold(session: Session) -> None:
        session.execute(update(rows).where(rows.c.id == home.organisation_id).values(name="held"))
        with pytest.raises(OperationalError):
            database.write_now(rename)
        database.is_starting = True
        waiting.append(thread.submit(database.write_now, rename))
        while len(tried) < 4:
            Event().wait(0.01)

    waiting: list[Future[str]] = []
    with ThreadPoolExecutor(1) as thread:
        holding.write_now(hold)
        assert waiting[0].result() == "done"
    for each in (holding, database):
        each.close_now()
