"""Work that is done again and again beside everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

log = structlog.get_logger(__name__)


class Repeating:
    """Does each piece of work at its own interval, until it is stopped. One that fails is tried again next time."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def every(self, interval: timedelta, work: Callable[[], Awaitable[None]]) -> None:
        """Do that after each such interval; the first time after one."""
        self._tasks.append(asyncio.create_task(_repeat(interval, work)))

    def stop(self) -> None:
        """Do none of it any more."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()


async def _repeat(interval: timedelta, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(interval.total_seconds())
        try:
            await work()
        except Exception:
            log.exception("a refresh failed")
