"""How long it takes to look at a desk with many tickets on record, all of them open: its lists, and a ticket."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.desk import database_url, embedded, joined
from benchmarks.figure import Figure, at_most, spread
from benchmarks.load import client, send_at
from benchmarks.record import fill

TICKETS, FEW = 100_000, 100
BAR = 100.0
RATE = 10.0  # a second
LOOKS, FEW_LOOKS = 40, 5
# What a person types: most of it finds all that is open, some of it nothing.
TYPED = ("list", "list {other}", "list open", "list sev1", "list unassigned", "queue", "show 1")


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """An agent types each again and again."""
    tickets, looks = (FEW, FEW_LOOKS) if quick else (TICKETS, LOOKS)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with embedded(folder) as site:
            pass  # the first start makes the database and the organisation
        await asyncio.to_thread(fill, database_url(folder), site.team, site.channel, site.user, tickets)
        async with joined(folder) as site, client() as session:
            other = next(user for user in site.users if user != site.user)
            for typed in TYPED:
                words = typed.format(other=f"<@{other}>")
                answers = await send_at(session, [site.typist.types(words) for _ in range(looks)], RATE)
                found = spread(answers.latencies)
                name, valid = _name(typed), len(answers.latencies) == looks and not answers.errors
                yield at_most(name, found["p99"], "ms", BAR, valid=valid, all=found, tickets=tickets)


def _name(typed: str) -> str:
    return "looking." + typed.replace("{other}", "of_another").replace(" ", "_")
