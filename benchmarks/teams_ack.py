"""How soon an activity of Teams' that opens a ticket is answered, commit included, beside an app of the Teams SDK as it
comes that only answers 200; and what both platforms in one process hold.

The two are loaded in turn, in the same run, so that a slow moment of the machine meets both.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import aiohttp
import psutil

from benchmarks import bare_teams_app
from benchmarks.activities import Talker
from benchmarks.desk import database_url, joined, joined_by_both
from benchmarks.figure import Figure, at_most, percentile, spread, without_bar
from benchmarks.load import Answers, client, send_at
from benchmarks.processes import running
from benchmarks.record import summaries

RATE, ROUNDS, SECONDS, WARM_UP = 20, 4, 2.5, 40
P50_BAR, P99_BAR = 15.0, 250.0  # ms
BOTH_BAR, SLACK_BAR = 230.0, 124.0  # MB
MEGABYTE = 1_000_000
NEW = "new sev2 "
PATH = "/api/messages"  # where the SDK listens as it comes


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """Median and 99th percentile and what they are of the bare app's, whether every ticket is on record, then
    memory."""
    rounds, seconds = (1, 0.5) if quick else (ROUNDS, SECONDS)
    ours, theirs, acknowledged = Answers(), Answers(), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with joined_by_both(folder) as both, client() as session:
            async with _bare(folder, both.talker, both.site.workspace.address) as bare:
                summary = (f"Link {number} down" for number in count(1))
                await _load(session, bare, summary, WARM_UP)
                acknowledged += (await _load(session, both.talker, summary, WARM_UP)).acknowledged
                for _ in range(rounds):
                    theirs.add(await _load(session, bare, summary, round(RATE * seconds)))
                    ours.add(await _load(session, both.talker, summary, round(RATE * seconds)))
            acknowledged += ours.acknowledged
            held = psutil.Process(both.site.bot.pid).memory_info().rss / MEGABYTE
        for figure in _figures(ours, theirs):
            yield figure
        kept = Counter(summaries(database_url(folder), both.site.team))
        lost = [text for text in acknowledged if kept[text.removeprefix(NEW)] != 1]
        yield at_most("teams_ack.lost", len(lost), "tickets", 0, acknowledged=len(acknowledged), lost=lost[:5])
        yield at_most("teams_ack.memory.both", held, "MB", BOTH_BAR)
    with tempfile.TemporaryDirectory() as name:
        async with joined(Path(name)) as site:
            alone = psutil.Process(site.bot.pid).memory_info().rss / MEGABYTE
    yield at_most("teams_ack.memory.slack_alone", alone, "MB", SLACK_BAR)


@asynccontextmanager
async def _bare(folder: Path, talker: Talker, workspace: str) -> AsyncIterator[Talker]:
    """Somebody who writes to the bare app."""
    async with aiohttp.ClientSession() as session, session.get(f"{workspace}/_control/state") as answer:
        teams = (await answer.json())["teams"]
    given = folder / "bare.json"
    said = {"app": talker.app, "tenant": talker.tenant, "issuer": talker.issuer, "keys_url": teams["keys_url"]}
    given.write_text(json.dumps(said), encoding="utf-8")
    async with running((sys.executable, bare_teams_app.__file__, str(given)), folder) as program:
        yield replace(talker, url=f"{program.address}{PATH}")


async def _load(session: aiohttp.ClientSession, talker: Talker, summary: Iterator[str], number: int) -> Answers:
    # Made beforehand: what it costs to make a request is no part of what the server takes to answer it.
    token = talker.token()
    return await send_at(session, [talker.says(NEW + text, token) for text in islice(summary, number)], RATE)


def _figures(ours: Answers, theirs: Answers) -> Iterator[Figure]:
    detail = {
        "asked_per_second": RATE,
        "vigie": spread(ours.latencies),
        "bare_sdk": spread(theirs.latencies),
        "requests": len(ours.latencies),
        "errors": dict(Counter(ours.errors + theirs.errors)),
    }
    valid = not (ours.errors or theirs.errors)
    for name, share, bar in (("p50", 0.5, P50_BAR), ("p99", 0.99, P99_BAR)):
        value, beside = percentile(ours.latencies, share), percentile(theirs.latencies, share)
        yield at_most(f"teams_ack.{name}", value, "ms", bar, valid=valid, **detail)
        yield without_bar(f"teams_ack.{name}_ratio", value / beside, "times the bare app's", valid=valid)
