"""How much memory the bot holds with thousands of open tickets on record: at its start, through a sweep, at work."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import psutil

from benchmarks.commands import Typist
from benchmarks.desk import Site, database_url, embedded, joined
from benchmarks.figure import Figure, at_most
from benchmarks.load import client, send_at
from benchmarks.record import fill
from scheduler.sweep import SWEEP_SECONDS

TICKETS, FEW, COMMANDS, FEW_COMMANDS, RATE = 10_000, 100, 100, 10, 10
BAR = 150.0
MEGABYTE = 1_000_000
SAMPLE_SECONDS = 0.2
AFTERWARDS = 3.0  # the last cards are still on their way


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """The most that the bot's process held: beside a workspace of its own, and with the workspace inside."""
    tickets = FEW if quick else TICKETS
    with tempfile.TemporaryDirectory() as made:
        folder, other = Path(made) / "one", Path(made) / "other"
        folder.mkdir()
        async with embedded(folder) as site:
            pass  # the first start makes the database, the organisation and the policy
        await asyncio.to_thread(fill, database_url(folder), site.team, site.channel, site.user, tickets)
        shutil.copytree(folder, other)
        for figure in await asyncio.gather(
            _measure("memory.bot", joined, folder, tickets, quick=quick),
            _measure("memory.embedded", embedded, other, tickets, quick=quick),
        ):
            yield figure


async def _measure(
    name: str, start: Callable[[Path], AbstractAsyncContextManager[Site]], folder: Path, tickets: int, *, quick: bool
) -> Figure:
    async with start(folder) as site:
        held = await held_by(site, tickets, quick=quick)
    return at_most(name, max(held.values()), "MB", BAR, open_tickets=tickets, most=held)


async def held_by(site: Site, tickets: int, *, lists: bool = True, quick: bool) -> dict[str, float]:
    """The most megabytes that the bot's process holds after its start, through a sweep, and at work. `lists`: somebody
    also looks at lists, of which nobody would who has a million open tickets on one desk."""
    sweep, commands = (0.5, FEW_COMMANDS) if quick else (SWEEP_SECONDS + 2.0, COMMANDS)
    return {
        "started": await _most_during(site, asyncio.sleep(1)),
        "swept": await _most_during(site, asyncio.sleep(sweep)),
        "worked": await _most_during(site, _work(site.typist, tickets, commands, lists=lists)),
    }


async def _most_during(site: Site, work: Awaitable[None]) -> float:
    """The largest resident set of the bot's process, in megabytes, while `work` goes on."""
    process, doing, most = psutil.Process(site.bot.pid), asyncio.ensure_future(work), 0.0
    while True:
        most = max(most, process.memory_info().rss / MEGABYTE)
        if doing.done():
            await doing
            return round(most, 1)
        await asyncio.wait([doing], timeout=SAMPLE_SECONDS)


async def _work(typist: Typist, tickets: int, commands: int, *, lists: bool) -> None:
    """What a busy desk does: look at lists, look at tickets, open new ones."""
    looked = ("list", "list all") if lists else ("help", "show 1")
    typed = [
        (*looked, f"show {number * 97 % tickets + 1}", f"show {number * 89 % tickets + 1}",
         f"new sev2 Line {number} is slow")[number % 5]
        for number in range(commands)
    ]  # fmt: skip
    async with client() as session:
        answers = await send_at(session, [typist.types(text) for text in typed], RATE)
    if answers.errors:
        raise RuntimeError(f"not answered: {answers.errors[0]}")
    await asyncio.sleep(AFTERWARDS)
