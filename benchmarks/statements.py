"""What prepared statements are worth: tickets put on record and read again, with them and through the session instead.

`storage.prepared` goes past SQLAlchemy to the driver's cursor. This says how much that saves, so that it can go when it
no longer does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import sqlalchemy as sa
from sqlmodel import Session

from benchmarks.figure import Figure, at_least, percentile, without_bar
from storage.changes import Place, record, record_opening
from storage.core import table
from storage.database import Database
from storage.installations import ensure_installation
from storage.migrate import migrate
from storage.organisations import ensure_desk
from storage.prepared import Prepared, Values
from storage.tables.tickets import EventRow, TicketRow
from storage.tickets import get_ticket
from triage.opening import open_ticket
from triage.owning import take
from triage.people import Actor, Role
from triage.policy import Policy

AGENT = Actor("slack:U0BENCH", frozenset({Role.AGENT}))
BEGAN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ROUNDS, TICKETS = 15, 40
BAR = 1.2  # below this the way past SQLAlchemy is not worth its code
RUNS = 400  # of one statement by itself


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """How many times as long a ticket's transaction takes where every statement goes through the session, and how many
    times as long the statements alone."""
    rounds, tickets = (2, 3) if quick else (ROUNDS, TICKETS)
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        try:
            migrate(database)
            of, desk = database.write_now(_home)
            prepared, through = await _in_turn(database, of, desk, rounds, tickets)
            alone = database.write_now(partial(_alone, runs=RUNS // 20 if quick else RUNS))
        finally:
            database.close_now()
    yield at_least(
        "statements.times",
        percentile(through, 0.5) / percentile(prepared, 0.5),
        "times",
        BAR,
        prepared_ms=round(percentile(prepared, 0.5), 3),
        through_session_ms=round(percentile(through, 0.5), 3),
        rounds=rounds,
        tickets_in_a_round=tickets,
    )
    yield without_bar(
        "statements.alone",
        sum(slow for _, slow in alone.values()) / sum(fast for fast, _ in alone.values()),
        "times",
        us={name: {"prepared": round(fast), "through_session": round(slow)} for name, (fast, slow) in alone.items()},
    )


async def _in_turn(
    database: Database, of: int, desk: int, rounds: int, tickets: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of CPU for a ticket, prepared and through the session, round by round, so that a slow moment of the
    machine meets both. Many tickets share a commit: the disk is not what is measured."""
    prepared: list[float] = []
    through: list[float] = []
    work = partial(_work, of=of, desk=desk, tickets=tickets)
    database.write_now(work)  # the first of each way compiles its statements
    with through_session():
        database.write_now(work)
    for _ in range(rounds):
        prepared.append(_milliseconds(partial(database.write_now, work)) / tickets)
        with through_session():
            through.append(_milliseconds(partial(database.write_now, work)) / tickets)
        await asyncio.sleep(0)  # a benchmark whose time is up ends here
    return prepared, through


def _milliseconds(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _home(session: Session) -> tuple[int, int]:
    installed = ensure_installation(
        session, platform="slack", workspace="T0BENCH", name="bench", app="A0BENCH", bot_user="U0BOT", bot_id="B0BOT",
        now=BEGAN,
    )  # fmt: skip
    return installed.organisation_id, ensure_desk(session, installed.organisation_id, "support")


def _work(session: Session, of: int, desk: int, tickets: int) -> None:
    """Open tickets, read each again, and have somebody take it."""
    policy, places = Policy(), [Place("slack", "C0BENCH", "desk")]
    for count in range(tickets):
        now = BEGAN + timedelta(seconds=count)
        opening = open_ticket(policy, AGENT, now, summary="Line down", severity=2)
        number = record_opening(session, of, desk, opening, places, now).number
        stored = get_ticket(session, of, number)
        record(session, stored, take(stored.ticket, AGENT, now), now)


def _alone(session: Session, runs: int) -> dict[str, tuple[float, float]]:
    """Microseconds of one run of three statements that every verb needs, each prepared and through the session."""
    tickets, events = table(TicketRow), table(EventRow)
    known = session.execute(sa.select(tickets.c.id, tickets.c.version).limit(1)).one()
    by_id = tickets.c.id == sa.bindparam("of")
    statements: dict[str, tuple[Prepared, Values]] = {
        "read a ticket": (Prepared(sa.select(*tickets.c).where(by_id)), {"of": known.id}),
        "read its events": (
            Prepared(sa.select(*events.c).where(events.c.ticket_id == sa.bindparam("of"))), {"of": known.id},
        ),
        "write a ticket": (Prepared(sa.update(tickets).where(by_id)), {"of": known.id, "version": known.version}),
    }  # fmt: skip
    found = {}
    for name, (statement, values) in statements.items():
        run = statement.run if name.startswith("write") else statement.rows
        fast = _microseconds(run, session, values, runs)
        with through_session():
            slow = _microseconds(statement.run if name.startswith("write") else statement.rows, session, values, runs)
        found[name] = (fast, slow)
    return found


def _microseconds(run: Callable[[Session, Values], Any], session: Session, values: Values, runs: int) -> float:
    run(session, values)  # compiles it
    return _milliseconds(lambda: [run(session, values) for _ in range(runs)]) * 1000 / runs


@contextmanager
def through_session() -> Iterator[None]:
    """Prepared statements run as SQLAlchemy runs any other: its compiled cache, its own way to the driver."""

    def run(self: Prepared, session: Session, values: Values) -> int:
        result: Any = session.execute(_statement(self), dict(values))
        return int(result.rowcount)

    def run_many(self: Prepared, session: Session, rows: list[Values]) -> int:
        if not rows:
            return 0
        result: Any = session.execute(_statement(self), [dict(values) for values in rows])
        return int(result.rowcount)

    def rows(self: Prepared, session: Session, values: Values) -> list[list[Any]]:
        return [list(row) for row in session.execute(_statement(self), dict(values)).all()]

    with mock.patch.multiple(Prepared, run=run, run_many=run_many, rows=rows):
        yield


def _statement(prepared: Prepared) -> Any:
    return prepared._statement  # noqa: SLF001  to measure what it would cost without
