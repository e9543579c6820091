"""How long a report over 100,000 resolved tickets takes: read, added up, and its reasons found; and a picture of each
of its charts, where a workspace draws none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import sqlalchemy as sa
from sqlmodel import Session

from benchmarks.engines import databases
from benchmarks.figure import Figure, at_most, spread
from benchmarks.histories import ACTIONS, AGENTS, BUSY
from bot.charts.picture import can_draw, picture
from bot.server.garbage import keep_what_is_loaded
from bot.wording.report_charts import charts
from bot.wording.speech import speech
from storage.changes import record
from storage.core import table
from storage.database import Database
from storage.migrate import migrate
from storage.reports import read_report
from storage.tables.tickets import TicketRow
from tests.factories import NOW, Home, make_home, open_stored
from triage import owning, resolving
from triage.errors import Refusal
from triage.report import Report

DONE, COPIES = 200, 500  # tickets to which all sorts of things happened, and how often each is there
FEW_DONE, FEW_COPIES = 15, 20
RUNS = 5
BAR, PICTURE = 2000.0, 500.0
DAY = timedelta(days=1)
_IDS = {"id", "number"}


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """On SQLite, and on PostgreSQL where one can be started here."""
    done, copies = (FEW_DONE, FEW_COPIES) if quick else (DONE, COPIES)
    for name, opened in databases():
        with opened as url:
            home = await asyncio.to_thread(_fill, url, done, copies)
            database = Database(url)
            try:
                read = partial(
                    read_report, organisation_id=home.organisation_id, desk_id=home.desk_id, since=NOW - 60 * DAY,
                    until=NOW + DAY, zone=UTC,
                )  # fmt: skip
                taken, cpu, found = await asyncio.to_thread(_read, database, read)
            finally:
                await database.close()
        tickets = done * copies
        each = spread(taken)
        yield at_most(
            f"report.{name}", each["p50"], "ms", BAR, valid=found.resolved == tickets, all=each, cpu=spread(cpu),
            tickets=tickets,
        )  # fmt: skip
        if name == "sqlite" and can_draw():
            drawn = spread(await asyncio.to_thread(_draw, found))
            yield at_most("report.picture", drawn["p50"], "ms", PICTURE, all=drawn)


def _read(database: Database, read: Callable[[Session], Report]) -> tuple[list[float], list[float], Report]:
    keep_what_is_loaded()  # as the program does
    taken, cpu = [], []
    found = database.read_now(read)
    for _ in range(RUNS):
        began, used = time.perf_counter(), time.process_time()
        found = database.read_now(read)
        taken.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return taken, cpu, found


def _draw(found: Report) -> list[float]:
    """Of both charts together."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        for chart in charts(found, speech("fr")):
            picture(chart)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _fill(url: str, done: int, copies: int) -> Home:
    database = Database(url)
    try:
        migrate(database)
        home = database.write_now(make_home)
        database.write_now(partial(_worked_on, home=home, done=done))
        database.write_now(partial(_copied, done=done, copies=copies))
        return home
    finally:
        database.close_now()


def _worked_on(session: Session, home: Home, done: int) -> None:
    random = Random(15)
    for number in range(done):
        _one(session, home, NOW - 40 * DAY + timedelta(hours=4 * number), random)


def _one(session: Session, home: Home, at: datetime, random: Random) -> None:
    """A ticket that somebody opens, works on and resolves."""
    stored = open_stored(session, home, at)
    stored = record(session, stored, owning.take(stored.ticket, random.choice(AGENTS), at), at)
    names, weights = list(BUSY), list(BUSY.values())
    for _ in range(8):
        at += timedelta(minutes=random.randrange(5, 40))
        with suppress(Refusal):
            act = ACTIONS[random.choices(names, weights)[0]]
            stored = record(session, stored, act(stored.ticket, random.choice(AGENTS), at, random), at)
    record(session, stored, resolving.resolve(stored.ticket, AGENTS[0], at, "It was the optics."), at)


def _copied(session: Session, done: int, copies: int) -> None:
    """Have every ticket's row so many times: a report reads no more of them."""
    rows = table(TicketRow)
    copy = sa.select(sa.literal(1).label("copy")).cte("copies", recursive=True)
    copy = copy.union_all(sa.select(copy.c.copy + 1).where(copy.c.copy < copies - 1))
    names = [each.name for each in rows.c]
    made = [each + copy.c.copy * done if each.name in _IDS else each for each in rows.c]
    session.execute(sa.insert(rows).from_select(names, sa.select(*made).join_from(rows, copy, sa.true())))
