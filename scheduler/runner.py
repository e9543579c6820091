"""When the passes run: one wake-up at the earliest due instant, plus a sweep every 15 seconds.

The wake-up is a timer of APScheduler: so many seconds from now, by the machine's clock. The sweep counts seconds, so
that nobody waits in vain where that clock is set back, nor for long where it is set forward.
"""

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
from scheduler.deferred import DeferredWork
from scheduler.delivery import AT_ONCE, Delivery
from scheduler.desk_agenda import DeskAgenda
from scheduler.steps_of_time import StepsOfTime
from scheduler.sweep import SWEEP_SECONDS, Sweep
from scheduler.tally import FAILED_SWEEPS, SWEPT
from scheduler.worker import Worker
from storage import outbox
from storage.database import Database
from storage.deadlines import next_due_at
from storage.reach import tell_unreached

log = structlog.get_logger(__name__)
SWEEPS_MISSED = 6  # without one for so many of them, this process is not at work
SETTLE_SECONDS = 10
STOP_SECONDS = 5.0
SOON = timedelta(seconds=1)
TOGETHER_SECONDS = 0.05
# From a look to the next one, at least: where the clock was set back by a little, time stands still meanwhile.
LEAST = timedelta(milliseconds=50)
# A look reads and claims beside the answers that people wait for: where much is recorded, looks are rarer.
BETWEEN_LOOKS_SECONDS = 0.2
# Where more is due than is planned, and it is late by so much, planning goes first: what is not on record is not known
# to anybody. To deliver takes several times as long as to plan; so few are then delivered at once, at intervals.
BEHIND = timedelta(seconds=2)
BEHIND_AT_ONCE, BEHIND_PAUSE = 10, 0.25


