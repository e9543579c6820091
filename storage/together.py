"""What comes at the same moment, and nobody waits for at a screen, shares one transaction: to begin one and to end it
takes longer than most of what is done in it, and several rows take a statement as long as one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import structlog
from sqlmodel import Session

from storage.database_outages import is_away, is_held

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)

MOST = 20  # of them in one: whatever one of them has locked, it holds until the last is done
# Who holds several waits for others no longer than this, which is less than after which PostgreSQL looks for a
# deadlock: then each is done by itself, and whoever was in the way sees nothing of it.
LOCK_MS = 200
# Whoever comes after waits no longer for one: it may wait for a row, or for a server that does not answer any more.
SLOW_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Job(Generic[Asked, Answer]):
    """One of them, and whoever waits for it."""

    asked: Asked
    answer: asyncio.Future[Answer]

    def end(self, answer: Answer) -> None:
        """Tell whoever waits, if anybody still does."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        """Nothing came of it."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Together(Generic[Asked, Answer]):
    """Does them. What comes while one transaction is under way is in the next one, which begins when that has ended, or
    takes long. Where one of them fails, nothing of that transaction happened, and each is done again in one of its own.
    Of whoever does not wait any more when it begins, nothing is done.

    `run` runs a transaction: `Database.read`, or `Database.write`, which `locks`. `batch` answers all that it is given,
    in order; it may be given the same again.
    """

    def __init__(
        self,
        run: Callable[[Callable[[Session], Any]], Awaitable[Any]],
        batch: Callable[[Session, Sequence[Asked]], Sequence[Answer]],
        *,
        locks: bool,
    ) -> None:
        self._run, self._batch, self._locks = run, batch, locks
        self._waiting: list[_Job[Asked, Answer]] = []
        self._running: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def do(self, asked: Asked) -> Answer:
        """The answer to `asked`."""
        job: _Job[Asked, Answer] = _Job(asked, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        if self._running is None:
            # In a task of its own: it begins when all that begin at this moment have come here.
            self._running = asyncio.create_task(self._run_all(), context=Context())
        return await job.answer

    async def _run_all(self) -> None:
        try:
            while self._waiting:
                jobs = [job for job in self._waiting[:MOST] if not job.answer.done()]
                del self._waiting[:MOST]
                if jobs:
                    some = asyncio.create_task(self._run_some(jobs))
                    self._under_way.add(some)
                    some.add_done_callback(self._under_way.discard)
                    await asyncio.wait([some], timeout=SLOW_SECONDS)
        finally:
            self._running = None

    async def finish(self) -> None:
        """Wait until all that was asked is done."""
        while tasks := [each for each in (self._running, *self._under_way) if each is not None and not each.done()]:
            await asyncio.wait(tasks)

    async def _run_some(self, jobs: Sequence[_Job[Asked, Answer]]) -> None:
        try:
            answers = await self._run(partial(self._answers, jobs=jobs))
        except Exception as error:  # noqa: BLE001  it is the caller's, who gets it
            if len(jobs) > 1 and (is_held(error) or not is_away(error)):
                log.info("not together", count=len(jobs), error=type(error).__name__)
                await asyncio.gather(*(self._run_some([job]) for job in jobs))
                return
            for job in jobs:
                job.fail(error)
            return
        for job, answer in zip(jobs, answers, strict=True):
            job.end(answer)

    def _answers(self, session: Session, jobs: Sequence[_Job[Asked, Answer]]) -> Sequence[Answer]:
        if self._locks and len(jobs) > 1 and session.info["engine"] == "postgresql":
            session.info["cursor"].execute(f"SET LOCAL lock_timeout = {LOCK_MS}")
        return self._batch(session, [job.asked for job in jobs])
