"""What it costs to find, claim and plan due deadlines while a million other tickets are open, each with three deadlines
still to come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from benchmarks.engines import databases
from benchmarks.figure import Figure, at_least, at_most
from benchmarks.multiply import multiply
from benchmarks.record import send_all
from scheduler import deadlines
from scheduler.delivery import Delivery
from scheduler.runner import Runner
from storage.changes import Place, record, record_opening
from storage.core import table
from storage.database import Database
from storage.deadlines import claim_due, next_due_at
from storage.migrate import migrate
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import DeadlineRow, TicketRow
from tests.factories import Home, make_home
from triage.opening import open_ticket
from triage.owning import take
from triage.people import Actor, Role
from triage.policy import Policy
from triage.terms import Category

SIZES, FEW = (1_000, 100_000, 1_000_000), (100, 200)
DUE, FEW_DUE = 2_000, 40
LOOKS, FEW_LOOKS = 100, 5
GROWTH_BAR, RATE_BAR = 1.3, 1_000.0
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
AGENT = Actor("slack:UAGENT", frozenset({Role.AGENT}))
FIRST_WARNING = timedelta(minutes=20)  # severity 1 is warned of its update ten minutes before the half hour
AT_ONCE = 500
BLOCKS = {1_000: 10, 100_000: 100, 1_000_000: 1_000, 100: 2, 200: 4}  # the copies that make so many tickets


class _Undone(Exception):
    """Takes a claim back: what was found is found again by the next look."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What was measured with so many open tickets; the quickest, in milliseconds."""

    bare: float
    sweep: float
    #: Deadlines planned a second, and a second of this process's CPU.
    rate: float
    per_cpu: float
    #: What was put on record is what was due, and nothing else.
    valid: bool
    rows: int


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """On SQLite, and on PostgreSQL where one can be started here."""
    sizes, due, looks = (FEW, FEW_DUE, FEW_LOOKS) if quick else (SIZES, DUE, LOOKS)
    measured: dict[str, dict[int, _Found]] = {}
    for size in sizes:
        for name, opened in databases():
            with opened as url:
                measured.setdefault(name, {})[size] = await _measured(url, size, due, looks)
    for name, found in measured.items():
        first, last = found[sizes[0]], found[sizes[-1]]
        grown, bare = last.sweep / first.sweep, last.bare / first.bare
        valid = all(each.valid for each in found.values())
        yield at_most(
            f"sweep.{name}", grown / bare, "times", GROWTH_BAR, valid=valid, sweep_grew=round(grown, 2),
            statement_grew=round(bare, 2), deadline_rows=last.rows,
            sweep_ms={size: round(each.sweep, 2) for size, each in found.items()},
            statement_ms={size: round(each.bare, 2) for size, each in found.items()},
        )  # fmt: skip
        yield at_least(
            f"sweep.planned.{name}", last.rate, "deadlines/s", RATE_BAR, valid=valid, due=due, open_tickets=sizes[-1],
            a_second={size: round(each.rate) for size, each in found.items()},
            a_second_of_cpu={size: round(each.per_cpu) for size, each in found.items()},
        )  # fmt: skip


async def _measured(url: str, size: int, due: int, looks: int) -> _Found:
    await asyncio.to_thread(_fill, url, size, due)
    database = Database(url)
    try:
        rows = database.read_now(partial(count, row=DeadlineRow))
        bare = [_bare(database) for _ in range(looks)]
        runner = Runner(database, Delivery(database, {}), lambda: NOW)
        sweep = [await _sweep(runner) for _ in range(looks)]
        began, cpu = time.perf_counter(), time.process_time()
        planned = 0
        while done := (await deadlines.run_once(database, NOW))[0]:
            planned += done
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        waiting = database.read_now(partial(count, row=OutboxRow, where=table(OutboxRow).c.state == "pending"))
        opened = database.read_now(partial(count, row=TicketRow))
        valid = planned == waiting == due and opened == size + due
    finally:
        await database.close()
    return _Found(min(bare), min(sweep), planned / seconds, planned / cpu, valid, rows)


async def _sweep(runner: Runner) -> float:
    """A sweep as the program does it, up to where the tickets that are due are locked and folded."""
    began = time.perf_counter()
    await runner._sweep()  # noqa: SLF001  a sweep, without the fifteen seconds before it
    await runner.database.read(next_due_at)
    try:
        await runner.database.write(_claimed)
    except _Undone:
        return (time.perf_counter() - began) * 1000
    raise RuntimeError("nothing was due")


def _claimed(session: Session) -> None:
    if claim_due(session, NOW, deadlines.TOGETHER):
        raise _Undone


def _bare(database: Database) -> float:
    """The one statement that finds and locks what is due, given to the driver."""
    with database.engine.connect() as connection:
        begun, cursor = connection.begin(), connection.connection.cursor()
        sql, now = (_SQL, f"{NOW:%Y-%m-%d %H:%M:%S.%f}") if database.is_sqlite else (_SQL_LOCKING, NOW)
        began = time.perf_counter()
        cursor.execute(sql, (now, deadlines.TOGETHER))
        cursor.fetchall()
        taken = (time.perf_counter() - began) * 1000
        begun.rollback()
    return taken


_SQL = (
    "SELECT ticket.id, ticket.organisation_id, ticket.desk_id, ticket.number FROM deadline"
    " JOIN ticket ON deadline.ticket_id = ticket.id WHERE deadline.due_at <= ? ORDER BY deadline.due_at LIMIT ?"
)
_SQL_LOCKING = _SQL.replace("?", "%s") + " FOR NO KEY UPDATE OF ticket SKIP LOCKED"


def count(session: Session, row: type[SQLModel], where: sa.ColumnElement[bool] | None = None) -> int:
    """How many rows there are."""
    query = sa.select(sa.func.count()).select_from(table(row))
    return int(session.execute(query if where is None else query.where(where)).scalar_one())


def _fill(url: str, size: int, due: int) -> None:
    """`size` tickets whose next deadline comes later, `due` between them of which one has just passed."""
    blocks = BLOCKS[size]
    later = [NOW - timedelta(seconds=n % 500) for n in range(size // blocks)]
    passed = [NOW - FIRST_WARNING - timedelta(seconds=n % 50) for n in range(due // blocks)]
    database = Database(url)
    try:
        migrate(database)
        home = database.write_now(make_home)
        for moments, severities in ((later, (1, 2)), (passed, (1,))):
            for begin in range(0, len(moments), AT_ONCE):
                lot = moments[begin : begin + AT_ONCE]
                database.write_now(partial(open_taken, home=home, moments=lot, severities=severities))
    finally:
        database.close_now()
    multiply(database, blocks)


def open_taken(session: Session, home: Home, moments: list[datetime], severities: tuple[int, ...]) -> None:
    """Open and take a ticket at each of `moments`; what was said of it has been sent."""
    for number, at in enumerate(moments):
        change = open_ticket(
            Policy(), AGENT, at, summary=f"Line {number} drops packets", category=Category.INCIDENT,
            severity=severities[number % len(severities)],
            description="Seen by the customer's own probes since this morning, on both of their routers.",
        )  # fmt: skip
        places = [Place("slack:CDESK", "desk")]
        stored = record_opening(session, home.organisation_id, home.desk_id, change, places, at)
        record(session, stored, take(stored.ticket, AGENT, at), at)
    send_all(session, NOW)