@dataclass
class Runner:
    """Runs the passes whenever something may be due. The sweep alone would be correct; the wake-up only makes it
    prompt.

    Planning, delivery and deferred work are three workers, so that a slow chat never delays the planning of a deadline,
    nor a slow reading the sending of a notice.
    """

    #: The database with deadlines and outbox.
    database: Database
    #: Sends notices.
    delivery: Delivery
    #: The project's time.
    now: Callable[[], datetime]
    #: Does deferred work; None: this process does none.
    work: DeferredWork | None = None
    #: The agendas of the desks that this process speaks for; None: it speaks for none.
    desk_agenda: DeskAgenda | None = None
    #: Seconds between two sweeps.
    sweep_seconds: float = SWEEP_SECONDS
    #: When the last sweep was; None: none yet.
    last_sweep: datetime | None = None
    #: Set once a worker has died: this process holds no clocks any more, and does not recover by itself.
    died: asyncio.Event = field(default_factory=asyncio.Event)
    _jobs: AsyncIOScheduler | None = None
    _planning: Worker = field(init=False)
    _delivering: Worker = field(init=False)
    _working: Worker = field(init=False)
    _broom: Sweep = field(init=False)
    _time: StepsOfTime = field(init=False)
    _failed: set[int] = field(default_factory=set)
    _next_due: datetime | None = None
    _is_behind: bool = False
    _nudging: asyncio.TimerHandle | None = None
    _nudged: float = float("-inf")  # in the loop's own seconds
    _sweeping: asyncio.Task[None] | None = None
    _swept: float = 0.0  # in the loop's own seconds, which no machine's clock moves

    def __post_init__(self) -> None:
        self._broom = Sweep(self.database, self.desk_agenda)
        self._time = StepsOfTime(self.database, self.delivery)
        self._planning = Worker("planning", self._plan, self._wake_planning, self.died.set)
        self._delivering = Worker("delivery", self._deliver, self._wake_delivery, self.died.set)
        self._working = Worker("deferred work", self._work, self._wake_work, self.died.set)
        self.delivery.on_done = self._delivering.ring
        self.delivery.on_dead = self._planning.ring
        if self.work is not None:
            self.work.on_done = self._worked

    def start(self) -> None:
        """Start the workers, the sweep and the timers."""
        for each in self._passes:
            each.come_back()
        self._swept = asyncio.get_running_loop().time()  # whoever starts has until the first sweeps are missed
        jobs = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})
        jobs.start()
        self._jobs = jobs
        self._sweeping = asyncio.create_task(self._sweeps(), name="sweep")
        self._planning.start()
        self._delivering.start()
        self._working.start()
        self._working.ring()
        self.nudge()

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Finish what is being planned and sent, within so many seconds; the rest is left to the next start. Nothing
        new is begun, even within a round that is under way."""
        for each in self._passes:
            each.stopping = True
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
        await asyncio.gather(
            *(worker.stop(seconds) for worker in self._workers), *(each.leave(seconds) for each in self._passes)
        )

    @property
    def alive(self) -> bool:
        """Whether all three workers run."""
        return all(each.alive for each in self._workers)

    @property
    def is_at_work(self) -> bool:
        """Whether all three workers run, none hangs in a round, and the last sweep is not long ago."""
        return self.trouble is None

    @property
    def trouble(self) -> str | None:
        """Why this process is not at work, in one line; None: it is."""
        if not self.alive:
            return "nobody holds the clocks"
        long = SWEEPS_MISSED * self.sweep_seconds
        stuck = next((each.name for each in self._workers if each.busy_for > long), None)
        if stuck is not None:
            return f"{stuck} has not come on for {long:.0f} s"
        if asyncio.get_running_loop().time() - self._swept > long:
            return f"the clocks have not been swept for {long:.0f} s"
        return None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is due, and nothing that may be sent at this moment is unsent."""
        quiet = self._planning.is_quiet and self._working.is_quiet and self._delivering.is_quiet
        return quiet and not any(each.is_busy for each in self._passes)

    @property
    def _workers(self) -> tuple[Worker, ...]:
        return self._planning, self._working, self._delivering

    @property
    def _passes(self) -> list[Delivery]:
        return [self.delivery] if self.work is None else [self.work, self.delivery]

    def nudge(self) -> None:
        """Something was recorded, or time has moved: look now."""
        if self._nudging is not None:
            self._nudging.cancel()
            self._nudging = None
        self._nudged = asyncio.get_running_loop().time()
        self._planning.ring()
        self._delivering.ring()

    def nudge_soon(self) -> None:
        """Something was recorded that nobody waits for: look in a moment, or a little later where the last look was
        just now. Nudges until then are coalesced into one look."""
        if self._nudging is None:
            loop = asyncio.get_running_loop()
            at = max(loop.time() + TOGETHER_SECONDS, self._nudged + BETWEEN_LOOKS_SECONDS)
            self._nudging = loop.call_at(at, self.nudge)

    async def settle(self) -> datetime | None:
        """Run everything that is due at this moment. When something will be due next; None for never."""
        await self.database.write(partial(tell_unreached, now=self.now()))
        self.nudge()
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                while not self.is_idle:
                    # First, since what it plans is to be sent; and each time, since it may have been rung meanwhile.
                    await self._planning.quiet()
                    await self._delivering.quiet()
                    await self._working.quiet()
                    await asyncio.gather(*(each.drain() for each in self._passes))
        except TimeoutError:
            log.warning("work goes on", seconds=SETTLE_SECONDS)
        return await self.next_at()

    async def next_at(self) -> datetime | None:
        """The earliest instant at which something falls due or may be sent."""
        due, *waiting = await self.database.read(self._look)
        due = _earliest(due, await self._next_of_desks())
        sendable = [
            each.next_at(self.now(), at) for each, at in zip(self._passes, waiting, strict=True) if at is not None
        ]
        return min((at for at in (self._not_past(due), *sendable) if at is not None), default=None)

    def _look(self, session: Session) -> list[datetime | None]:
        waiting = [outbox.next_at(session, work=each.does_work) for each in self._passes]
        return [next_due_at(session, skip=self._failed), *waiting]

    def _not_past(self, due: datetime | None) -> datetime | None:
        """When to look for what falls due then. What should have been planned by now is somebody else's, or could not
        be: in a while."""
        now = self.now()
        return due if due is None or due > now else now + SOON

    async def _sweeps(self) -> None:
        while True:
            await asyncio.sleep(self.sweep_seconds)
            began = asyncio.get_running_loop().time()
            try:
                await self._sweep()
                SWEPT.note(asyncio.get_running_loop().time() - began)
            except Exception:
                FAILED_SWEEPS.add()
                # The database may be away. What could not be refreshed stays marked as stale.
                log.exception("a sweep failed")
            self.nudge()

    async def _sweep(self) -> None:
        self._failed.clear()
        await self._broom.run(self.now)
        self.last_sweep, self._swept = self.now(), asyncio.get_running_loop().time()

    async def _plan(self) -> bool:
        now = self.now()
        done = await self.desk_agenda.run_once(now) if self.desk_agenda is not None else 0
        # What cannot be folded waits for the sweep: waking for it would be waking all the time.
        due = await self.database.read(partial(next_due_at, skip=self._failed))
        planned, failed, is_behind = 0, set[int](), False
        if due is not None and due <= now:
            desks = tuple if self.desk_agenda is None else self.desk_agenda.desks
            planned, failed = await deadlines.run_once(self.database, now, skip=frozenset(self._failed), desks=desks)
            self._failed |= failed
            is_behind = planned >= deadlines.MOST and due <= now - BEHIND
        self._is_behind = is_behind
        self._next_due = _earliest(due, await self._next_of_desks())
        if planned or done:
            self._delivering.ring()
        return planned + done > 0 or bool(failed)

    async def _next_of_desks(self) -> datetime | None:
        return None if self.desk_agenda is None else await self.desk_agenda.next_at(self.now())

    async def _deliver(self) -> bool:
        await self._time.keep_up(self.now)
        most = AT_ONCE
        if self._is_behind:
            await asyncio.sleep(BEHIND_PAUSE)
            most = BEHIND_AT_ONCE
        begun = await self.delivery.begin(self.now(), most)  # a lease counts from this moment
        if self.delivery.work_waits_until is not None:
            self._working.ring()
        return begun > 0

    async def _work(self) -> bool:
        if self.work is None:
            return False
        await self._time.keep_up(self.now)
        return await self.work.begin(self.now()) > 0

    def _worked(self) -> None:
        """Deferred work was done: there may be an answer to send."""
        self._working.ring()
        self._delivering.ring()

    async def _wake_planning(self) -> None:
        self._wake(self._planning, self._not_past(self._next_due))

    async def _wake_work(self) -> None:
        self._wake(self._working, None if self.work is None else self.work.next_at(self.now()))

    async def _wake_delivery(self) -> None:
        self._wake(self._delivering, self.delivery.next_at(self.now()))

    def _wake(self, worker: Worker, at: datetime | None) -> None:
        if self._jobs is None or at is None:
            return
        when = datetime.now(UTC) + max(LEAST, at - self.now())
        self._jobs.add_job(_ring, "date", [worker], run_date=when, id=worker.name, replace_existing=True)


def _earliest(*each: datetime | None) -> datetime | None:
    return min((at for at in each if at is not None), default=None)


async def _ring(worker: Worker) -> None:
    """A coroutine, so that it runs on the loop and not in a thread."""
    worker.ring()
