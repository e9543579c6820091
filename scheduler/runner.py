"""One wake-up at the earliest due instant, plus a sweep: the passes do the work. APScheduler rings at an instant of the
machine's clock; the sweep counts seconds, so that a clock which steps back keeps nobody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import Session

from scheduler import deadlines
from scheduler.delivery import Delivery
from scheduler.worker import Worker
from storage import outbox
from storage.database import Database
from storage.deadlines import next_due_at
from storage.refresh import refresh_stale

log = structlog.get_logger(__name__)
SWEEP_SECONDS = 15
SETTLE_SECONDS = 10
STOP_SECONDS = 15
SOON = timedelta(seconds=1)
STEP = timedelta(seconds=1)  # by less than that no clock steps back
TOGETHER_SECONDS = 0.05


@dataclass
class Runner:
    """Runs the passes whenever something may be due. The sweep alone is right; the wake-up only cuts latency.

    `now` is the project's time; `real` turns an instant of it into one of the machine's clock, by which alone timers
    run. Planning and delivery are two workers, so that a slow chat never keeps a deadline from being planned.
    """

    database: Database
    delivery: Delivery
    now: Callable[[], datetime]
    real: Callable[[datetime], datetime] = lambda at: at
    last_sweep: datetime | None = None
    _jobs: AsyncIOScheduler | None = None
    _planning: Worker = field(init=False)
    _delivering: Worker = field(init=False)
    _failed: set[int] = field(default_factory=set)
    _next_due: datetime | None = None
    _took_over: bool = False
    _nudging: asyncio.TimerHandle | None = None
    _sweeping: asyncio.Task[None] | None = None
    _seen: datetime | None = None

    def __post_init__(self) -> None:
        self._planning = Worker("planning", self._plan, self._wake_planning)
        self._delivering = Worker("delivery", self._deliver, self._wake_delivery)
        self.delivery.on_done = self._delivering.ring
        self.delivery.on_dead = self._planning.ring

    def start(self) -> None:
        """Begin to hold the clocks."""
        jobs = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})
        jobs.start()
        self._jobs = jobs
        self._sweeping = asyncio.create_task(self._sweeps(), name="sweep")
        self._planning.start()
        self._delivering.start()
        self.nudge()

    async def stop(self) -> None:
        """Finish what is being planned and sent; leave the rest to the next start."""
        if self._jobs is not None:
            self._jobs.shutdown(wait=False)
            self._jobs = None
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)
            self._sweeping = None
        if self._nudging is not None:
            self._nudging.cancel()
            self._nudging = None
        await asyncio.gather(self._planning.stop(STOP_SECONDS), self._delivering.stop(STOP_SECONDS))
        await self.delivery.drain()

    @property
    def alive(self) -> bool:
        """Whether the clocks are being held."""
        return self._planning.alive and self._delivering.alive

    @property
    def is_idle(self) -> bool:
        """Whether nothing is due, and nothing that may be sent at this moment is unsent."""
        return self._planning.is_quiet and self._delivering.is_quiet and not self.delivery.is_busy

    def nudge(self) -> None:
        """Something was recorded, or time has moved: look now."""
        if self._nudging is not None:
            self._nudging.cancel()
            self._nudging = None
        self._planning.ring()
        self._delivering.ring()

    def nudge_soon(self) -> None:
        """Something was recorded that nobody waits for: look in a moment, once for all that comes until then. A busy
        minute's commands would otherwise each pay for a look of their own."""
        if self._nudging is None:
            self._nudging = asyncio.get_running_loop().call_later(TOGETHER_SECONDS, self.nudge)

    async def settle(self) -> datetime | None:
        """Run everything due at this moment; answers when something will be due next, None for never."""
        self.nudge()
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                while not self.is_idle:
                    # First, since what it plans is to be sent; and each time, since it may have been rung meanwhile.
                    await self._planning.quiet()
                    await self._delivering.quiet()
                    await self.delivery.drain()
        except TimeoutError:
            log.warning("work goes on", seconds=SETTLE_SECONDS)
        return await self.next_at()

    async def next_at(self) -> datetime | None:
        """The earliest instant at which something falls due or may be sent."""
        due, waits_until = await self.database.read(self._look)
        sendable = None if waits_until is None else self.delivery.next_at(self.now(), waits_until)
        return min((at for at in (self._not_past(due), sendable) if at is not None), default=None)

    def _look(self, session: Session) -> tuple[datetime | None, datetime | None]:
        return next_due_at(session, skip=self._failed), outbox.next_at(session)

    def _not_past(self, due: datetime | None) -> datetime | None:
        return None if due is None else max(due, self.now() + SOON)

    async def _sweeps(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self._sweep()
            except Exception:
                # The database may be away. What could not be refreshed stays marked as stale.
                log.exception("a sweep failed")
            self.nudge()

    async def _sweep(self) -> None:
        self.last_sweep = self.now()
        self._failed.clear()
        await self.database.write(partial(refresh_stale, now=self.now(), most=SWEEP_SECONDS))  # about one a second

    async def _plan(self) -> bool:
        # What cannot be folded waits for the sweep: waking for it would be waking all the time.
        self._next_due = await self.database.read(partial(next_due_at, skip=self._failed))
        now = self.now()
        if self._next_due is None or self._next_due > now:
            return False
        planned, failed = await deadlines.run_once(self.database, now, skip=frozenset(self._failed))
        self._failed |= failed
        if planned:
            self._delivering.ring()
        return planned > 0 or bool(failed)

    async def _deliver(self) -> bool:
        now, stepped_back = self.now(), False
        if not self._took_over:
            # An SQLite file has one worker: what is still claimed at its start belongs to nobody.
            if self.database.is_sqlite:
                await self.database.write(outbox.take_over)
            stepped_back = await self.database.read(partial(outbox.is_ahead, now=now))
            self._took_over = True
        if stepped_back or (self._seen is not None and now < self._seen - STEP):
            log.warning("time has stepped back", to=now.isoformat())
            await self.database.write(partial(outbox.bring_forward, now=now))
        self._seen = now
        return await self.delivery.begin(now) > 0

    async def _wake_planning(self) -> None:
        self._wake(self._planning, self._not_past(self._next_due))

    async def _wake_delivery(self) -> None:
        self._wake(self._delivering, self.delivery.next_at(self.now()))

    def _wake(self, worker: Worker, at: datetime | None) -> None:
        if self._jobs is None or at is None:
            return
        when = max(self.real(at), datetime.now(UTC))
        self._jobs.add_job(_ring, "date", [worker], run_date=when, id=worker.name, replace_existing=True)


async def _ring(worker: Worker) -> None:
    """A coroutine, so that it runs on the loop and not in a thread."""
    worker.ring()
