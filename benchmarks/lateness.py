"""How long after its due instant a warning stands in the chat, in real time, on a desk whose targets are seconds."""

from __future__ import annotations

import asyncio
import tempfile
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
from triage.terms import ClockKind
from triage.ticket import fold

TICKETS = 20
SECONDS_APART = 2.3  # no whole number, so that due instants fall anywhere between two seconds
LEFT_SECONDS = 6.0  # for the last warning: it is due within four
BAR = 2.0
# Warned three seconds after opening; breached long after this is over.
ONLY_RESPONSE = """\
version: 1
targets:
  1: {response: 600s, update: none, restore: none}
lead_times:
  response: [597s]
"""


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """The latest of the warnings, each against the instant at which its ticket's agenda has it due."""
    number = 2 if quick else TICKETS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / POLICY).write_text(ONLY_RESPONSE, encoding="utf-8")
        async with joined(folder) as site:
            await _open(site, number)
            posted = await _first_replies(site)
        late = [
            (posted[root] - due).total_seconds()
            for root, due in map(_expected, tickets(database_url(folder), site.team))
            if root in posted
        ]
        yield at_most(
            "lateness.warning", max(late, default=float("nan")), "s", BAR,
            valid=len(late) == number and min(late) >= 0, warnings=len(late), expected=number, **spread(late),
        )  # fmt: skip


async def _open(site: Site, number: int) -> None:
    typed = [site.typist.types(f"new sev1 Link {n} down") for n in range(number)]
    async with client() as session:
        await send_at(session, typed, 1 / SECONDS_APART)
    await asyncio.sleep(LEFT_SECONDS)


async def _first_replies(site: Site) -> dict[str, datetime]:
    """By thread, when its first reply was posted: nothing but the warning is said there so soon."""
    url = f"{site.workspace.address}/_control/messages/{site.channel}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        messages: list[dict[str, Any]] = (await answer.json())["messages"]
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
