"""Work that is done again and again beside everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog

log = structlog.get_logger(__name__)
CALM = 0.3  # seconds
PATIENCE = 5  # so many times `CALM`


class Repeating:
    """Does each piece of work at its own interval, until it is stopped. One that fails is tried again next time."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def every(
        self, interval: timedelta, work: Callable[[], Awaitable[None]], sooner: asyncio.Event | None = None
    ) -> None:
        """Do that after each such interval; the first time after one. And once `sooner` has been set and has not been
        set again for `CALM`; where it is set again and again, after `PATIENCE` times that."""
        self._tasks.append(asyncio.create_task(_repeat(interval, work, sooner or asyncio.Event())))

    def stop(self) -> None:
        """Do none of it any more."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()


async def _repeat(interval: timedelta, work: Callable[[], Awaitable[None]], sooner: asyncio.Event) -> None:
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(sooner.wait(), interval.total_seconds())
        for _ in range(PATIENCE):
            if not sooner.is_set():
                break
            sooner.clear()
            await asyncio.sleep(CALM)
        try:
            await work()
        except Exception:
            log.exception("a refresh failed")
