"""Deadlines as rows of a table, beside what one would use instead: a date job of APScheduler for each, in its
SQLAlchemy job store, on an SQLite file of the same settings.

A bot runs: its jobs are added to a scheduler that runs, and each addition wakes that. So the bars of what is scheduled
are held against a scheduler that runs, whose jobs stand in the same file as the tickets (`job_running`). Two other
figures are always printed beside it. `jobs.bulk_paused`, without a bar, is the job store at its best: jobs added while
the scheduler is paused, so that no addition wakes it (`job_paused`); nothing else is then due meanwhile. `job_own_file`
is what the user guide of APScheduler leads to: a store that is named by its address alone, in a file of its own, where
SQLite writes a rollback journal for each commit.

Each job names its function by reference and has its own id. The store has no way to add several in one commit, nor in
anybody else's: in bulk, as inside a command, each job costs a commit of its own. While jobs are fired one thread runs
them, and the store writes by the same connection as they do, since SQLite has one writer.

Ours stand in the same file as the tickets that they are of, with everything that refers to them, and count as scheduled
when the commit that holds them is on the disk. Python looks for garbage as seldom as in the program, for both.

What is fired ends in the same row of the outbox. The job that the bar is held against does the least that leads there:
one INSERT of what it was given when it was scheduled, as if nothing could have happened to the ticket since. Ours also
reads the ticket, decides again, records an event and what is due next; `job_deciding` says what a job costs that does
the same.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_REMOVED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Session

from benchmarks.figure import Figure, at_least, at_most, percentile, without_bar
from benchmarks.multiply import multiply
from benchmarks.sweep import AGENT, FIRST_WARNING, NOW, count, open_taken
from bot.server.garbage import keep_what_is_loaded
from scheduler import deadlines
from storage.changes import Place, record_opening
from storage.core import table
from storage.database import Database
from storage.deadlines import Change, save_deadlines
from storage.migrate import migrate
from storage.outbox_rows import planned, put
from storage.tables.conversations import ConversationRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import DeadlineRow
from storage.tickets import get_ticket
from tests.factories import Home, make_home
from triage.agenda import upcoming
from triage.notice import Urgency
from triage.opening import open_ticket
from triage.policy import Policy

JOBS, FEW_JOBS = 1_000, 20
ROWS, FEW_ROWS = 30_000, 300  # of ours; a job takes so much longer that fewer have to do
COMMANDS, FEW_COMMANDS = 200, 10
DUE, FEW_DUE = 10_000, 100
BULK_BAR, COMMAND_BAR, FIRED_BAR, MEMORY_BAR = 100.0, 10.0, 5.0, 8.0
MEGABYTE = 1_000_000
LONGEST_SECONDS = 300
# What ours says of the same deadline.
WARNING = {"step": "left-600", "cycle": 1, "clock": "update", "due": "2026-03-02T10:10:00+00:00"}
TOGETHER = 500  # tickets of which a transaction schedules


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """To schedule in bulk, inside a command, and to fire; and what is held in memory meanwhile."""
    jobs = FEW_JOBS if quick else JOBS
    keep_what_is_loaded()
    with tempfile.TemporaryDirectory() as made:
        theirs = await asyncio.to_thread(_theirs, Path(made) / "jobs.db", jobs, fire)
        deciding = await asyncio.to_thread(_theirs, Path(made) / "deciding.db", jobs, decide)
        running = await asyncio.to_thread(_added_while_it_runs, Path(made) / "running.db", jobs)
        own_file = await asyncio.to_thread(_added_while_it_runs, Path(made) / "own.db", jobs, own=True)
        ours = await _ours(Path(made), quick=quick)
    how: dict[str, Any] = {"jobs": jobs, "each": "milliseconds for one deadline"}
    added: dict[str, Any] = {
        "job_running": round(running[0], 3),
        "job_paused": round(theirs.added, 3),
        "job_own_file": round(own_file[0], 3),
    }
    yield at_least(
        "jobs.bulk", running[0] / ours.bulk, "times", BULK_BAR, ours=round(ours.bulk, 4), **added,
        our_cpu=round(ours.bulk_cpu, 4), job_running_cpu=round(running[1], 3), **how,
    )  # fmt: skip
    yield without_bar(
        "jobs.bulk_paused", theirs.added / ours.bulk, "times", ours=round(ours.bulk, 4), **added,
        our_cpu=round(ours.bulk_cpu, 4), job_paused_cpu=round(theirs.added_cpu, 3), **how,
    )  # fmt: skip
    yield at_least(
        "jobs.in_command", running[0] / ours.in_command, "times", COMMAND_BAR, ours=round(ours.in_command, 4),
        **added, paused_times=round(theirs.added / ours.in_command, 2), **how,
    )  # fmt: skip
    yield at_least(
        "jobs.fired", theirs.fired / ours.fired, "times", FIRED_BAR,
        valid=theirs.valid and deciding.valid and ours.valid,
        job=round(theirs.fired, 3), ours=round(ours.fired, 3), job_cpu=round(theirs.cpu, 3), our_cpu=round(ours.cpu, 3),
        job_deciding=round(deciding.fired, 3), job_deciding_cpu=round(deciding.cpu, 3), **how,
    )  # fmt: skip
    yield at_most("jobs.memory", ours.grown, "MB", MEMORY_BAR, valid=ours.valid, fired=ours.count)


@dataclass(frozen=True, slots=True)
class _Jobs:
    """Milliseconds for one job."""

    added: float
    added_cpu: float
    fired: float
    cpu: float
    valid: bool


@dataclass(frozen=True, slots=True)
class _Rows:
    """Milliseconds for one deadline; megabytes by which the process grew while they were planned."""

    bulk: float
    bulk_cpu: float
    in_command: float
    fired: float
    cpu: float
    grown: float
    valid: bool
    count: int


def _theirs(path: Path, jobs: int, done: Callable[..., None]) -> _Jobs:
    """`done` is what each of so many jobs does, of which each is about a ticket of its own."""
    database, _ = _filled(path, jobs)
    _FIRING.database = database
    places = database.read_now(_places)
    scheduler = _scheduler(SQLAlchemyJobStore(engine=database.engine))
    scheduler.start(paused=True)
    try:
        added, added_cpu = _added(scheduler, done, places, datetime.now(UTC) - timedelta(seconds=1))
        done_with = _done_with(scheduler, jobs)
        began, cpu = time.perf_counter(), time.process_time()
        scheduler.resume()
        done_with.wait(LONGEST_SECONDS)
        scheduler.shutdown(wait=True)
        fired, cpu = time.perf_counter() - began, time.process_time() - cpu
        said = database.read_now(partial(count, row=OutboxRow, where=table(OutboxRow).c.kind == "warning"))
    finally:
        database.close_now()
    return _Jobs(added, added_cpu, fired / jobs * 1000, cpu / jobs * 1000, said == jobs == len(places))


def _done_with(scheduler: BackgroundScheduler, jobs: int) -> threading.Event:
    """Set when so many jobs have run and are gone from the store. To ask the store each time would be work of ours."""
    done, left = threading.Event(), {EVENT_JOB_EXECUTED: jobs, EVENT_JOB_REMOVED: jobs}

    def note(event: Any) -> None:
        left[event.code] -= 1
        if not any(left.values()):
            done.set()

    scheduler.add_listener(note, EVENT_JOB_EXECUTED | EVENT_JOB_REMOVED)
    return done


def _added_while_it_runs(path: Path, jobs: int, *, own: bool = False) -> tuple[float, float]:
    """What each of so many jobs costs, added beside a scheduler that runs: each wakes it. `own`: they stand in a file
    of their own, which their store makes."""
    organisation_id = 1
    if not own:
        database, home = _made(path)
        database.close_now()
        organisation_id = home.organisation_id
    scheduler = _scheduler(SQLAlchemyJobStore(url=f"sqlite:///{path}"))
    scheduler.start()
    try:
        places = [(organisation_id, number, number, "") for number in range(jobs)]
        return _added(scheduler, fire, places, datetime.now(UTC) + timedelta(days=1))
    finally:
        scheduler.shutdown(wait=True)


def _scheduler(store: SQLAlchemyJobStore) -> BackgroundScheduler:
    return BackgroundScheduler(
        jobstores={"default": store},
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone=UTC,
    )


def _added(
    scheduler: BackgroundScheduler, done: Callable[..., None], places: list[_Place], at: datetime
) -> tuple[float, float]:
    """Milliseconds for each job, and those of CPU."""
    began, cpu = time.perf_counter(), time.process_time()
    for place in places:
        scheduler.add_job(f"{__name__}:{done.__name__}", "date", args=place, run_date=at, id=f"{place[1]}.update.1")
    each = 1000 / len(places)
    return (time.perf_counter() - began) * each, (time.process_time() - cpu) * each


_Place = tuple[int, int, int, str]
"""Organisation, ticket, conversation and channel."""


def _places(session: Session) -> list[_Place]:
    rows = table(ConversationRow)
    found = session.execute(sa.select(rows.c.organisation_id, rows.c.ticket_id, rows.c.id, rows.c.channel))
    return [(of, ticket_id, place, channel) for of, ticket_id, place, channel in found]


class _Firing:
    """Where a job finds what it needs: it is called by reference, with plain values."""

    database: Database


_FIRING = _Firing()


def fire(organisation_id: int, ticket_id: int, place: int, channel: str) -> None:
    """The least that a job can do: put the notice into the outbox."""
    row = planned(
        organisation_id=organisation_id, ticket_id=ticket_id, conversation_id=place, platform="slack", channel=channel,
        kind="warning", audience="desk", data=WARNING, key=f"{ticket_id}.3.0", seq=3, now=NOW, urgency=Urgency.AHEAD,
    )  # fmt: skip
    _FIRING.database.write_now(lambda session: put(session, [row]))


def decide(organisation_id: int, ticket_id: int, _place: int, _channel: str) -> None:
    """What ours does, of one ticket."""
    work = partial(deadlines.plan, organisation_id=organisation_id, ticket_id=ticket_id, now=NOW)
    _FIRING.database.write_now(work)


async def _ours(folder: Path, *, quick: bool) -> _Rows:
    rows, commands, due = (FEW_ROWS, FEW_COMMANDS, FEW_DUE) if quick else (ROWS, COMMANDS, DUE)
    database, home = _filled(folder / "rows.db", due)
    try:
        found = await _fired(database)
    finally:
        await database.close()
    # What that left in the write-ahead log is in the file now: else those who come after would wait until it is.
    database = _again(database)
    try:
        in_command = percentile([_in_command(database, home) for _ in range(commands)], 0.5)
        bulk, bulk_cpu = _bulk(database, home, rows)
    finally:
        await database.close()
    count_, seconds, cpu, grown, valid = found
    return _Rows(bulk, bulk_cpu, in_command, seconds / count_ * 1000, cpu / count_ * 1000, grown, valid, count_)


def _made(path: Path) -> tuple[Database, Home]:
    database = Database(f"sqlite:///{path}")
    migrate(database)
    return database, database.write_now(make_home)


def _filled(path: Path, tickets: int) -> tuple[Database, Home]:
    """So many tickets, of each of which a warning is due."""
    few = min(FEW_DUE, tickets)
    database, home = _made(path)
    try:
        moments = [NOW - FIRST_WARNING] * few
        database.write_now(partial(open_taken, home=home, moments=moments, severities=(1,)))
    finally:
        database.close_now()
    multiply(database, tickets // few)
    return _again(database), home


def _again(database: Database) -> Database:
    return Database(database.url.render_as_string(hide_password=False))


def _bulk(database: Database, home: Home, rows: int) -> tuple[float, float]:
    """Milliseconds for each row, and those of CPU, when the deadlines of many tickets are written anew."""
    agenda = upcoming(database.read_now(partial(get_ticket, organisation_id=home.organisation_id, number=1)).ticket)
    tickets, organisation_id = rows // len(agenda), home.organisation_id
    database.write_now(lambda session: session.execute(table(DeadlineRow).delete()))
    began, cpu = time.perf_counter(), time.process_time()
    for begin in range(1, tickets + 1, TOGETHER):
        ids = range(begin, min(begin + TOGETHER, tickets + 1))
        changes: list[Change] = [
            ({"organisation_id": organisation_id, "ticket_id": ticket_id}, {}, agenda) for ticket_id in ids
        ]
        database.write_now(partial(save_deadlines, changes=changes))
    return (time.perf_counter() - began) / rows * 1000, (time.process_time() - cpu) / rows * 1000


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
