"""Very many deadlines that fall due in one minute, across two thousand channels: how soon one worker process plans them
on PostgreSQL, and what commands feel of it in the web process beside it."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString

import psutil
import psycopg
from psycopg.sql import SQL, Identifier

from benchmarks import bare_chat
from benchmarks.commands import Typist
from benchmarks.figure import Figure, at_most, spread, without_bar
from benchmarks.load import Answers, client, send_at
from benchmarks.memory import MEGABYTE
from benchmarks.multiply import multiply
from benchmarks.processes import VIGIE, Running, running
from benchmarks.record import fill_due
from storage.database import Database
from tests.postgres import PostgresServer, PostgresUnavailableError

CHANNELS, FEW_CHANNELS = 2_000, 20
DEADLINES, MORE, FEW = 30_000, 100_000, 40
MINUTE, FEW_SECONDS = 60, 5
RATE = 20.0  # commands a second meanwhile
# Seconds until the first is due: so long it takes to put all of them on record.
AHEAD, AHEAD_QUICK, AHEAD_EACH = 25.0, 9.0, 0.0006
PATIENCE = (1, 3, 9)  # so many times that, one after another
LONGEST = 300.0  # seconds after the minute; what is not planned by then is counted as never
COMMANDS_BAR, MEMORY_BAR = 250.0, 200.0
SAMPLE = 0.5
_SENT = "SELECT count(*) FROM outbox WHERE kind = 'warning' AND state = 'sent'"
_PLANNED = """
    SELECT count(*), max(e.recorded_at), percentile_disc(ARRAY[0.5, 0.99, 1.0]) WITHIN GROUP (
        ORDER BY extract(epoch FROM e.recorded_at - e.at)::float
    ) FROM event e WHERE e.kind = 'warned' AND e.ticket_id <= %(last)s AND EXISTS (
        SELECT 1 FROM outbox o WHERE o.ticket_id = e.ticket_id AND o.kind = 'warning' AND o.seq = e.seq
    )
