"""The live feed of the chat page: a number that grows with every change, sent to whoever listens."""

from __future__ import annotations

import asyncio


class Feed:
    """Counts changes and wakes the listeners; several changes between two looks are one."""

    def __init__(self) -> None:
        self.revision = 0
        self._closed = False
        self._waiters: set[asyncio.Future[None]] = set()

    def changed(self) -> None:
        """Something a person could see is different now."""
        self.revision += 1
        self._wake()

    def open(self) -> None:
        """Starts serving listeners (again)."""
        self._closed = False

    def close(self) -> None:
        """Sends every listener home, so that a shutdown waits for none of them."""
        self._closed = True
        self._wake()

    async def after(self, revision: int, patience: float) -> int | None:
        """The present revision as soon as it is newer than `revision`, or after `patience` seconds; None at the end."""
        if not self._closed and self.revision <= revision:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await asyncio.wait((waiter,), timeout=patience)
            finally:
                self._waiters.discard(waiter)
        return None if self._closed else self.revision

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
