"""How long it takes to find tickets among many: by `search`, and those that look like a new one."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from benchmarks.engines import databases
from benchmarks.figure import Figure, at_most, spread
from storage.core import add_all
from storage.database import Database
from storage.installations import ensure_installation
from storage.migrate import migrate
from storage.organisations import ensure_desk
from storage.search import Within, search
from storage.similar import similar
from storage.tables.tickets import BodyRow, TicketRow
from storage.tables.words import WordsRow
from triage.words import read_query, words_of

TICKETS, FEW = 100_000, 500
LOOKS, FEW_LOOKS = 150, 5
BAR = 100.0
AT_ONCE = 5_000
DAYS = 365  # over which the tickets were opened
OPEN_SHARE = 0.03
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)

THINGS = ("link", "router", "circuit", "VPN", "mail", "DNS", "BGP session", "fibre", "switch", "portal", "routeur",
          "liaison", "accès internet", "téléphonie", "firewall", "backup line")  # fmt: skip
TROUBLES = ("is down", "drops packets", "flaps", "is slow", "has high latency", "cannot be reached", "est coupée",
            "est très lent", "perd des paquets", "reports errors", "shows no light", "needs a new port")  # fmt: skip
MORE = ("since this morning", "after the maintenance", "again", "depuis hier soir", "all users are hit",
        "only voice is hit", "we have rebooted it twice", "the backup holds", "our monitoring says so")  # fmt: skip
SYLLABLES = ("ba", "ro", "ti", "ne", "su", "kel", "mor", "dan", "vi", "lo", "gar", "pe", "shi", "ton", "ham", "ville")


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """On SQLite, and on PostgreSQL where one can be started here."""
    tickets, looks = (FEW, FEW_LOOKS) if quick else (TICKETS, LOOKS)
    for name, database in databases():
        with database as url:
            found = await asyncio.to_thread(_looked, url, tickets, looks)
        for what, latencies in found.items():
            all_found = spread(latencies)
            of = "" if name == "sqlite" else f".{name}"
            yield at_most(f"search.{what}{of}", all_found["p99"], "ms", BAR, all=all_found, tickets=tickets)


def _looked(url: str, tickets: int, looks: int) -> dict[str, list[float]]:
    """The milliseconds of each look, by what was looked for."""
    database = Database(url)
    try:
        migrate(database)
        made = random.Random(7)
        of = database.write_now(_organisation)
        names = _names(made)
        for begin in range(1, tickets + 1, AT_ONCE):
            numbers = range(begin, min(begin + AT_ONCE, tickets + 1))
            database.write_now(partial(_put, rows=[_ticket(made, names, number, tickets, of) for number in numbers]))
        asked: dict[str, Callable[[], str]] = {
            "site": lambda: made.choice(names),
            "site_and_common": lambda: f"{made.choice(names)} {made.choice(THINGS)}",
            "circuit": lambda: f"CKT-{made.randrange(tickets)}",
            "common": lambda: made.choice(THINGS),
            "beginning": lambda: made.choice(names)[:3],
            "misspelt": lambda: _misspelt(made, made.choice(names)),
            "nothing": lambda: "qqqwww zzzxxx",
        }
        found = {
            what: [_timed(database, partial(_search, organisation_id=of[0], words=one())) for _ in range(looks)]
            for what, one in asked.items()
        }
        newest = [tickets - made.randrange(tickets // 10) for _ in range(looks)]
        found["similar"] = [
            _timed(database, partial(similar, organisation_id=of[0], ticket_id=number, now=NOW)) for number in newest
        ]
        return found
    finally:
        database.close_now()


def _timed(database: Database, look: Callable[[Session], object]) -> float:
    began = time.perf_counter()
    database.read_now(look)
    return (time.perf_counter() - began) * 1000


def _search(session: Session, organisation_id: int, words: str) -> object:
    return search(session, Within(organisation_id), read_query(words), limit=11)


def _organisation(session: Session) -> tuple[int, int]:
    made = ensure_installation(
        session, platform="slack", workspace="T1", name="", app="A1", bot_user="UBOT", bot_id="B1", now=NOW
    )
    return made.organisation_id, ensure_desk(session, made.organisation_id, "support")


def _names(made: random.Random) -> list[str]:
    """Sites and customers: some have many tickets, most have few."""
    return ["".join(made.choices(SYLLABLES, k=made.choice((2, 3, 3, 4)))) for _ in range(3000)]


def _ticket(made: random.Random, names: list[str], number: int, tickets: int, of: tuple[int, int]) -> dict[str, Any]:
    site, customer = (names[int(len(names) * made.random() ** 2)] for _ in range(2))
    summary = f"{made.choice(THINGS)} {made.choice(TROUBLES)} {made.choice(('in', 'at', 'to'))} {site}"
    told = [made.choice(MORE) for _ in range(made.randrange(5))] + [f"circuit CKT-{made.randrange(tickets)}"]
    rest = [f"{made.choice(THINGS)} {made.choice(TROUBLES)} {made.choice(MORE)} {made.choice(names)}" for _ in range(6)]
    is_open = made.random() < OPEN_SHARE
    opened_at = NOW - timedelta(days=DAYS * (1 - number / tickets))
    return {
        "text": f"{summary}\n{' '.join(told)}", "customer": customer.title(), "rest": " ".join(rest), "of": of,
        "number": number, "opened_at": opened_at, "is_open": is_open,
    }  # fmt: skip


def _put(session: Session, rows: list[dict[str, Any]]) -> None:
    """As if they had been opened, worked on and resolved; the texts of that are left out."""
    add_all(session, TicketRow, [_ticket_row(row) for row in rows])
    add_all(session, BodyRow, [
        {"id": row["number"], "organisation_id": row["of"][0], "ticket_id": row["number"], "text": row["text"]}
        for row in rows
    ])  # fmt: skip
    add_all(session, WordsRow, [
        {
            "ticket_id": row["number"], "organisation_id": row["of"][0],
            "opening": " ".join(words_of(row["text"], row["customer"])), "rest": " ".join(words_of(row["rest"])),
        }
        for row in rows
    ])  # fmt: skip


def _ticket_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["number"], "organisation_id": row["of"][0], "desk_id": row["of"][1], "number": row["number"],
        "version": 1, "status": "open" if row["is_open"] else "resolved", "category": "incident", "severity": 2,
        "requester": "slack:U1", "customer": row["customer"], "customer_key": row["customer"].casefold(), "level": 0,
        "summary_id": row["number"], "opened_at": row["opened_at"], "policy_version": 1,
        "resolved_at": None if row["is_open"] else row["opened_at"],
    }  # fmt: skip


def _misspelt(made: random.Random, word: str) -> str:
    at = made.randrange(1, len(word))
    return word[:at] + word[at + 1 :]
