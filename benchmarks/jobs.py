"""Deadlines as rows of a table, beside what one would use instead: a date job of APScheduler for each, in its
SQLAlchemy job store, on an SQLite file of the same settings.

The job store is used at its best: jobs are added while the scheduler is paused, so that no addition wakes it; each job
names its function by reference and has its own id; one thread fires them, since SQLite has one writer; and what a job
does is one INSERT, where ours also reads the ticket, decides again, and records an event.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Session

from benchmarks.figure import Figure, at_least, at_most, percentile
from benchmarks.multiply import multiply
from benchmarks.sweep import AGENT, FIRST_WARNING, NOW, count, open_taken
from scheduler import deadlines
from storage.changes import Place, record_opening
from storage.core import table
from storage.database import Database
from storage.deadlines import Change, save_deadlines
from storage.migrate import migrate
from storage.outbox_rows import planned, put
from storage.tables import DeadlineRow, OutboxRow
from storage.tickets import get_ticket
from tests.factories import Home, make_home
from triage.agenda import upcoming
from triage.opening import open_ticket
from triage.policy import Policy

JOBS, FEW_JOBS = 1_000, 20
ROWS, FEW_ROWS = 30_000, 300  # of ours; a job takes so much longer that fewer have to do
COMMANDS, FEW_COMMANDS = 200, 10
DUE, FEW_DUE = 10_000, 100
BULK_BAR, COMMAND_BAR, FIRED_BAR, MEMORY_BAR = 100.0, 10.0, 5.0, 8.0
MEGABYTE = 1_000_000
LONGEST_SECONDS = 300
TOGETHER = 500  # tickets of which a transaction schedules


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """To schedule in bulk, inside a command, and to fire; and what is held in memory meanwhile."""
    jobs = FEW_JOBS if quick else JOBS
    with tempfile.TemporaryDirectory() as made:
        theirs = await asyncio.to_thread(_theirs, Path(made), jobs)
        ours = await _ours(Path(made), quick=quick)
    how: dict[str, Any] = {"jobs": jobs, "each": "milliseconds for one deadline"}
    yield at_least(
        "jobs.bulk", theirs.added / ours.bulk, "times", BULK_BAR, job=round(theirs.added, 3), ours=round(ours.bulk, 4),
        **how,
    )  # fmt: skip
    yield at_least(
        "jobs.in_command", theirs.added / ours.in_command, "times", COMMAND_BAR, job=round(theirs.added, 3),
        ours=round(ours.in_command, 4), **how,
    )  # fmt: skip
    yield at_least(
        "jobs.fired", theirs.fired / ours.fired, "times", FIRED_BAR, valid=theirs.valid and ours.valid,
        job=round(theirs.fired, 3), ours=round(ours.fired, 3), job_cpu=round(theirs.cpu, 3), our_cpu=round(ours.cpu, 3),
        **how,
    )  # fmt: skip
    yield at_most("jobs.memory", ours.grown, "MB", MEMORY_BAR, valid=ours.valid, fired=ours.count)


@dataclass(frozen=True, slots=True)
class _Jobs:
    """Milliseconds for one job."""

    added: float
    fired: float
    cpu: float
    valid: bool


@dataclass(frozen=True, slots=True)
class _Rows:
    """Milliseconds for one deadline; megabytes by which the process grew while they were planned."""

    bulk: float
    in_command: float
    fired: float
    cpu: float
    grown: float
    valid: bool
    count: int


def _theirs(folder: Path, jobs: int) -> _Jobs:
    database, home = _made(folder / "jobs.db")
    _FIRING.database = database
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(engine=database.engine)},
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    try:
        at = datetime.now(UTC) - timedelta(seconds=1)
        began = time.perf_counter()
        for number in range(jobs):
            scheduler.add_job(
                f"{__name__}:fire", "date", args=(home.organisation_id, number), run_date=at, id=f"{number}.update.1"
            )
        added = time.perf_counter() - began
        began, cpu = time.perf_counter(), time.process_time()
        scheduler.resume()
        while scheduler.get_jobs() and time.perf_counter() < began + LONGEST_SECONDS:
            time.sleep(0.05)
        scheduler.shutdown(wait=True)
        fired, cpu = time.perf_counter() - began, time.process_time() - cpu
        valid = database.read_now(partial(count, row=OutboxRow)) == jobs
    finally:
        database.close_now()
    return _Jobs(added / jobs * 1000, fired / jobs * 1000, cpu / jobs * 1000, valid)


class _Firing:
    """Where a job finds what it needs: it is called by reference, with plain values."""

    database: Database


_FIRING = _Firing()


def fire(organisation_id: int, number: int) -> None:
    """What a job does: put the notice into the outbox."""
    row = planned(
        organisation_id=organisation_id, platform="slack", channel="slack:CDESK", kind="warning", audience="desk",
        data={"step": "left-600", "cycle": 1, "clock": "update"}, key=f"{number}.3.0", now=NOW,
    )  # fmt: skip
    _FIRING.database.write_now(lambda session: put(session, [row]))


async def _ours(folder: Path, *, quick: bool) -> _Rows:
    rows, commands, due = (FEW_ROWS, FEW_COMMANDS, FEW_DUE) if quick else (ROWS, COMMANDS, DUE)
    database, home = _made(folder / "rows.db")
    try:
        moments = [NOW - FIRST_WARNING] * FEW_DUE
        database.write_now(partial(open_taken, home=home, moments=moments, severities=(1,)))
    finally:
        database.close_now()
    multiply(database, due // FEW_DUE)
    database = Database(database.url.render_as_string(hide_password=False))
    try:
        found = await _fired(database)
        in_command = percentile([_in_command(database, home) for _ in range(commands)], 0.5)
        bulk = _bulk(database, home, rows)
    finally:
        await database.close()
    count_, seconds, cpu, grown, valid = found
    return _Rows(bulk, in_command, seconds / count_ * 1000, cpu / count_ * 1000, grown, valid, count_)


def _made(path: Path) -> tuple[Database, Home]:
    database = Database(f"sqlite:///{path}")
    migrate(database)
    return database, database.write_now(make_home)


def _bulk(database: Database, home: Home, rows: int) -> float:
    """Milliseconds for each row when the deadlines of many tickets are written anew."""
    agenda = upcoming(database.read_now(partial(get_ticket, organisation_id=home.organisation_id, number=1)).ticket)
    tickets, organisation_id = rows // len(agenda), home.organisation_id
    database.write_now(lambda session: session.execute(table(DeadlineRow).delete()))
    began = time.perf_counter()
    for begin in range(1, tickets + 1, TOGETHER):
        ids = range(begin, min(begin + TOGETHER, tickets + 1))
        changes: list[Change] = [
            ({"organisation_id": organisation_id, "ticket_id": ticket_id}, {}, agenda) for ticket_id in ids
        ]
        database.write_now(partial(save_deadlines, changes=changes))
    return (time.perf_counter() - began) / rows * 1000


def _in_command(database: Database, home: Home) -> float:
    """Milliseconds that each deadline takes in the transaction that opens a ticket: to work it out and to write it."""
    opened = open_ticket(Policy(), AGENT, NOW, summary="Line 7 drops packets", severity=1)

    def run(session: Session) -> float:
        places = [Place("slack:CDESK", "desk")]
        stored = record_opening(session, home.organisation_id, home.desk_id, opened, places, NOW)
        session.info["cursor"].execute("DELETE FROM deadline WHERE ticket_id = ?", (stored.id,))
        began = time.perf_counter()
        due = upcoming(stored.ticket)
        save_deadlines(session, [(stored.scope, {}, due)])
        return (time.perf_counter() - began) / len(due) * 1000

    return database.write_now(run)


async def _fired(database: Database) -> tuple[int, float, float, float, bool]:
    """How many were planned, the seconds, those of CPU, the megabytes grown since the first of them, and whether each
    is in the outbox."""
    process, held, fired = psutil.Process(), 0, 0
    gc.collect()
    began, cpu = time.perf_counter(), time.process_time()
    while done := (await deadlines.run_once(database, NOW))[0]:
        fired += done
        held = held or process.memory_info().rss
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    grown = (process.memory_info().rss - held) / MEGABYTE
    waiting = database.read_now(partial(count, row=OutboxRow, where=table(OutboxRow).c.kind == "warning"))
    return fired, seconds, cpu, grown, waiting == fired > 0
