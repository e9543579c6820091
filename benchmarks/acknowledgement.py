"""How soon `/ticket new` is answered, commit included, beside a bare Bolt app that only acknowledges.

The two are loaded in turn, in the same run, so that a slow moment of the machine meets both.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count, islice
from pathlib import Path

import aiohttp

from benchmarks import bare_app
from benchmarks.commands import Typist
from benchmarks.desk import database_url, joined
from benchmarks.figure import Figure, at_most, percentile, spread
from benchmarks.load import Answers, client, send_at
from benchmarks.processes import running
from benchmarks.record import summaries

RATES = (20, 100)
ROUNDS, SECONDS = 5, 3.0
WARM_UP = 40  # requests that are answered but not counted: connections open, caches fill
P99_FLOOR, P99_TIMES = 50.0, 3.0
NEW = "new sev1 "


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """Median and 99th percentile at each rate, then whether every ticket that was acknowledged is on record."""
    rounds, seconds = (1, 0.5) if quick else (ROUNDS, SECONDS)
    acknowledged: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with joined(folder) as site, _bare(folder) as bare, client() as session:
            vigie = site.typist
            summary = (f"Link {number} down" for number in count(1))
            await _load(session, bare, summary, WARM_UP, RATES[0])
            acknowledged += (await _load(session, vigie, summary, WARM_UP, RATES[0])).acknowledged
            for rate in RATES:
                ours, theirs = Answers(), Answers()
                for _ in range(rounds):
                    theirs.add(await _load(session, bare, summary, round(rate * seconds), rate))
                    ours.add(await _load(session, vigie, summary, round(rate * seconds), rate))
                acknowledged += ours.acknowledged
                for figure in _figures(rate, ours, theirs):
                    yield figure
        yield _kept(acknowledged, summaries(database_url(folder), site.team))


@asynccontextmanager
async def _bare(folder: Path) -> AsyncIterator[Typist]:
    """Somebody who types to the bare app."""
    async with running((sys.executable, bare_app.__file__), folder) as program:
        yield Typist(f"{program.address}/slack/events", bare_app.SECRET)


async def _load(
    session: aiohttp.ClientSession, typist: Typist, summary: Iterator[str], number: int, rate: float
) -> Answers:
    # Signed beforehand: what it costs to make a request is no part of what the server takes to answer it.
    return await send_at(session, [typist.types(NEW + text) for text in islice(summary, number)], rate)


def _figures(rate: int, ours: Answers, theirs: Answers) -> Iterator[Figure]:
    detail = {
        "asked_per_second": rate,
        "vigie": {**spread(ours.latencies), "per_second": round(ours.rate, 1)},
        "bare_bolt": {**spread(theirs.latencies), "per_second": round(theirs.rate, 1)},
        "requests": len(ours.latencies),
        "errors": dict(Counter(ours.errors + theirs.errors)),
    }
    p50, p99 = (percentile(theirs.latencies, share) for share in (0.5, 0.99))
    for name, share, bar in (("p50", 0.5, p50), ("p99", 0.99, max(P99_FLOOR, P99_TIMES * p99))):
        value = percentile(ours.latencies, share)
        yield at_most(f"acknowledgement.{rate}.{name}", value, "ms", bar, valid=not ours.errors, **detail)


def _kept(acknowledged: list[str], on_record: list[str]) -> Figure:
    """Tickets that were acknowledged and are not on record, or are there more than once."""
    kept = Counter(on_record)
    wrong = [text for text in acknowledged if kept[text.removeprefix(NEW)] != 1]
    return at_most("acknowledgement.lost", len(wrong), "tickets", 0, acknowledged=len(acknowledged), lost=wrong[:5])
