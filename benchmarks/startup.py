"""How long `vigie run` takes until it says where to open it, on a folder where it has run before."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.desk import embedded
from benchmarks.figure import Figure, at_most, percentile

STARTS = 5
BAR = 4.0


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """The median of several starts after the first, which makes the database."""
    with tempfile.TemporaryDirectory() as name:
        folder, seconds = Path(name), []
        for _ in range(2 if quick else STARTS + 1):
            async with embedded(folder) as site:
                seconds.append(round(site.bot.seconds, 2))
    first, *again = seconds
    yield at_most("startup.again", percentile(again, 0.5), "s", BAR, first=first, again=again)
