"""What a million open tickets make of a start, and of the memory of the process that then runs."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import psutil

from benchmarks.desk import Site, joined
from benchmarks.engines import databases
from benchmarks.figure import Figure, at_most
from benchmarks.memory import held_by
from benchmarks.record import BY_PROGRAM, fill

TICKETS, FEW = 1_000_000, 100
FEW_FILLED = 50  # opened by the program; the others are copies of them
STARTS, FEW_STARTS = 3, 1
START_BAR, MEMORY_BAR = 5.0, 200.0


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """On SQLite, and on PostgreSQL where one can be started here: the slowest of several starts, and the most that one
    process held through a sweep and while somebody looked at tickets and opened some."""
    tickets, few, starts = (FEW, FEW_FILLED, FEW_STARTS) if quick else (TICKETS, BY_PROGRAM, STARTS)
    for name, opened in databases():
        with opened as url, tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            async with joined(
                folder, url
            ) as site:  # the first start makes the database, the organisation and the policy
                empty = _start(site)
            if not quick:
                async with joined(folder, url) as site:
                    empty = _start(site)
            await asyncio.to_thread(fill, url, site.team, site.channel, site.user, tickets, by_program=few)
            found, held = [], {}
            for number in range(starts):
                async with joined(folder, url) as site:
                    found.append(_start(site))
                    if number == starts - 1:
                        held = await held_by(site, tickets, lists=False, quick=quick)
        yield at_most(
            f"million.start.{name}", max(each["seconds"] for each in found), "s", START_BAR, starts=found,
            with_no_ticket=empty, open_tickets=tickets,
        )  # fmt: skip
        yield at_most(f"million.memory.{name}", max(held.values()), "MB", MEMORY_BAR, most=held, open_tickets=tickets)


def _start(site: Site) -> dict[str, float]:
    """How long it took until the program said where it is, and how much of that it was at work."""
    used = psutil.Process(site.bot.pid).cpu_times()
    return {"seconds": round(site.bot.seconds, 2), "cpu_seconds": round(used.user + used.system, 2)}
