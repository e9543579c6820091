"""How soon `/ticket new` is answered, commit included, beside two bare Bolt apps: one with its defaults that only
acknowledges, and one that acknowledges after a durable commit of one row.

The three are loaded in turn, in the same run, so that a slow moment of the machine meets all of them.
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

RATES = {20: 3, 100: 8}  # requests a second, and in how many rounds
SECONDS = 1.5
WARM_UP, WARM_UP_RATE = 40, 20  # requests that are answered but not counted: connections open, caches fill
P99_FLOOR, P99_TIMES = 50.0, 3.0
P50_TIMES = 1.5  # of the app that commits as well
NEW = "new sev1 "


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """Median and 99th percentile at each rate, then whether every ticket that was acknowledged is on record."""
    seconds = 0.5 if quick else SECONDS
    acknowledged: list[str] = []
    # Not where temporary files are: those may be kept in memory, which has no disk to wait for.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as made:
        folder = Path(made)
        async with (
            joined(folder) as site,
            _bare(folder) as bare,
            _bare(folder, "bare.db") as durable,
            client() as session,
        ):
            typists = {"bare_bolt": bare, "durable_bolt": durable, "vigie": site.typist}
            summary = (f"Link {number} down" for number in count(1))
            for each in (bare, durable):
                await _load(session, each, summary, WARM_UP, WARM_UP_RATE)
            acknowledged += (await _load(session, site.typist, summary, WARM_UP, WARM_UP_RATE)).acknowledged
            for rate, rounds in RATES.items():
                answers = {name: Answers() for name in typists}
                for _ in range(1 if quick else rounds):
                    for name, each in typists.items():
                        answers[name].add(await _load(session, each, summary, round(rate * seconds), rate))
                acknowledged += answers["vigie"].acknowledged
                for figure in _figures(rate, answers):
                    yield figure
        yield _kept(acknowledged, summaries(database_url(folder), site.team))


@asynccontextmanager
async def _bare(folder: Path, *file: str) -> AsyncIterator[Typist]:
    """Somebody who types to a bare app: the one that commits to `file`, or the one that does not."""
    async with running((sys.executable, bare_app.__file__, *file), folder) as program:
        yield Typist(f"{program.address}/slack/events", bare_app.SECRET)


async def _load(
    session: aiohttp.ClientSession, typist: Typist, summary: Iterator[str], number: int, rate: float
) -> Answers:
    # Signed beforehand: what it costs to make a request is no part of what the server takes to answer it.
    return await send_at(session, [typist.types(NEW + text) for text in islice(summary, number)], rate)


def _figures(rate: int, answers: dict[str, Answers]) -> Iterator[Figure]:
    """Against the app that only acknowledges, then against the one that commits as well."""
    detail = {
        "asked_per_second": rate,
        **{name: {**spread(each.latencies), "per_second": round(each.rate, 1)} for name, each in answers.items()},
        "requests": len(answers["vigie"].latencies),
        "errors": dict(Counter(error for each in answers.values() for error in each.errors)),
    }
    valid = not answers["vigie"].errors
    ours, bare, durable = (
        [percentile(answers[name].latencies, share) for share in (0.5, 0.99)]
        for name in ("vigie", "bare_bolt", "durable_bolt")
    )
    name = f"acknowledgement.{rate}"
    yield at_most(f"{name}.p50", ours[0], "ms", bare[0], valid=valid, **detail)
    yield at_most(f"{name}.p99", ours[1], "ms", max(P99_FLOOR, P99_TIMES * bare[1]), valid=valid, **detail)
    yield at_most(f"{name}.p50_times_durable", ours[0] / durable[0], "times", P50_TIMES, valid=valid)
    yield at_most(f"{name}.p99_times_durable", ours[1] / durable[1], "times", P99_TIMES, valid=valid)


def _kept(acknowledged: list[str], on_record: list[str]) -> Figure:
    """Tickets that were acknowledged and are not on record, or are there more than once."""
    kept = Counter(on_record)
    wrong = [text for text in acknowledged if kept[text.removeprefix(NEW)] != 1]
    return at_most("acknowledgement.lost", len(wrong), "tickets", 0, acknowledged=len(acknowledged), lost=wrong[:5])
