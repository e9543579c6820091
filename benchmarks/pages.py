"""The desk's pages with many tickets on record: how soon the queue's first byte comes and how heavy it is, how long a
search and a customer's own page take, and what fifty who look cost while tickets change: of a core, and of the time in
which a command is answered."""

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
from benchmarks.load import Answers, client, send_at
from benchmarks.record import add_resolved, fill, link_for

TICKETS, OPEN, FEW, FEW_OPEN = 50_000, 2000, 300, 120
RATE, LOOKS, FEW_LOOKS = 10.0, 40, 4
FIRST_BYTE, SEARCH = 150.0, 100.0  # milliseconds
HEAVIEST = 150.0  # kB
VIEWERS, SHARE = 50, 10.0  # per cent of one core
SLOWER = 10.0  # per cent of a command's median time
WATCHED, FEW_WATCHED = 4.0, 1.0  # seconds, alone and with viewers by turns, so that both see the same machine
ROUNDS = 2
TYPED = 5.0  # commands a second
CUSTOMER, LINKS = "Acme", 2  # each is asked once a second, which is as often as it may be
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
        await asyncio.to_thread(fill, url, site.team, site.channel, site.user, still, customer=CUSTOMER)
        links = [await asyncio.to_thread(link_for, url, CUSTOMER) for _ in range(LINKS)]
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
            found = await _look(session, site, [links[number % LINKS] for number in range(looks // 4)], LINKS)
            yield at_most(
                "pages.customer", _p99(found.first), "ms", FIRST_BYTE, valid=not found.wrong, all=spread(found.first),
                kilobytes=max(found.heavy, default=None), **detail,
            )  # fmt: skip
            for figure in await _watched(session, site, *((FEW_WATCHED, 1) if quick else (WATCHED, ROUNDS))):
                yield figure


def _p99(values: Sequence[float]) -> float | None:
    return percentile(values, 0.99) if values else None


async def _look(session: aiohttp.ClientSession, site: Site, paths: Sequence[str], rate: float = RATE) -> _Looks:
    """Look at these pages, `rate` a second, whether or not the ones before were answered."""
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
            group.create_task(look(path, began + position / rate))
    return found


@dataclass
class _Work:
    """What it took to answer commands: seconds of CPU, in how many, and how long each took."""

    used: float = 0.0
    seconds: float = 0.0
    answers: Answers = field(default_factory=Answers)

    @property
    def share(self) -> float:
        """Per cent of one core."""
        return self.used / self.seconds * 100

    @property
    def median(self) -> float | None:
        """Milliseconds."""
        return percentile(self.answers.latencies, 0.5) if self.answers.latencies else None


async def _watched(session: aiohttp.ClientSession, site: Site, seconds: float, rounds: int) -> list[Figure]:
    """What the process needs more of one core, and how much longer a command takes, while so many have the queue open
    and somebody changes a ticket all the time."""
    alone, together, ended = _Work(), _Work(), 0
    for _ in range(rounds):
        await _work(session, site, seconds, alone)
        viewers = [asyncio.create_task(_follow(session, site)) for _ in range(VIEWERS)]
        await asyncio.sleep(1.0)
        await _work(session, site, seconds, together)
        ended += sum(each.done() for each in viewers)
        for each in viewers:
            each.cancel()
        await asyncio.gather(*viewers, return_exceptions=True)
    wrong = ended + len(alone.answers.errors) + len(together.answers.errors)
    share, before, after = max(0.0, together.share - alone.share), alone.median, together.median
    slower = None if not before or after is None else max(0.0, (after / before - 1) * 100)
    return [
        at_most(
            "pages.viewers", share, "% of a core", SHARE, valid=not wrong, viewers=VIEWERS, alone=round(alone.share, 1)
        ),
        at_most(
            "pages.viewers_command", slower, "% of its p50", SLOWER, valid=not wrong, viewers=VIEWERS,
            alone=spread(alone.answers.latencies), together=spread(together.answers.latencies),
        ),
    ]  # fmt: skip


async def _work(session: aiohttp.ClientSession, site: Site, seconds: float, into: _Work) -> None:
    """Have somebody note something, `TYPED` times a second."""
    process = psutil.Process(site.bot.pid)
    before, began = sum(process.cpu_times()[:2]), time.perf_counter()
    typed = [site.typist.types(f"note 1 seen {number}") for number in range(max(1, int(seconds * TYPED)))]
    into.answers.add(await send_at(session, typed, TYPED))
    await asyncio.sleep(max(0.0, seconds - (time.perf_counter() - began)))
    into.used += float(sum(process.cpu_times()[:2]) - before)
    into.seconds += time.perf_counter() - began


async def _follow(session: aiohttp.ClientSession, site: Site) -> None:
    """The queue as a browser has it open: told of a change, it takes what is shown anew."""
    no_end = aiohttp.ClientTimeout(total=None)
    async with session.get(f"{site.bot.address}/live", timeout=no_end) as stream:
        async for line in stream.content:
            if line.startswith(b"data: "):
                async with session.get(f"{site.bot.address}/", headers={"X-Part": "main"}) as page:
                    await page.read()
