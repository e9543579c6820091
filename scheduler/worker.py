"""A worker: a task that does rounds of work whenever its bell is rung, until nothing is left to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Worker:
    """One task that does rounds: `work` answers whether another round may find more, `rest` is called when none does.

    A ring during a round is never lost: the rounds begin again. `on_death` is called where the task ended and was not
    stopped: nobody will do its work any more.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[bool]],
        rest: Callable[[], Awaitable[None]],
        on_death: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self._on_death = on_death
        self._work = work
        self._rest = rest
        self._bell = asyncio.Event()
        self._quiet = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._began: float | None = None  # the round that runs, in the loop's own seconds

    def start(self) -> None:
        """Begin to listen."""
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name=self.name)
        self._task.add_done_callback(self._ended)

    def ring(self) -> None:
        """There may be something to do: look now."""
        self._quiet.clear()
        self._bell.set()

    async def stop(self, seconds: float) -> None:
        """End after the round that runs; break it off if it takes longer than `seconds`."""
        if self._task is None:
            return
        self._stopping = True
        self.ring()
        done, _ = await asyncio.wait([self._task], timeout=seconds)
        if not done:
            log.warning("broken off", worker=self.name)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    @property
    def alive(self) -> bool:
        """Whether it listens."""
        return self._task is not None and not self._task.done()

    @property
    def busy_for(self) -> float:
        """For how many seconds the round that runs has been running; zero: none does."""
        return 0.0 if self._began is None else asyncio.get_running_loop().time() - self._began

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is left to do since the last ring."""
        return self._quiet.is_set()

    async def quiet(self) -> None:
        """Wait until nothing is left to do."""
        await self._quiet.wait()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not self._stopping:
            error = None if task.cancelled() else task.exception()
            log.critical("a worker has died", worker=self.name, exc_info=error)
            self._on_death()

    async def _run(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            if self._stopping:
                return
            try:
                while await self._round(self._work()):
                    if self._stopping:
                        return
                await self._round(self._rest())
            except Exception:
                # The database may be away. The sweep rings again, and everything due stays on record.
                log.exception("a pass failed", worker=self.name)
            if not self._bell.is_set():
                self._quiet.set()

    async def _round(self, work: Awaitable[T]) -> T:
        self._began = asyncio.get_running_loop().time()
        try:
            return await work
        finally:
            self._began = None
