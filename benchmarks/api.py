"""How long a program waits for a page of tickets, asking again and again at a desk with many on record."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlmodel import Session

from benchmarks.commands import Request
from benchmarks.desk import database_url, joined
from benchmarks.figure import Figure, at_most, spread
from benchmarks.load import client, send_at
from benchmarks.multiply import multiply
from benchmarks.record import fill
from storage.api_keys import add_key
from storage.database import Database
from storage.organisations import list_desks
from triage.scopes import Scope

# On record, as so many copies of a few: 50,000, of which 2,000 are open.
FEW, CLOSED, COPIES, FEW_COPIES = 500, 480, 100, 2
BAR = 50.0
RATE = 50.0  # a second
LOOKS, FEW_LOOKS = 1000, 20
#: What is asked for, by the name of its figure.
ASKED = {
    "tickets": "/tickets", "all": "/tickets?state=all", "search": "/tickets?q=line+drops", "ticket": "/tickets/1",
}  # fmt: skip


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """A program asks for each."""
    copies, looks = (FEW_COPIES, FEW_LOOKS) if quick else (COPIES, LOOKS)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with joined(folder) as site:
            pass  # the first start makes the database and the desk
        url = database_url(folder)
        await asyncio.to_thread(fill, url, site.team, site.channel, site.user, FEW, closed=CLOSED)
        headers = {"Authorization": f"Bearer {await asyncio.to_thread(_prepared, url, copies)}"}
        async with joined(folder) as site, client() as session:
            async with session.get(f"{site.bot.address}/api/v1/openapi.json"):  # the first one loads what it takes
                pass
            for name, path in ASKED.items():
                one = Request(name, f"{site.bot.address}/api/v1{path}", "", headers, "GET")
                answers = await send_at(session, [one] * looks, RATE)
                found = spread(answers.latencies)
                valid = len(answers.acknowledged) == looks
                details = {"all": found, "tickets": FEW * copies, "errors": answers.errors[:3]}
                yield at_most(f"api.{name}", found["p99"], "ms", BAR, valid=valid, **details)


def _prepared(url: str, copies: int) -> str:
    """A key of a desk, which from then on has so many copies of its tickets."""
    database = Database(url)
    try:
        key = database.write_now(partial(_key, now=datetime.now(UTC)))
    finally:
        database.close_now()
    others = Database(url)  # which has not opened it yet: it is to be had alone
    try:
        multiply(others, copies)
    finally:
        others.close_now()
    return key


def _key(session: Session, now: datetime) -> str:
    [desk] = list_desks(session)
    made = add_key(session, desk.organisation_id, desk.desk_id, "Bench", [Scope.READ], by="bench", now=now)
    return made[1]
