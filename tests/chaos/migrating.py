"""`vigie migrate` killed at random instants on the database of an earlier release, and begun again, until it is done:
then everything is there that was, and the program works on it."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from storage.database import Database
from tests.chaos.stage import Program, Query, query_of
from tests.chaos.verdict import Verdict
from tests.earlier import earlier_rows, load_earlier
from tests.postgres import PostgresServer

#: What has to be the same afterwards.
KEPT = {
    "ticket": "select number from ticket", "event": "select ticket_id, seq, kind from event",
    "body": "select id, text from body",
}  # fmt: skip
ANEW = "drop schema public cascade; create schema public"


async def kill_migrations(
    folder: Path, verdict: Verdict, *, postgres: bool, kills: int, seed: int, is_enough: Callable[[], bool]
) -> int:
    """How many were killed."""
    rng, done = random.Random(seed), 0  # noqa: S311  chance, no secret
    with PostgresServer() if postgres else nullcontext() as server:
        while done < kills and not is_enough():
            file = folder / f"earlier-{done}.db"
            url = server.url if server is not None else f"sqlite:///{file}"
            await asyncio.to_thread(_lay, url, anew=server is not None)
            done += await _migrate(folder, url, rng)
            _compare(query_of(url), verdict)
            if await Program(folder, "outbox", "outbox", "list", VIGIE_DATABASE_URL=url).run() != 0:
                verdict.add("lost", "the program does not work on a migrated database")
            verdict.noted["migrations"] += 1
    verdict.noted["killed: migrate"] += done
    return done


def _lay(url: str, *, anew: bool) -> None:
    database = Database(url)
    if anew:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(ANEW)
    load_earlier(database)
    database.close_now()


async def _migrate(folder: Path, url: str, rng: random.Random) -> int:
    """Until it is done; how often it was killed."""
    killed, takes = 0, 2.0
    while True:
        migration = Program(folder, "migrate", "migrate", VIGIE_DATABASE_URL=url)
        began = time.monotonic()
        if await migration.run(takes * rng.uniform(0.4, 1.0)) == 0:
            return killed
        if time.monotonic() - began >= 0.4 * takes:
            killed += 1
        takes *= 1.15  # a slow machine comes to the end as well


def _compare(query: Query, verdict: Verdict) -> None:
    tables: dict[str, Any] = earlier_rows()["tables"]
    for name, sql in KEPT.items():
        columns = [
            tables[name]["columns"].index(each) for each in sql.split(" from ")[0].removeprefix("select ").split(", ")
        ]
        before = Counter(tuple(row[each] for each in columns) for row in tables[name]["rows"])
        after = Counter(tuple(row) for row in query(sql))
        if before - after:
            verdict.add("lost", f"{name}: {list(before - after)[:3]}")
        if after - before:
            verdict.add("recorded twice", f"{name}: {list(after - before)[:3]}")
