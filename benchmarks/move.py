"""How long it takes to put many open tickets on new terms, stored, and what commands feel of it meanwhile."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.desk import POLICY, Site, database_url, embedded, joined
from benchmarks.figure import Figure, at_most, spread, without_bar
from benchmarks.load import Answers, client, send_at
from benchmarks.processes import VIGIE, done
from benchmarks.record import fill, versions

TICKETS, FEW = 100_000, 100
BAR = 45.0
RATE = 5.0  # commands a second meanwhile
SLICE_SECONDS = 4
HOLIDAYS = [f"{year}-{month:02}-15" for year in range(2026, 2032) for month in range(1, 13)]
ADDED = "2026-12-28"


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """A desk at work adds a holiday, and `vigie policy move --yes` is run beside it."""
    tickets = FEW if quick else TICKETS
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _write(folder, HOLIDAYS)
        async with embedded(folder) as site:
            pass  # the first start makes the database, the organisation and the policy's first version
        await asyncio.to_thread(fill, database_url(folder), site.team, site.channel, site.user, tickets)
        _write(folder, [*HOLIDAYS, ADDED])
        async with joined(folder) as site:
            quiet = await _slice(site, 10)
            seconds, busy = await _move(site, folder)
        found = versions(database_url(folder))
    moved = found.get(2, 0)
    valid = moved >= tickets and set(found) == {2} and not busy.errors
    yield at_most(
        "move.100k", seconds, "s", BAR, valid=valid, open_tickets=tickets, moved=moved,
        each_ms=round(seconds / tickets * 1000, 3),
    )  # fmt: skip
    yield without_bar(
        "move.commands_meanwhile", spread(busy.latencies)["p99"], "ms", during=spread(busy.latencies),
        before=spread(quiet.latencies), commands=len(busy.latencies),
    )  # fmt: skip


async def _move(site: Site, folder: Path) -> tuple[float, Answers]:
    """The seconds that the move took, and what came of the commands meanwhile."""
    command = (*VIGIE, "policy", "move", "--yes")
    moving = asyncio.create_task(done(command, folder, folder / "moved.txt"))
    answers = Answers()
    while not moving.done():
        answers.add(await _slice(site, SLICE_SECONDS))
    return await moving, answers


async def _slice(site: Site, seconds: float) -> Answers:
    """Commands for so long; signed just before they are sent."""
    stamp = time.monotonic_ns()
    requests = [site.typist.types(f"new sev3 Line {stamp}.{n} is slow") for n in range(int(seconds * RATE))]
    async with client() as session:
        return await send_at(session, requests, RATE)


def _write(folder: Path, holidays: list[str]) -> None:
    (folder / POLICY).write_text(
        "version: 1\n"
        "calendars:\n"
        f"  office: {{timezone: Europe/Paris, hours: {{mon-fri: 09:00-17:00}}, holidays: [{', '.join(holidays)}]}}\n"
        "desks: {support: {calendar: office}}\n",
        encoding="utf-8",
    )
