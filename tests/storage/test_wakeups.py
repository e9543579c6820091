"""Wake-ups: whoever plans something wakes the other processes, soon after the commit, and never itself."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable

import psycopg
import pytest

from storage import wakeups
from storage.database import Database
from storage.wakeups import CHANNEL, NAME, WakeUps
from tests.factories import Home, make_home, open_stored
from tests.postgres import PostgresServer
from tests.statements import statements
from tests.waiting import becomes


class Process:
    """What a process has of it: it tells and listens, and counts how often it was woken."""

    def __init__(self, url: str) -> None:
        self.database, self.woken, self.reached = Database(url), 0, 0
        self.wake_ups = WakeUps(self.database)

    def _wake(self) -> None:
        self.woken += 1

    def _reach(self) -> None:
        self.reached += 1

    async def start(self) -> None:
        self.wake_ups.start()
        self.wake_ups.listen(self._wake, self._reach)
        await becomes(lambda: self.wake_ups.hears or self.database.is_sqlite, True)
        self.woken = 0

    async def stop(self) -> None:
        await self.wake_ups.stop()
        await self.database.close()


@pytest.fixture
async def make() -> AsyncIterator[Callable[[str], Process]]:
    """Makes processes, and ends them."""
    made: list[Process] = []

    def process(url: str) -> Process:
        made.append(Process(url))
        return made[-1]

    yield process
    for each in made:
        await each.stop()


def home_at(database: Database) -> Home:
    return database.write_now(make_home)


async def test_who_plans_something_wakes_the_others_and_not_itself(
    shared_postgres: str, make: Callable[[str], Process]
) -> None:
    one, other, third = (make(shared_postgres) for _ in range(3))
    home = home_at(one.database)
    for each in (one, other, third):
        await each.start()
    await one.database.write(lambda session: open_stored(session, home))
    await becomes(lambda: (one.woken, other.woken, third.woken), (0, 1, 1))
    await other.database.write(lambda session: open_stored(session, home))
    await becomes(lambda: (one.woken, other.woken, third.woken), (1, 1, 2))


async def test_a_command_asks_nothing_more_of_the_database_and_many_are_told_at_once(
    shared_postgres: str, make: Callable[[str], Process]
) -> None:
    one, other = make(shared_postgres), make(shared_postgres)
    home = home_at(one.database)
    await other.start()
    with statements(one.database) as plain:
        one.database.write_now(lambda session: open_stored(session, home))
    await one.start()
    with statements(one.database) as seen:
        for _ in range(10):
            one.database.write_now(lambda session: open_stored(session, home))
        assert len(seen) == 10 * len(plain)
        await becomes(lambda: other.woken, 1)
        assert len(seen) == 10 * len(plain) + 1


async def test_what_plans_nothing_wakes_nobody(shared_postgres: str, make: Callable[[str], Process]) -> None:
    one, other = make(shared_postgres), make(shared_postgres)
    await one.start()
    await other.start()
    home_at(one.database)
    await one.wake_ups.stop()
    with psycopg.connect(shared_postgres, autocommit=True) as connection:
        connection.execute(f"NOTIFY {CHANNEL}")
    await becomes(lambda: other.woken, 1)


async def test_what_was_planned_last_is_told_before_the_end(
    shared_postgres: str, make: Callable[[str], Process]
) -> None:
    one, other = make(shared_postgres), make(shared_postgres)
    home = home_at(one.database)
    await one.start()
    await other.start()
    await one.database.write(lambda session: open_stored(session, home))
    await one.wake_ups.stop()
    await becomes(lambda: other.woken, 1)


async def test_a_file_has_one_process_and_tells_nobody(sqlite_database: str, make: Callable[[str], Process]) -> None:
    one = make(sqlite_database)
    home = home_at(one.database)
    await one.start()
    with statements(one.database) as seen:
        await one.database.write(lambda session: open_stored(session, home))
        await one.wake_ups.stop()
    assert [each for each in seen if "notify" in each.lower()] == []


@pytest.mark.slow
async def test_it_hears_again_once_the_database_is_back(make: Callable[[str], Process]) -> None:
    with PostgresServer() as server:
        one = make(server.url)
        await one.start()
        server.stop()
        await becomes(lambda: one.wake_ups.hears, False)
        server.start()
        await becomes(lambda: (one.wake_ups.hears, one.woken), (True, 1))  # for what it may have missed
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(f"NOTIFY {CHANNEL}")
        await becomes(lambda: one.woken, 2)
        assert one.reached == 2
        await one.stop()


@pytest.mark.slow
async def test_a_server_that_answers_nothing_any_more_is_left_for_another_connection(
    make: Callable[[str], Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wakeups, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(wakeups, "ANSWER_SECONDS", 0.5)
    with PostgresServer() as server, psycopg.connect(server.url, autocommit=True) as asking:
        one = make(server.url)
        await one.start()
        mine = asking.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [NAME]).fetchall()
        ((process,),) = mine
        try:
            os.kill(process, signal.SIGSTOP)  # as where the machine is gone and the network says nothing
            await becomes(lambda: one.woken, 1)
            asking.execute(f"NOTIFY {CHANNEL}")
            await becomes(lambda: one.woken, 2)
        finally:
            os.kill(process, signal.SIGCONT)
        await one.stop()
