"""What a claim costs beside a backlog of 1,000,000 rows, as against one of 1,000: on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from benchmarks.engines import databases
from benchmarks.figure import Figure, at_most
from scheduler.pacing import Pacer
from storage import outbox, outcomes
from storage.core import add_all, table
from storage.database import Database
from storage.installations import ensure_installation
from storage.lanes import lane_of
from storage.migrate import migrate
from storage.organisations import ensure_desk
from storage.outbox_rows import planned
from storage.tables.conversations import ConversationRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import TicketRow
from triage.notice import Urgency

FEW, TIMES, FEW_TIMES = 1_000, 1_000, 3
ROUNDS, FEW_ROUNDS = 40, 3
BAR = 1.5
LIMIT = 40
CHANNELS = 100  # among which half of the rows are spread; the others are all in one
IN_A_ROW = 4  # rows of one conversation
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ONE = 0  # the number of the channel with half of everything

_COPIED = {"id", "number", "ticket_id", "conversation_id"}  # of which each copy has others


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """A claim of 40 and one of a single row; one while the channel with half of everything rests, and one while every
    other channel does; when the next is due. Some conversations wait for what was put off. Of
    each the median beside many rows, divided by that beside few."""
    times, rounds = (FEW_TIMES, FEW_ROUNDS) if quick else (TIMES, ROUNDS)
    for engine, database in databases():
        with database as url:
            found = await asyncio.to_thread(_measured, url, times, rounds)
        for what, (few, many) in found.items():
            of = "" if engine == "sqlite" else f".{engine}"
            yield at_most(
                f"claims.{what}{of}", many / few, "times", BAR, few_ms=round(few, 3), many_ms=round(many, 3),
                few=FEW, many=FEW * times,
            )  # fmt: skip


def _measured(url: str, times: int, rounds: int) -> dict[str, tuple[float, float]]:
    """The milliseconds of each, beside few rows and beside many."""
    database = Database(url)
    try:
        migrate(database)
        of = database.write_now(_organisation)
        database.write_now(partial(_fill, of=of))
        few = _asked(database, of[0], rounds)
        for row in (TicketRow, ConversationRow, OutboxRow):
            database.write_now(partial(_multiply, row=row, times=times))
        many = _asked(database, of[0], rounds)
        return {what: (few[what], many[what]) for what in few}
    finally:
        database.close_now()


def _asked(database: Database, organisation: int, rounds: int) -> dict[str, float]:
    _analyse(database)
    lanes = [lane_of(organisation, "desk", "slack", f"slack:C{number}", {}) for number in range(CHANNELS)]
    one, others = Pacer(), Pacer()
    one.rest(lanes[ONE], LATER)
    for lane in lanes[ONE + 1 :]:
        others.rest(lane, LATER)
    work: dict[str, Callable[[Session], object]] = {
        "claim": partial(outbox.claim, now=NOW, limit=LIMIT),
        "claim_of_one": partial(outbox.claim, now=NOW, limit=1),
        "claim_while_one_rests": partial(outbox.claim, now=NOW, limit=LIMIT, pace=one),
        "claim_of_one_channel": partial(outbox.claim, now=NOW, limit=LIMIT, pace=others),
        "next_at": outbox.next_at,
    }
    return {what: median(_timed(database, each, rounds)) for what, each in work.items()}


def _analyse(database: Database) -> None:
    """As the server does by itself after a minute."""
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE outbox")


def _timed(database: Database, work: Callable[[Session], object], rounds: int) -> Iterator[float]:
    """The milliseconds of each round. What is claimed is given back; what was found to wait for others stays known."""
    for _ in range(rounds):
        took, answer = database.write_now(partial(_once, work=work))
        if isinstance(answer, list):
            database.write_now(partial(outcomes.give_back, items=answer, now=NOW))
        yield took


def _once(session: Session, work: Callable[[Session], object]) -> tuple[float, object]:
    began = time.perf_counter()
    answer = work(session)
    return (time.perf_counter() - began) * 1000, answer


def _organisation(session: Session) -> tuple[int, int]:
    made = ensure_installation(
        session, platform="slack", workspace="T1", name="", app="A1", bot_user="UBOT", bot_id="B1", now=NOW
    )
    return made.organisation_id, ensure_desk(session, made.organisation_id, "support")


def _fill(session: Session, of: tuple[int, int]) -> None:
    """A thousand rows, `IN_A_ROW` of each conversation; the first of every fourth conversation was put off."""
    numbers = range(1, FEW // IN_A_ROW + 1)
    add_all(session, TicketRow, [
        {"id": number, "organisation_id": of[0], "desk_id": of[1], "number": number, "version": 1, "status": "open",
         "category": "incident", "severity": 2, "requester": "slack:U1", "level": 0, "opened_at": NOW,
         "policy_version": 1}
        for number in numbers
    ])  # fmt: skip
    add_all(session, ConversationRow, [
        {"id": number, "organisation_id": of[0], "ticket_id": number, "platform": "slack", "channel": _channel(number),
         "side": "desk", "root_id": "1.1", "card_id": "1.1"}
        for number in numbers
    ])  # fmt: skip
    add_all(session, OutboxRow, [
        {"id": (number - 1) * IN_A_ROW + place + 1, **_row(of[0], number, place)}
        for number in numbers
        for place in range(IN_A_ROW)
    ])  # fmt: skip


def _channel(number: int) -> str:
    return f"slack:C{ONE if number % 2 else 1 + number % (CHANNELS - 1)}"


def _row(organisation: int, number: int, place: int) -> dict[str, object]:
    return planned(
        organisation_id=organisation, ticket_id=number, conversation_id=number, platform="slack",
        channel=_channel(number), kind="note", audience="desk", key=f"{number}.{place}", now=NOW,
        not_before=LATER if place == 0 and number % 4 == 0 else NOW,
        urgency=(Urgency.AHEAD, Urgency.LATE, Urgency.USUAL)[number % 3],
    )  # fmt: skip


def _multiply(session: Session, row: type[SQLModel], times: int) -> None:
    """Copy every row so many times less one."""
    rows = table(row)
    copies = sa.select(sa.literal(1).label("copy")).cte("copies", recursive=True)
    copies = copies.union_all(sa.select(copies.c.copy + 1).where(copies.c.copy < times - 1))
    changed: dict[str, sa.ColumnElement[Any]] = {
        each.name: each + copies.c.copy * FEW for each in rows.c if each.name in _COPIED
    }
    if "dedupe_key" in rows.c:
        changed["dedupe_key"] = rows.c.dedupe_key.concat(".").concat(sa.cast(copies.c.copy, sa.String))
    names = [each.name for each in rows.c]
    session.execute(
        sa.insert(rows).from_select(
            names, sa.select(*(changed.get(each, rows.c[each]) for each in names)).join_from(rows, copies, sa.true())
        )
    )
