"""A month later what is old is deleted, by a process that is killed again and again while the bot works on: what is
kept is whole."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

from tests.chaos.stage import Program, Stage
from tests.chaos.verdict import Verdict

MONTH = 31 * 24 * 60.0  # minutes
HANDLED = "select event_id from inbox"
EVENTS = "select ticket_id, seq, kind from event where actor <> 'vigie'"
WAITING = "select id from outbox where state in ('pending', 'claimed')"
TAKES = 2.0  # seconds
# A turn of what a worker does once a minute.
TURN = """
import asyncio, sys
from datetime import datetime, timedelta
from scheduler.retention import Retention
from storage.database import Database
now = datetime.fromisoformat(sys.argv[2])
asyncio.run(Retention(Database(sys.argv[1]), lambda: now, timedelta(days=30)).run())
"""


async def kill_while_it_deletes(
    stage: Stage, verdict: Verdict, *, kills: int, seed: int, is_enough: Callable[[], bool]
) -> int:
    """How many were killed."""
    rng, chat, done = random.Random(seed), stage.chat, 0  # noqa: S311  chance, no secret
    old, events = set(stage.query(HANDLED)), set(stage.query(EVENTS))
    await chat.advance(MONTH, jump=True)
    deleting = Program(stage.folder, "delete", stage.url, datetime.fromtimestamp(chat.now, UTC).isoformat())
    deleting.program, takes = ("-c", TURN), TAKES
    while done < kills and not is_enough():
        waiting, began = set(stage.query(WAITING)), time.monotonic()
        if await deleting.run(takes * rng.uniform(0.5, 1.1)) is None:
            done, takes = done + 1, takes * 1.05
        else:
            takes = time.monotonic() - began
        if gone := waiting - set(stage.query("select id from outbox")):
            verdict.add("lost", f"rows of the outbox that waited: {sorted(gone)[:5]}")
    if await deleting.run() != 0:
        verdict.add("not deleted", "it fails")
    left = old & set(stage.query(HANDLED))
    verdict.noted["deleted as too old"] += len(old - left)
    verdict.noted["killed: while it deletes"] += done
    if left:
        verdict.add("not deleted", f"{len(left)} rows that are older than a month")
    if gone := events - set(stage.query(EVENTS)):
        verdict.add("lost", f"events: {sorted(gone)[:5]}")
    return done