"""


@dataclass
class _Found:
    """What became of a minute."""

    planned: int
    #: Seconds from the first due instant to the planning of the last.
    seconds: float | None
    #: Of the instants at which they were planned, after those at which they were due.
    late: list[float]
    answers: Answers
    #: The most that each process held, in megabytes.
    memory: dict[str, float]
    sent: int


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """As many as are asked for, then more of which nothing is asked."""
    try:
        with PostgresServer(durable=True) as server:
            for number in (FEW,) if quick else (DEADLINES, MORE):
                found = await _in_time(server, number, quick=quick)
                for figure in _figures(number, found, has_bar=number != MORE):
                    yield figure
    except PostgresUnavailableError as error:
        print(f"minute: {error}", file=sys.stderr)


def _figures(number: int, found: _Found, *, has_bar: bool) -> Iterator[Figure]:
    planned: dict[str, Any] = {
        "planned": found.planned, "sent_meanwhile": found.sent,
        "late_seconds": dict(zip(("p50", "p99", "max"), found.late, strict=False)),
    }  # fmt: skip
    latencies = spread(found.answers.latencies)
    for what, value, unit, bar, valid, detail in (
        ("planned", found.seconds, "s", MINUTE, found.planned == number, planned),
        ("commands", latencies["p99"], "ms", COMMANDS_BAR, not found.answers.errors, {"all": latencies}),
        ("memory", found.memory["worker"], "MB", MEMORY_BAR, True, {"most": found.memory}),
    ):
        name = f"minute.{number}.{what}"
        if has_bar:
            yield at_most(name, value, unit, bar, valid=valid, **detail)
        else:
            yield without_bar(name, value, unit, valid=valid, **detail)


class TooLateError(Exception):
    """The deadlines were not on record before they were due: this machine is too busy."""


async def _in_time(server: PostgresServer, number: int, *, quick: bool) -> _Found:
    """Once more, and longer ahead, where this machine is too busy to put the deadlines on record before they are
    due."""
    ahead = (AHEAD_QUICK if quick else AHEAD) + AHEAD_EACH * number
    for patience in PATIENCE:
        with suppress(TooLateError):
            return await _minute(emptied(server), number, patience * ahead, quick=quick)
    raise TooLateError


def emptied(server: PostgresServer) -> str:
    """A new database of the server."""
    name = f"minute{time.monotonic_ns()}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    return server.url.rpartition("/")[0] + f"/{name}"


async def _minute(url: str, number: int, seconds: float, *, quick: bool) -> _Found:
    channels, lasts = (FEW_CHANNELS, FEW_SECONDS) if quick else (CHANNELS, MINUTE)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with running((sys.executable, bare_chat.__file__), folder) as chat:
            async with vigie(folder, url, chat, "web"):
                pass  # the first start makes the organisation, the desk and its policy
            first = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)
            await asyncio.to_thread(_fill, url, number, channels, first, lasts - 2)
            async with vigie(folder, url, chat, "worker") as worker, vigie(folder, url, chat, "web") as web:
                await asyncio.sleep(1)
                if (wait := (first - datetime.now(UTC)).total_seconds()) < 0:
                    raise TooLateError(f"by {-wait:.0f} s")
                await asyncio.sleep(wait)
                return await _watched(url, number, first, lasts, {"worker": worker, "web": web})


@asynccontextmanager
async def vigie(folder: Path, url: str, chat: Running, role: str, at_once: int | None = None) -> AsyncIterator[Running]:
    """A process of Vigie's with this role, on the database at `url`. `at_once`: how many sendings it has under way at
    most; None: as many as it wants."""
    settings = {
        "VIGIE_DATABASE_URL": url, "VIGIE_CHANNEL": bare_chat.DESK, "VIGIE_PORT": "0",
        "SLACK_API_URL": f"{chat.address}/api/", "SLACK_BOT_TOKEN": bare_chat.TOKEN,
        "SLACK_SIGNING_SECRET": bare_chat.SECRET,
    }  # fmt: skip
    program = VIGIE if at_once is None else (sys.executable, "-m", "benchmarks.few_at_once", str(at_once))
    async with running((*program, "run", "--role", role), folder, **settings) as process:
        yield process


def _fill(url: str, number: int, channels: int, first: datetime, seconds: int) -> None:
    """So many tickets, shared out over the channels; each falls due within these seconds from `first` on."""
    fill_due(url, bare_chat.TEAM, channels, first, seconds)
    database = Database(url)
    try:
        multiply(database, number // channels)
    finally:
        database.close_now()


async def _watched(url: str, number: int, first: datetime, lasts: int, program: dict[str, Running]) -> _Found:
    processes = {name: psutil.Process(each.pid) for name, each in program.items()}
    memory = dict.fromkeys(processes, 0.0)

    async def sample() -> None:
        while True:
            for name, process in processes.items():
                memory[name] = max(memory[name], round(process.memory_info().rss / MEGABYTE, 1))
            await asyncio.sleep(SAMPLE)

    sampling = asyncio.create_task(sample())
    answers = await _commands(program["web"], lasts)
    (sent,) = await asyncio.to_thread(look, url, _SENT)
    planned, last, late = await _planned(url, number)
    sampling.cancel()
    seconds = None if last is None else (last - first).total_seconds()
    return _Found(planned, seconds, late, answers, memory, sent)


async def _commands(web: Running, seconds: int) -> Answers:
    """People type meanwhile; each command is signed just before it is sent."""
    typist, answers = (
        Typist(f"{web.address}/slack/events", bare_chat.SECRET, team=bare_chat.TEAM, channel=bare_chat.DESK,
               user=bare_chat.USER),
        Answers(),
    )  # fmt: skip
    async with client() as session:
        for second in range(seconds):
            requests = [typist.types(f"new sev3 Line {second}.{n} is slow") for n in range(int(RATE))]
            answers.add(await send_at(session, requests, RATE))
    return answers


async def _planned(url: str, number: int) -> tuple[int, datetime | None, list[float]]:
    """How many were planned, once all are; when the last was, and how late they were."""
    until = time.monotonic() + LONGEST
    while True:
        count, last, late = await asyncio.to_thread(look, url, _PLANNED, last=number)
        if count >= number or time.monotonic() > until:
            return count, last, late or []
        await asyncio.sleep(2)


def look(url: str, query: LiteralString, **values: int) -> tuple[Any, ...]:
    """The first row that a query answers."""
    with psycopg.connect(url) as connection:
        return connection.execute(query, values).fetchone() or (0,)
