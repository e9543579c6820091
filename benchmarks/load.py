"""An open-loop client: requests leave when they are due, whether or not the ones before them were answered.

A closed loop would wait with the server and so hide every delay but the first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from benchmarks.commands import Request

TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass
class Answers:
    """What came of a load. `latencies` are milliseconds from each request's due time to the end of its answer,
    `acknowledged` the commands that were answered with status 200, `errors` what came instead of that."""

    latencies: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Acknowledgements a second."""
        return len(self.acknowledged) / self.seconds if self.seconds else 0.0

    def add(self, other: Answers) -> None:
        """Count another round of the same load as well."""
        self.latencies += other.latencies
        self.acknowledged += other.acknowledged
        self.errors += other.errors
        self.seconds += other.seconds


@asynccontextmanager
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that keeps its connections and never makes a request wait for one."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=TIMEOUT) as session:
        yield session


async def send_at(session: aiohttp.ClientSession, requests: Sequence[Request], rate: float) -> Answers:
    """Send `requests`, `rate` of them a second, evenly; waits for the last answer."""
    answers = Answers()
    began = time.perf_counter() + 0.05

    async def send(request: Request, due: float) -> None:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        try:
            async with session.request(
                request.method, request.url, data=request.body, headers=request.headers
            ) as answer:
                text = await answer.text()
                if answer.status == 200:
                    answers.acknowledged.append(request.text)
                else:
                    answers.errors.append(f"{answer.status} {text[:80]}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            answers.errors.append(type(error).__name__)
        answers.latencies.append((time.perf_counter() - due) * 1000)

    async with asyncio.TaskGroup() as group:
        for position, request in enumerate(requests):
            group.create_task(send(request, began + position / rate))
    answers.seconds = time.perf_counter() - began
    return answers
