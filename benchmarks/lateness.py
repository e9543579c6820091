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

from benchmarks.desk import POLICY, Site, database_url, embedded, joined
from benchmarks.figure import Figure, at_most, percentile, spread
from benchmarks.load import client, send_at
from benchmarks.record import fill, tickets
from storage.tickets import StoredTicket
from triage.agenda import upcoming
from triage.fold import fold
from triage.terms import ClockKind

# No whole number, so that due instants fall anywhere in a busy second; and long enough for the three messages of each
# ticket, of which a channel takes one a second.
SECONDS_APART = 3.7
LATEST_SECONDS = 40.0  # what has not come by then is counted as never
BAR = 2.0
AMONG, FEW_AMONG, FILLED = 100_000, 100, 200  # other open tickets, of which so many are opened by the program
AMONG_BAR = 0.5
WARNS = "minutes left"  # what a warning says, and nothing that is said in a thread before it
# Warned soon after opening, breached long after this is over. Before that a thread says alone whom the ticket falls to.
ONLY_RESPONSE = """\
version: 1
targets:
  1: {{response: 600s, update: none, restore: none}}
lead_times:
  response: [{before}s]
"""


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """The latest of the warnings, first on a quiet desk, then while more is waiting to be posted than a channel takes;
    and the latest but one in a hundred where many other tickets are open.

    Each is held against the instant at which its ticket's agenda has it due.
    """
    few, number, among = (2, 2, FEW_AMONG) if quick else (4, 20, AMONG)
    late, detail = await _measured(few, warned_after=3, others=0)
    yield _figure("lateness.warning", late, 1.0, BAR, detail)
    if not quick:
        late, detail = await _measured(few, warned_after=12, others=40)
        yield _figure("lateness.warning_while_busy", late, 1.0, BAR, detail)
    late, detail = await _measured(number, warned_after=3, others=0, among=among)
    yield _figure("lateness.warning_among_100k", late, 0.99, AMONG_BAR, detail)


def _figure(name: str, late: list[float], share: float, bar: float, detail: dict[str, int]) -> Figure:
    value = percentile(late, share) if late else None
    valid = len(late) == detail["warnings"] and min(late) >= 0
    return at_most(name, value, "s", bar, valid=valid, **detail, **spread(late))


async def _measured(
    number: int, *, warned_after: int, others: int, among: int = 0
) -> tuple[list[float], dict[str, int]]:
    """By how many seconds each warning was late."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / POLICY).write_text(ONLY_RESPONSE.format(before=600 - warned_after), encoding="utf-8")
        if among:
            async with embedded(folder) as site:
                pass  # the first start makes the database, the organisation and the policy
            url = database_url(folder)
            await asyncio.to_thread(fill, url, site.team, site.channel, site.user, among, by_program=FILLED)
        async with joined(folder) as site:
            await _open(site, number, others)
            await asyncio.sleep(warned_after)
            posted = await _warned(site, number)
        ours = range(among + 1, among + number + 1)
        expected = [_expected(stored) for stored in tickets(database_url(folder), site.team, ours)]
    late = [(posted[root] - due).total_seconds() for root, due in expected if root in posted]
    return late, {"warnings": number, "posted": len(late), "other_tickets": others, "open_tickets": among}


async def _open(site: Site, number: int, others: int) -> None:
    """Open the tickets that will be warned of, then all the others at once."""
    typist = site.typist
    async with client() as session:
        await send_at(session, [typist.types(f"new sev1 Link {n} down") for n in range(number)], 1 / SECONDS_APART)
        await asyncio.sleep(1)
        await send_at(session, [typist.types(f"new inquiry How fast is line {n}") for n in range(others)], 20)


async def _warned(site: Site, number: int) -> dict[str, datetime]:
    """By thread, when its first warning was posted; waits until there are `number` of them."""
    url = f"{site.workspace.address}/_control/messages/{site.channel}"
    until = time.monotonic() + LATEST_SECONDS
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(url) as answer:
                found = _warnings((await answer.json())["messages"])
            if len(found) >= number or time.monotonic() > until:
                return found
            await asyncio.sleep(1)


def _warnings(messages: list[dict[str, Any]]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for message in messages:
        root = message.get("thread_ts")
        if root is not None and root != message["ts"] and WARNS in message.get("text", ""):
            found.setdefault(root, datetime.fromtimestamp(float(message["ts"]), UTC))
    return found


def _expected(stored: StoredTicket) -> tuple[str, datetime]:
    """The thread of a ticket, and when its first warning was due by the events that opened it."""
    desk = stored.conversation("desk")
    due = upcoming(fold(stored.events[:1]))[ClockKind.RESPONSE]
    return (desk.root_id or "" if desk is not None else ""), due.at
