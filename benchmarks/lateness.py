"""How long after its due instant a warning stands in the chat, in real time, on a desk whose targets are seconds."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.desk import POLICY, Site, database_url, joined
from benchmarks.figure import Figure, at_most, spread
from benchmarks.load import client, send_at
from benchmarks.record import tickets
from storage.tickets import StoredTicket
from triage.agenda import upcoming
from triage.fold import fold
from triage.terms import ClockKind

SECONDS_APART = 2.3  # no whole number, so that due instants fall anywhere in a busy second
LATEST_SECONDS = 40.0  # what has not come by then is counted as never
BAR = 2.0
# Warned soon after opening, breached long after this is over. Nothing else is said in a thread so soon.
ONLY_RESPONSE = """\
version: 1
targets:
  1: {{response: 600s, update: none, restore: none}}
lead_times:
  response: [{before}s]
"""


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """The latest of the warnings, first on a quiet desk, then while more is waiting to be posted than a channel takes.

    Each is held against the instant at which its ticket's agenda has it due.
    """
    yield await _measure("lateness.warning", 2 if quick else 20, warned_after=3, others=0)
    if not quick:
        yield await _measure("lateness.warning_while_busy", 4, warned_after=12, others=40)


async def _measure(name: str, number: int, *, warned_after: int, others: int) -> Figure:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / POLICY).write_text(ONLY_RESPONSE.format(before=600 - warned_after), encoding="utf-8")
        async with joined(folder) as site:
            await _open(site, number, others)
            await asyncio.sleep(warned_after)
            posted = await _first_replies(site, number)
        expected = [_expected(stored) for stored in tickets(database_url(folder), site.team)[:number]]
    late = [(posted[root] - due).total_seconds() for root, due in expected if root in posted]
    valid = len(late) == number and min(late) >= 0
    detail = {"warnings": number, "posted": len(late), "other_tickets": others, **spread(late)}
    return at_most(name, max(late, default=None), "s", BAR, valid=valid, **detail)


async def _open(site: Site, number: int, others: int) -> None:
    """Open the tickets that will be warned of, then all the others at once."""
    typist = site.typist
    async with client() as session:
        await send_at(session, [typist.types(f"new sev1 Link {n} down") for n in range(number)], 1 / SECONDS_APART)
        await asyncio.sleep(1)
        await send_at(session, [typist.types(f"new inquiry How fast is line {n}") for n in range(others)], 20)


async def _first_replies(site: Site, number: int) -> dict[str, datetime]:
    """By thread, when its first reply was posted; waits until there are `number` of them."""
    url = f"{site.workspace.address}/_control/messages/{site.channel}"
    until = time.monotonic() + LATEST_SECONDS
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(url) as answer:
                found = _replies((await answer.json())["messages"])
            if len(found) >= number or time.monotonic() > until:
                return found
            await asyncio.sleep(1)


def _replies(messages: list[dict[str, Any]]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for message in messages:
        root = message.get("thread_ts")
        if root is not None and root != message["ts"]:
            found.setdefault(root, datetime.fromtimestamp(float(message["ts"]), UTC))
    return found


def _expected(stored: StoredTicket) -> tuple[str, datetime]:
    """The thread of a ticket, and when its first warning was due by the events that opened it."""
    desk = stored.conversation("desk")
    due = upcoming(fold(stored.events[:1]))[ClockKind.RESPONSE]
    return (desk.root_id or "" if desk is not None else ""), due.at
