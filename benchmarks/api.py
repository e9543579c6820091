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
from benchmarks.desk import database_url, embedded, joined
from benchmarks.figure import Figure, at_most, spread
from benchmarks.load import client, send_at
from benchmarks.multiply import multiply
from benchmarks.record import fill
from storage.api_keys import add_key
from storage.database import Database
from storage.organisations import list_desks
from triage.scopes import Scope

# On record, as so many copies of a few: 50,000, of which 2,000 are open.
FEW, OPEN, COPIES, FEW_COPIES = 500, 20, 100, 2
HARDLY_ANY = 60  # of a quick run
SECONDS, A_MOMENT = 12.0, 0.4
#: By the name of its figure: what is asked for, how often a second, and the bar.
ASKED = {
    "tickets": ("/tickets", 50.0, 50.0),
    "all": ("/tickets?state=all", 50.0, 50.0),
    "ticket": ("/tickets/1", 50.0, 50.0),
    "search": ("/tickets?q=line+drops", 10.0, 100.0),  # words that every ticket has
}


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """A program asks for each."""
    few, copies, seconds = (HARDLY_ANY, FEW_COPIES, A_MOMENT) if quick else (FEW, COPIES, SECONDS)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with embedded(folder) as site:
            pass  # the first start makes the database and the desk
        url = database_url(folder)
        await asyncio.to_thread(fill, url, site.team, site.channel, site.user, few, closed=few - OPEN)
        headers = {"Authorization": f"Bearer {await asyncio.to_thread(_prepared, url, copies)}"}
        async with joined(folder) as site, client() as session:
            first = Request("", f"{site.bot.address}/api/v1/openapi.json", "", headers, "GET")
            # The first one loads what it takes, and Vigie has just started.
            await send_at(session, [first] * (10 if quick else 100), 50.0)
            for name, (path, rate, bar) in ASKED.items():
                looks = int(seconds * rate)
                one = Request(name, f"{site.bot.address}/api/v1{path}", "", headers, "GET")
                answers = await send_at(session, [one] * looks, rate)
                found = spread(answers.latencies)
                valid = len(answers.acknowledged) == looks
                details = {"all": found, "tickets": few * copies, "errors": answers.errors[:3]}
                yield at_most(f"api.{name}", found["p99"], "ms", bar, valid=valid, **details)


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
