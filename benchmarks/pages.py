"""The desk's pages with many tickets on record: how soon the queue's first byte comes and how heavy it is, how long a
search takes, and what fifty who look cost while tickets change."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil

from benchmarks.desk import Site, database_url, embedded
from benchmarks.figure import Figure, at_most, percentile, spread
from benchmarks.load import client, send_at
from benchmarks.record import add_resolved, fill

TICKETS, OPEN, FEW, FEW_OPEN = 50_000, 2000, 300, 120
RATE, LOOKS, FEW_LOOKS = 10.0, 60, 4
FIRST_BYTE, SEARCH = 150.0, 100.0  # milliseconds
HEAVIEST = 150.0  # kB
VIEWERS, SHARE = 50, 10.0  # per cent of one core
WATCHED, FEW_WATCHED = 8.0, 1.0  # seconds
KB = 1000


@dataclass
class _Looks:
    """What came of some looks at pages: milliseconds to the first byte, kilobytes, what went wrong."""

    first: list[float] = field(default_factory=list)
    heavy: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """Pages of the queue that nobody has looked at before, searches, and those who follow it."""
    tickets, still, looks = (FEW, FEW_OPEN, FEW_LOOKS) if quick else (TICKETS, OPEN, LOOKS)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with embedded(folder) as site:
            pass  # the first start makes the database and the organisation
        url = database_url(folder)
        await asyncio.to_thread(fill, url, site.team, site.channel, site.user, still)
        await asyncio.to_thread(add_resolved, url, tickets - still)
        async with embedded(folder) as site, client() as session:
            detail = {"tickets": tickets, "open": still}
            pages = [f"/?page={1 + number % (still // 40)}" for number in range(looks)]
            found = await _look(session, site, pages)
            yield at_most(
                "pages.first_byte", _p99(found.first), "ms", FIRST_BYTE, valid=not found.wrong,
                all=spread(found.first), **detail,
            )  # fmt: skip
            yield at_most(
                "pages.weight", max(found.heavy, default=None), "kB", HEAVIEST, valid=not found.wrong, **detail
            )
            found = await _look(session, site, [f"/?q=line+{still - 1 - number}" for number in range(looks)])
            yield at_most(
                "pages.search",
                _p99(found.first),
                "ms",
                SEARCH,
                valid=not found.wrong,
                all=spread(found.first),
                **detail,
            )
            yield await _watched(session, site, FEW_WATCHED if quick else WATCHED)


def _p99(values: Sequence[float]) -> float | None:
    return percentile(values, 0.99) if values else None


async def _look(session: aiohttp.ClientSession, site: Site, paths: Sequence[str]) -> _Looks:
    """Look at these pages, `RATE` a second, whether or not the ones before were answered."""
    found = _Looks()
    async with session.get(f"{site.bot.address}/") as first:  # with which the templates are loaded
        await first.read()
    began = time.perf_counter() + 0.05

    async def look(path: str, due: float) -> None:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        async with session.get(site.bot.address + path) as answer:
            found.first.append((time.perf_counter() - due) * 1000)
            found.heavy.append(len(await answer.read()) / KB)
            if answer.status != 200:
                found.wrong.append(f"{answer.status} {path}")

    async with asyncio.TaskGroup() as group:
        for position, path in enumerate(paths):
            group.create_task(look(path, began + position / RATE))
    return found


async def _watched(session: aiohttp.ClientSession, site: Site, seconds: float) -> Figure:
    """What the process needs more of one core while so many have the queue open and somebody changes a ticket every
    second."""
    alone = await _used(session, site, seconds)
    viewers = [asyncio.create_task(_follow(session, site)) for _ in range(VIEWERS)]
    await asyncio.sleep(min(2.0, seconds))
    together = await _used(session, site, seconds)
    for each in viewers:
        each.cancel()
    ended = [
        each
        for each in await asyncio.gather(*viewers, return_exceptions=True)
        if not isinstance(each, asyncio.CancelledError)
    ]
    share = max(0.0, together - alone) / seconds * 100
    return at_most(
        "pages.viewers", share, "% of a core", SHARE, valid=not ended, viewers=VIEWERS,
        alone=round(alone / seconds * 100, 1),
    )  # fmt: skip


async def _used(session: aiohttp.ClientSession, site: Site, seconds: float) -> float:
    """Seconds of CPU while somebody notes something every second."""
    process = psutil.Process(site.bot.pid)
    before = sum(process.cpu_times()[:2])
    typed = [site.typist.types(f"note 1 seen {number}") for number in range(max(1, int(seconds)))]
    began = time.perf_counter()
    await send_at(session, typed, 1.0)
    await asyncio.sleep(max(0.0, seconds - (time.perf_counter() - began)))
    return float(sum(process.cpu_times()[:2]) - before)


async def _follow(session: aiohttp.ClientSession, site: Site) -> None:
    """The queue as a browser has it open: told of a change, it takes what is shown anew."""
    no_end = aiohttp.ClientTimeout(total=None)
    async with session.get(f"{site.bot.address}/live", timeout=no_end) as stream:
        async for line in stream.content:
            if line.startswith(b"data: "):
                async with session.get(f"{site.bot.address}/", headers={"X-Part": "main"}) as page:
                    await page.read()
