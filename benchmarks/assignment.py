"""How long it takes to choose whom a ticket goes to: reading what everybody has in hand, and the choice itself."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from benchmarks.engines import databases
from benchmarks.figure import Figure, at_most, spread
from storage.core import add_all
from storage.database import Database
from storage.installations import ensure_installation
from storage.loads import loads
from storage.migrate import migrate
from storage.organisations import ensure_desk
from storage.tables.availability import LastAssignedRow
from storage.tables.tickets import TicketRow
from triage.assigning import Choosing, Chosen
from triage.assignment import Assignment
from triage.hours import Calendar
from triage.people import Role
from triage.roster import Roster

ENGINEERS, TICKETS, CLOSED = 500, 20_000, 60_000
FEW = 200  # tickets of a quick run
LOOKS, FEW_LOOKS = 100, 3
BAR = 20.0
AT_ONCE = 5_000
SKILLS = ("cloud", "network", "routing", "voice", "portal", "security")
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """On SQLite, and on PostgreSQL where one can be started here."""
    tickets, looks = (FEW, FEW_LOOKS) if quick else (TICKETS, LOOKS)
    for name, database in databases():
        with database as url:
            found = await asyncio.to_thread(_assigned, url, tickets, looks)
        for needs, (latencies, chosen) in found.items():
            taken = spread(latencies)
            yield at_most(
                f"assignment.{name}{needs}", taken["p99"], "ms", BAR, valid=chosen == looks, all=taken,
                engineers=ENGINEERS, open_tickets=tickets, closed_tickets=CLOSED if tickets == TICKETS else 0,
            )  # fmt: skip


def _assigned(url: str, tickets: int, looks: int) -> dict[str, tuple[list[float], int]]:
    """The milliseconds of each choice, and how often somebody was found: for tickets that need skills, and for such as
    anybody can have."""
    database = Database(url)
    try:
        migrate(database)
        made = random.Random(11)
        of = database.write_now(_organisation)
        people = [f"slack:U{number:04}" for number in range(ENGINEERS)]
        closed = CLOSED if tickets == TICKETS else 0
        rows = [_row(made, people, number, of, is_open=number <= tickets) for number in range(1, tickets + closed + 1)]
        for begin in range(0, len(rows), AT_ONCE):
            database.write_now(partial(add_all, row=TicketRow, rows=rows[begin : begin + AT_ONCE]))
        database.write_now(partial(add_all, row=LastAssignedRow, rows=[
            {"organisation_id": of[0], "person": person, "at": NOW - timedelta(minutes=made.randrange(600))}
            for person in people
        ]))  # fmt: skip
        roster = _roster(made, people)
        found = {}
        for needs, skills in (("", 2), (".anybody", 0)):
            each = [_timed(database, roster, of[0], made.sample(SKILLS, skills)) for _ in range(looks)]
            found[needs] = [taken for taken, _ in each], sum(chosen is not None for _, chosen in each)
        return found
    finally:
        database.close_now()


def _timed(database: Database, roster: Roster, organisation_id: int, skills: list[str]) -> tuple[float, Chosen | None]:
    def choose(session: Session) -> Chosen | None:
        return Choosing(roster, Assignment(), partial(loads, session, organisation_id)).choose(skills, NOW)

    began = time.perf_counter()
    chosen = database.read_now(choose)
    return (time.perf_counter() - began) * 1000, chosen


def _organisation(session: Session) -> tuple[int, int]:
    made = ensure_installation(
        session, platform="slack", workspace="T1", name="", app="A1", bot_user="UBOT", bot_id="B1", now=NOW
    )
    return made.organisation_id, ensure_desk(session, made.organisation_id, "support")


def _roster(made: random.Random, people: list[str]) -> Roster:
    """A third of them on shift, some away, each with a skill or two."""
    week = ("mon", "tue", "wed", "thu", "fri")
    shifts = [
        Calendar("Europe/Paris", {day: [[f"{hour:02}:00", f"{hour + 8:02}:00"]] for day in week}) for hour in (0, 8, 15)
    ]
    return Roster(
        roles=dict.fromkeys(people, frozenset({Role.AGENT})),
        inside=frozenset(people),
        away=dict.fromkeys(made.sample(people, len(people) // 10)),
        skills={person: frozenset(made.sample(SKILLS, made.choice((1, 2)))) for person in people},
        shifts={person: made.choice(shifts) for person in people},
    )


def _row(made: random.Random, people: list[str], number: int, of: tuple[int, int], *, is_open: bool) -> dict[str, Any]:
    opened_at = NOW - timedelta(minutes=made.randrange(100_000))
    return {
        "organisation_id": of[0], "desk_id": of[1], "number": number, "version": 2,
        "status": "open" if is_open else "resolved", "category": "incident",
        "severity": made.choice((1, 2, 3, 3, None)),
        "assignee": made.choice(people), "requester": "slack:U1", "customer": None, "customer_key": None, "level": 0,
        "opened_at": opened_at, "policy_version": 1, "resolved_at": None if is_open else opened_at,
    }  # fmt: skip
