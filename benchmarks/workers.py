"""Two and four worker processes beside one, on PostgreSQL: how much faster they plan what falls due at once, and say it
to a chat that takes 50 ms over each message; and whether each was said, and once, by the chat's own record."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg

from benchmarks import bare_chat
from benchmarks.figure import Figure, at_least, at_most
from benchmarks.load import client
from benchmarks.minute import PATIENCE, TooLateError, emptied, vigie
from benchmarks.processes import Running, running
from benchmarks.record import fill_due
from tests.postgres import PostgresServer, PostgresUnavailableError

WORKERS, FEW_WORKERS = (1, 2, 4), (1, 2)
DUE, FEW = 1_000, 40  # each in a channel of its own, so that no pace holds them up
TAKES = 0.05  # seconds over each message
AHEAD, AHEAD_QUICK, AHEAD_EACH = (
    12.0,
    8.0,
    0.012,
)  # seconds until they are due: so long it takes to put them on record, and to start
LONGEST = 180.0  # what was not said so long after that is counted as missed
QUIET = 1.0  # what would be said twice is said meanwhile
SAID_BARS = {2: 1.8, 4: 3.2}
PLANNED_BAR = 0.9
LOOKS = 0.05  # seconds between two looks at what is planned: a row says only when the pass began that planned it
_NOTICES = "SELECT id FROM outbox WHERE kind = 'warning'"
_PLANNED = "SELECT count(*) FROM outbox WHERE kind = 'warning'"


@dataclass(frozen=True, slots=True)
class _Found:
    """What so many workers did."""

    #: Deadlines planned a second, from the first instant at which they were due.
    planned: float
    #: Messages a second that the chat took, but for the first tenth.
    said: float
    doubled: int
    missed: int
    #: Milliseconds of the workers' CPU for each deadline that was planned and said.
    cpu: float


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """More of them beside one, in one run."""
    number, counts, ahead = (FEW, FEW_WORKERS, AHEAD_QUICK) if quick else (DUE, WORKERS, AHEAD)
    ahead += AHEAD_EACH * number
    try:
        with PostgresServer(durable=True) as server:
            found = {workers: await _in_time(server, workers, number, ahead) for workers in counts}
    except PostgresUnavailableError as error:
        print(f"workers: {error}", file=sys.stderr)
        return
    behind: dict[str, Any] = {
        "cores": os.cpu_count(), "cpu_ms_each": {workers: round(each.cpu, 2) for workers, each in found.items()}
    }  # fmt: skip
    said = {workers: round(each.said, 1) for workers, each in found.items()}
    planned = {workers: round(each.planned, 1) for workers, each in found.items()}
    for workers in counts[1:]:
        times = found[workers].said / found[1].said
        yield at_least(f"workers.{workers}.said", times, "times", SAID_BARS[workers], a_second=said, **behind)
    times = found[counts[-1]].planned / found[1].planned
    yield at_least(f"workers.{counts[-1]}.planned", times, "times", PLANNED_BAR, a_second=planned, **behind)
    for what in ("doubled", "missed"):
        each = {workers: getattr(one, what) for workers, one in found.items()}
        yield at_most(f"workers.{what}", sum(each.values()), "notices", 0, by_workers=each, due=number)


async def _in_time(server: PostgresServer, workers: int, number: int, ahead: float) -> _Found:
    for patience in PATIENCE:
        with suppress(TooLateError):
            return await _measured(emptied(server), workers, number, patience * ahead)
    raise TooLateError


async def _measured(url: str, workers: int, number: int, ahead: float) -> _Found:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        chat = await stack.enter_async_context(running((sys.executable, bare_chat.__file__, str(TAKES)), folder))
        async with vigie(folder, url, chat, "web"):
            pass  # the first start makes the organisation, the desk and its policy
        first = (datetime.now(UTC) + timedelta(seconds=ahead)).replace(microsecond=0)
        await asyncio.to_thread(fill_due, url, bare_chat.TEAM, number, first, 1)
        started = [stack.enter_async_context(vigie(folder, url, chat, "worker")) for _ in range(workers)]
        processes = [psutil.Process(each.pid) for each in await asyncio.gather(*started)]
        await asyncio.sleep(1)
        if (wait := (first - datetime.now(UTC)).total_seconds()) < 0:
            raise TooLateError(f"by {-wait:.0f} s")
        await asyncio.sleep(wait)
        began = sum(_cpu(each) for each in processes)
        planned = await asyncio.to_thread(_all_planned, url, number)
        posted = await _posted(chat, number)
        cpu = sum(_cpu(each) for each in processes) - began
        return await asyncio.to_thread(_counted, url, planned - first.timestamp(), number, posted, cpu)


def _all_planned(url: str, number: int) -> float:
    """When all of them were on record."""
    until = time.time() + LONGEST
    with psycopg.connect(url, autocommit=True) as connection:
        while time.time() < until and (connection.execute(_PLANNED).fetchone() or (0,))[0] < number:
            time.sleep(LOOKS)
    return time.time()


def _cpu(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


async def _posted(chat: Running, number: int) -> list[tuple[float, int | None]]:
    """What the chat has on record, once it is as much as is due."""
    until = time.monotonic() + LONGEST
    async with client() as session:
        while True:
            async with session.get(f"{chat.address}/posted") as answer:
                posted = [(at, outbox_id) for at, outbox_id in await answer.json()]
            if len(posted) >= number or time.monotonic() > until:
                break
            await asyncio.sleep(QUIET)
        await asyncio.sleep(QUIET)
        async with session.get(f"{chat.address}/posted") as answer:
            return [(at, outbox_id) for at, outbox_id in await answer.json()]


def _counted(url: str, took: float, number: int, posted: list[tuple[float, int | None]], cpu: float) -> _Found:
    with psycopg.connect(url) as connection:
        notices = [row[0] for row in connection.execute(_NOTICES)]
    times, last = Counter(outbox_id for _, outbox_id in posted), posted[-1][0]
    began = posted[len(posted) // 10][0]  # the first tenth is said while much is still to be planned
    return _Found(
        planned=len(notices) / took,
        said=sum(at > began for at, _ in posted) / (last - began),
        doubled=sum(count - 1 for count in times.values()),
        missed=number - len(notices) + sum(row not in times for row in notices),
        cpu=cpu / number * 1000,
    )
