"""What a pass of the auditor costs on a desk with 100,000 open tickets of which nothing is wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session

from benchmarks.engines import databases
from benchmarks.figure import Figure, at_most, spread
from benchmarks.multiply import multiply
from scheduler.audit import Auditor
from storage.core import table
from storage.database import Database
from storage.migrate import migrate
from storage.tables.operation import FindingRow
from storage.tables.outbox import OutboxRow
from tests.factories import NOW, make_home, open_stored

TICKETS, FEW = 100_000, 100
PASSES, FEW_PASSES = 20, 3
BAR = 3000.0  # a twentieth of the time between two passes; it reads 25 tickets at a time, beside everything else


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """On SQLite, and on PostgreSQL where one can be started here."""
    tickets, passes = (FEW, FEW_PASSES) if quick else (TICKETS, PASSES)
    for name, opened in databases():
        with opened as url:
            await asyncio.to_thread(_fill, url, tickets)
            database = Database(url)
            try:
                taken = [await _pass(database, number) for number in range(passes)]
                found = database.read_now(_findings)
            finally:
                await database.close()
        each = spread(taken[1:])  # the first has none before it to go by
        yield at_most(f"audit.{name}", each["p99"], "ms", BAR, valid=not found, all=each, open_tickets=tickets)


async def _pass(database: Database, number: int) -> float:
    began = time.perf_counter()
    await Auditor(database, lambda: NOW).run_once(NOW + timedelta(minutes=number))
    return (time.perf_counter() - began) * 1000


def _findings(session: Session) -> int:
    return int(session.execute(sa.select(sa.func.count()).select_from(table(FindingRow))).scalar_one())


def _fill(url: str, tickets: int) -> None:
    """Tickets that are all like the first one, due a while from now; nothing waits to be sent."""
    database = Database(url)
    try:
        migrate(database)
        home = database.write_now(make_home)
        database.write_now(lambda session: open_stored(session, home, NOW + timedelta(hours=1)))
        database.write_now(lambda session: session.execute(sa.update(table(OutboxRow)).values(state="sent")))
    finally:
        database.close_now()
    multiply(database, tickets)
