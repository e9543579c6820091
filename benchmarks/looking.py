"""How long it takes to look at a desk with many tickets on record, all of them open: its lists, and a ticket."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.desk import database_url, joined
from benchmarks.figure import Figure, at_most, spread, without_bar
from benchmarks.load import client, send_at
from benchmarks.record import fill

TICKETS, FEW = 50_000, 500
BAR = 150.0
RATE = 10.0  # a second
LOOKS, FEW_LOOKS = 100, 5
# What a person types, and whether it has a bar.
TYPED = {"list": True, "list open": True, "list sev1": True, "queue": False, "show 1": False}


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """An agent types each again and again."""
    tickets, looks = (FEW, FEW_LOOKS) if quick else (TICKETS, LOOKS)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with joined(folder) as site:
            pass  # the first start makes the database and the organisation
        await asyncio.to_thread(fill, database_url(folder), site.team, site.channel, site.user, tickets)
        async with joined(folder) as site, client() as session:
            for typed, has_bar in TYPED.items():
                answers = await send_at(session, [site.typist.types(typed) for _ in range(looks)], RATE)
                found = spread(answers.latencies)
                name, valid = (
                    "looking." + typed.replace(" ", "_"),
                    len(answers.latencies) == looks and not answers.errors,
                )
                if has_bar:
                    yield at_most(name, found["p99"], "ms", BAR, valid=valid, all=found, tickets=tickets)
                else:
                    yield without_bar(name, found["p99"], "ms", valid=valid, all=found, tickets=tickets)
