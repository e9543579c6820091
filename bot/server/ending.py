"""How a process ends that was told to: within ten seconds, whatever hangs."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import structlog

log = structlog.get_logger(__name__)

ANSWERED_BY = 4.5  # seconds after it was told to: what was accepted is answered
SENT_BY = 6.5  # what was being sent has arrived, or is broken off
CLOSED_BY = 8.5  # every connection is closed
GONE_BY = 9.5


async def within(seconds: float, work: Callable[[], Awaitable[object]]) -> bool:
    """Do that, if it ends within so many seconds; whether it did."""
    try:
        async with asyncio.timeout(seconds):
            await work()
    except TimeoutError:
        return False
    return True


class Closing:
    """What is to be closed, the last first. Each has until its own second of the end, or is left as it is; all the
    others are closed even so."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._began: float | None = None

    def then(self, close: Callable[[], Awaitable[object]], by: float = CLOSED_BY) -> None:
        """Close that, before everything that was named so far."""

        async def in_time() -> None:
            if not await within(self.left(by), close):
                log.warning("left as it is", what=getattr(close, "__qualname__", type(close).__name__))

        self._stack.push_async_callback(in_time)

    def at_once(self, close: Callable[[], object]) -> None:
        """The same for what does not wait."""
        self._stack.callback(close)

    def left(self, by: float) -> float:
        """How many seconds there are until that second of the end."""
        now = asyncio.get_running_loop().time()
        return max(0.0, by if self._began is None else self._began + by - now)

    async def close(self) -> None:
        """The end begins."""
        if self._began is None:
            self._began = asyncio.get_running_loop().time()
        await self._stack.aclose()


class LastResort:
    """Ends the process where it does not end by itself: a thread that waits for a server that hangs cannot be
    interrupted. Nothing is lost by it: what people were told is done is on record."""

    def __init__(self, seconds: float = GONE_BY) -> None:
        self._seconds = seconds
        self._timer: threading.Timer | None = None
        self._code = 1

    def begin(self) -> None:
        """From now on there are so many seconds."""
        if self._timer is None:
            self._timer = threading.Timer(self._seconds, self._leave)
            self._timer.daemon = True
            self._timer.start()

    def closed(self) -> None:
        """All was closed that could be: whatever still waits in a thread, waits for nobody."""
        self._code = 0

    def _leave(self) -> None:
        log.warning("left without waiting any longer", seconds=self._seconds)
        sys.stdout.flush()
        os._exit(self._code)
