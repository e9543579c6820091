"""How many `/ticket new` a second are answered for a minute on SQLite, one process listening and one working."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

from benchmarks.commands import Typist
from benchmarks.desk import database_url, split
from benchmarks.figure import Figure, at_most, percentile, spread, without_bar
from benchmarks.load import Answers, client, send_at
from benchmarks.record import summaries

RATE, SECONDS = 150, 60
BAR = 250.0
HIGHER, PROBE_SECONDS = (200, 300, 400, 500), 3
NEW = "new sev3 "


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """The 99th percentile at the rate that is asked for; then the highest rate that holds for some seconds."""
    seconds = 1 if quick else SECONDS
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with split(folder) as site, client() as session:
            await _load(session, site.typist, "warm", 20, 1)
            answers = Answers()
            for part in range(seconds):  # signed second by second: nobody's signature grows old
                answers.add(await _load(session, site.typist, f"line {part}", RATE, 1))
            highest = None if quick else await _highest(session, site.typist)
        kept = Counter(summaries(database_url(folder), site.team))
    lost = [text for text in answers.acknowledged if kept[text.removeprefix(NEW)] != 1]
    valid = not answers.errors and not lost
    yield at_most(
        f"sustained.{RATE}", percentile(answers.latencies, 0.99), "ms", BAR, valid=valid, **spread(answers.latencies),
        acknowledged=len(answers.acknowledged), lost=len(lost), per_second=round(answers.rate, 1),
        errors=dict(Counter(answers.errors)),
    )  # fmt: skip
    if highest is not None:
        yield without_bar("sustained.highest", highest, "per second", held_seconds=PROBE_SECONDS, p99_below=BAR)


async def _load(session: aiohttp.ClientSession, typist: Typist, name: str, rate: int, seconds: int) -> Answers:
    requests = [typist.types(f"{NEW}{name} {number} is slow") for number in range(rate * seconds)]
    return await send_at(session, requests, rate)


async def _highest(session: aiohttp.ClientSession, typist: Typist) -> int:
    holds = RATE
    for rate in HIGHER:
        answers = await _load(session, typist, f"probe {rate}", rate, PROBE_SECONDS)
        if answers.errors or percentile(answers.latencies, 0.99) > BAR:
            break
        holds = rate
    return holds
