"""Two and four worker processes beside one, on PostgreSQL: how much faster they plan what falls due at once, and say it
to a chat that takes 50 ms over each message; and whether each was said, and once, by the chat's own record.

Two questions. How much do more workers get out of this machine, each as fast as it can? Once its cores are full, that
says what the machine has and not what workers do to one another: so how full it was is said beside it. And do they hold
one another up? That shows where each has few sendings under way, so that all of them fit on the machine: then one waits
for the chat nearly all the time, and four do four times as much unless they wait for each other.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
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
AT_ONCE, DUE_AT_ONCE = 4, 600  # sendings that each has under way in the second round, and how many are due then
TAKES = 0.05  # seconds over each message
AHEAD, AHEAD_EACH = 3.0, 0.01  # seconds until they are due: so long it takes to put them on record
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
    #: Milliseconds of CPU for each deadline that was planned and said, by what used them.
    cpu: dict[str, float]
    #: How much of this machine was at work meanwhile, whoever used it: 1 is all of it.
    busy: float


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """More of them beside one, in one run: each as fast as it can, then each with few sendings under way."""
    counts = FEW_WORKERS if quick else WORKERS
    rounds = ((FEW, AT_ONCE),) if quick else ((DUE, None), (DUE_AT_ONCE, AT_ONCE))
    doubled: dict[str, int] = {}
    missed: dict[str, int] = {}
    try:
        with PostgresServer(durable=True) as server:
            for number, at_once in rounds:
                found = {workers: await _in_time(server, workers, number, at_once) for workers in counts}
                for figure in _figures(found, at_once, has_planned=not missed):
                    yield figure
                of = "" if at_once is None else f" with {at_once} at once"
                doubled |= {f"{workers}{of}": one.doubled for workers, one in found.items()}
                missed |= {f"{workers}{of}": one.missed for workers, one in found.items()}
    except PostgresUnavailableError as error:
        print(f"workers: {error}", file=sys.stderr)
        return
    due = sum(number for number, _ in rounds)
    for what, each in (("doubled", doubled), ("missed", missed)):
        yield at_most(f"workers.{what}", sum(each.values()), "notices", 0, by_workers=each, due=due)


def _figures(found: Mapping[int, _Found], at_once: int | None, *, has_planned: bool) -> Iterator[Figure]:
    behind: dict[str, Any] = {
        "cores": os.cpu_count(), "busy_cores": {workers: round(each.busy, 2) for workers, each in found.items()},
        "cpu_ms_each": {workers: each.cpu for workers, each in found.items()},
    }  # fmt: skip
    said = {workers: round(each.said, 1) for workers, each in found.items()}
    name = "workers.{}.said" if at_once is None else f"workers.{{}}.said_{at_once}_at_once"
    for workers in list(found)[1:]:
        times = found[workers].said / found[1].said
        yield at_least(name.format(workers), times, "times", SAID_BARS[workers], a_second=said, **behind)
    if has_planned:
        most = max(found)
        planned = {workers: round(each.planned, 1) for workers, each in found.items()}
        times = found[most].planned / found[1].planned
        yield at_least(f"workers.{most}.planned", times, "times", PLANNED_BAR, a_second=planned, **behind)


async def _in_time(server: PostgresServer, workers: int, number: int, at_once: int | None) -> _Found:
    ahead = AHEAD + AHEAD_EACH * number
    for patience in PATIENCE:
        with suppress(TooLateError):
            return await _measured(emptied(server), workers, number, at_once, patience * ahead)
    raise TooLateError


async def _measured(url: str, workers: int, number: int, at_once: int | None, ahead: float) -> _Found:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        chat = await stack.enter_async_context(running((sys.executable, bare_chat.__file__, str(TAKES)), folder))
        async with vigie(folder, url, chat, "web"):
            pass  # the first start makes the organisation, the desk and its policy
        started = [stack.enter_async_context(vigie(folder, url, chat, "worker", at_once)) for _ in range(workers)]
        pids = {each.pid: "workers" for each in await asyncio.gather(*started)} | {chat.pid: "chat"}
        first = (datetime.now(UTC) + timedelta(seconds=ahead)).replace(microsecond=0)
        await asyncio.to_thread(fill_due, url, bare_chat.TEAM, number, first, 1)
        if (wait := (first - datetime.now(UTC)).total_seconds()) < 0:
            raise TooLateError(f"by {-wait:.0f} s")
        await asyncio.sleep(wait)
        began, before, used = time.monotonic(), _busy(), _cpu(pids)
        planned = await asyncio.to_thread(_all_planned, url, number)
        await _all_posted(chat, number)
        cpu = {name: round((cpu - used[name]) / number * 1000, 2) for name, cpu in _cpu(pids).items()}
        busy = (_busy() - before) / (time.monotonic() - began)
        await asyncio.sleep(QUIET)
        posted = await _posted(chat)
        return await asyncio.to_thread(_counted, url, planned - first.timestamp(), number, posted, (cpu, busy))


def _all_planned(url: str, number: int) -> float:
    """When all of them were on record."""
    until = time.time() + LONGEST
    with psycopg.connect(url, autocommit=True) as connection:
        while time.time() < until and (connection.execute(_PLANNED).fetchone() or (0,))[0] < number:
            time.sleep(LOOKS)
    return time.time()


def _busy() -> float:
    """Seconds of CPU that this machine has spent at work, on all of its cores."""
    spent = psutil.cpu_times()
    return sum(spent) - spent.idle - getattr(spent, "iowait", 0.0)


def _cpu(pids: Mapping[int, str]) -> dict[str, float]:
    """Seconds of CPU by what has spent them: those processes, PostgreSQL, and whoever measures."""
    found = dict.fromkeys((*pids.values(), "postgresql", "measuring"), 0.0)
    this = psutil.Process()
    for process in (this, *this.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            name = "measuring" if process == this else pids.get(process.pid)
            if name is None and process.name() == "postgres":
                name = "postgresql"
            if name is not None:
                spent = process.cpu_times()
                found[name] += spent.user + spent.system
    return found


async def _all_posted(chat: Running, number: int) -> None:
    """Wait until the chat has on record as much as is due."""
    until = time.monotonic() + LONGEST
    async with client() as session:
        while time.monotonic() < until:
            async with session.get(f"{chat.address}/count") as answer:
                if await answer.json() >= number:
                    return
            await asyncio.sleep(2 * LOOKS)


async def _posted(chat: Running) -> list[tuple[float, int | None]]:
    """What the chat has on record."""
    async with client() as session, session.get(f"{chat.address}/posted") as answer:
        return [(at, outbox_id) for at, outbox_id in await answer.json()]


def _counted(
    url: str, took: float, number: int, posted: list[tuple[float, int | None]], used: tuple[dict[str, float], float]
) -> _Found:
    with psycopg.connect(url) as connection:
        notices = [row[0] for row in connection.execute(_NOTICES)]
    times, last = Counter(outbox_id for _, outbox_id in posted), posted[-1][0]
    began = posted[len(posted) // 10][0]  # the first tenth is said while much is still to be planned
    return _Found(
        planned=len(notices) / took,
        said=sum(at > began for at, _ in posted) / (last - began),
        doubled=sum(count - 1 for count in times.values()),
        missed=number - len(notices) + sum(row not in times for row in notices),
        cpu=used[0],
        busy=used[1],
    )
