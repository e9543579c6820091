"""The database goes away, or its disk is full, in the middle of everything: what was told is true, and everything that
was due is said, once and not early."""

from __future__ import annotations

import asyncio
import random
import resource
import signal
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.chaos.loop import at_work
from tests.chaos.people import People
from tests.chaos.stage import Stage, stage
from tests.chaos.verdict import judge
from tests.conftest import absent
from tests.postgres import PostgresUnavailableError
from tests.waiting import LONGEST_SECONDS


async def readiness(on: Stage, wanted: int) -> None:
    """Wait until that is what `/readyz` of every process answers."""
    async with asyncio.timeout(LONGEST_SECONDS):
        for program in on.cluster.programs:
            while await program.readiness(on.chat.session) != wanted:  # noqa: ASYNC110  it rings no bell
                await asyncio.sleep(0.1)


async def people_of(on: Stage) -> tuple[People, random.Random]:
    people, rng = People(on.chat, random.Random(3), await on.chat.state(), 12), random.Random(4)  # noqa: S311
    for _ in range(6):
        await people.act()
    await on.chat.advance(9)  # soon something is due
    await on.chat.take_notes()
    return people, rng


async def holds(on: Stage, people: People) -> None:
    """They work on as if nothing had been, and the count is right."""
    for _ in range(4):
        await people.act()
        await on.chat.advance(4)
        await on.chat.take_notes()
    verdict = await judge(on, people)
    assert verdict.wrong == {}, verdict
    assert verdict.noted["acknowledged"] > 6
    assert verdict.noted["said"] > 0


@pytest.mark.slow
@pytest.mark.apart
async def test_a_server_that_stops_in_the_middle_of_transactions_and_comes_back_loses_nothing(tmp_path: Path) -> None:
    try:
        async with stage(tmp_path, postgres=True) as on:
            assert on.server is not None
            people, rng = await people_of(on)
            async with at_work(on, people, rng, share=1):
                with suppress(psycopg.OperationalError), psycopg.connect(on.server.url) as holding:
                    holding.execute("LOCK TABLE event IN EXCLUSIVE MODE")  # so that some are in the middle, surely
                    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
                    while not on.query(waiting)[0][0]:  # noqa: ASYNC110  a server rings no bell
                        await asyncio.sleep(0.02)
                    on.server.stop(signal.SIGQUIT)
                await readiness(on, 503)
                await asyncio.sleep(0.5)
                on.server.start()
                await readiness(on, 200)
                await asyncio.sleep(1)
                on.server.stop(signal.SIGQUIT)
                on.server.start()
            assert all(program.is_alive for program in on.cluster.programs)
            await holds(on, people)
    except PostgresUnavailableError as error:
        absent(str(error))


@pytest.mark.slow
@pytest.mark.apart
async def test_a_disk_that_is_full_and_has_room_again_loses_nothing(tmp_path: Path) -> None:
    """No byte more is written to any file, by the system's own limit: neither to the database nor to its log."""
    async with stage(tmp_path) as on:
        people, rng = await people_of(on)
        (bot,) = on.cluster.programs
        assert bot.process is not None
        async with at_work(on, people, rng, share=1):
            await asyncio.sleep(0.5)
            resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
            await readiness(on, 503)
            await asyncio.sleep(1.5)
            resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            await readiness(on, 200)
        assert bot.is_alive
        await holds(on, people)
