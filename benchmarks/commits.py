"""What it is worth that transactions which wait together on SQLite share a commit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from sqlmodel import Session

from benchmarks.figure import Figure, percentile, without_bar
from storage import writer
from storage.database import Database

AT_ONCE = 160  # transactions that wait together, as when a flood of commands arrives
ROUNDS = 5


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """How many times as many transactions a second are committed where they share commits. It depends on the disk."""
    rounds, at_once = (2, 32) if quick else (ROUNDS, AT_ONCE)
    together: list[float] = []
    apart: list[float] = []
    with TemporaryDirectory(dir=Path.cwd()) as folder:  # a temporary folder may be kept in memory, which has no disk
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        try:
            await database.write(_table)
            for _ in range(rounds):
                together.append(await _per_second(database, at_once))
                with mock.patch.object(writer, "MOST", 1):
                    apart.append(await _per_second(database, at_once))
        finally:
            await database.close()
    yield without_bar(
        "commits.times",
        percentile(together, 0.5) / percentile(apart, 0.5),
        "times",
        together_per_second=round(percentile(together, 0.5)),
        apart_per_second=round(percentile(apart, 0.5)),
        at_once=at_once,
        most_in_a_commit=writer.MOST,
    )


async def _per_second(database: Database, at_once: int) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(database.write(_row) for _ in range(at_once)))
    return at_once / (time.perf_counter() - began)


def _table(session: Session) -> None:
    session.info["cursor"].execute("CREATE TABLE line (words TEXT)")


def _row(session: Session) -> None:
    session.info["cursor"].execute("INSERT INTO line VALUES ('Link down in Sydney')")
