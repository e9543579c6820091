"""The pass over the outbox: claim notices under a lease, send them in order within each conversation, record what came
of each.

Delivery is at least once, with a look for what may have arrived before anything is sent again. Failed tries are
repeated with backoff; what is hopeless becomes a dead letter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import ClassVar

import structlog
from sqlmodel import Session
from structlog.contextvars import bind_contextvars

from scheduler.backoff import is_hopeless, pause_after
from scheduler.counting import name_of, note_lateness
from scheduler.digests import Digests
from scheduler.pacing import Pacer, Tokens
from scheduler.sender import Drop, GiveUp, Result, Retry, Sender, Sent, Unsure
from scheduler.settling import SOON, Ended, Settling
from scheduler.tally import TRIED
from scheduler.trace import Span, span
from storage import outbox, outcomes
from storage.cause import Cause
from storage.core import note_planned
from storage.database import Database
from storage.database_outages import may_be_repeated
from storage.outbox import LEASE, NO_LEASE, SETTLES, Outgoing
from storage.pace import Pace
from storage.turns import Round

log = structlog.get_logger(__name__)
# In flight at a time. Where many are, no claim is made for less than so much room: for one message it costs as much as
# for all.
AT_ONCE, ROOM = 40, 10
SECONDS = 12.0  # at most for one sending; well below outbox.LEASE, so that no lease ends while its holder still tries
# A sending is not begun later than this after its claim, so that it ends before the lease does: in between the process
# may have stood still, or waited for the database. The rest is for replicas whose clocks differ.
BEGINS_WITHIN = 4.0
LOOKS_FOR = 1.0  # behind what has to wait for others; the rest is for the next pass
RECORDS_WITHIN = 1.0  # what was broken off at the end
AGAIN_SECONDS = 0.5  # until what came of a sending is put on record again
REALLY = 22.0  # the same in real seconds from the request on, where `now` was moved ahead meanwhile


@dataclass
class Delivery:
    """Sends what is due. Conversations are independent: a slow one holds up no other. Within one, order is kept because
    only its oldest notice is ever claimed."""

    #: The database with the outbox.
    database: Database
    #: What sends, by platform.
    senders: Mapping[str, Sender]
    #: The rate limit of each channel.
    pacer: Pacer = field(default_factory=Pacer)
    #: Called after each sending.
    on_done: Callable[[], None] = lambda: None
    #: Called after a dead letter: an update that did not arrive may have set clocks running again.
    on_dead: Callable[[], None] = lambda: None
    #: Seconds that one sending may take.
    patience: float = SECONDS
    #: Whether it is stopping: nothing new is begun, and what was just claimed is released.
    stopping: bool = False
    #: When deferred work may be done next, as of the last look at the outbox; so that pass need not poll by itself.
    work_waits_until: datetime | None = field(default=None, init=False)
    does_work: ClassVar[bool] = False  # True: claims deferred work instead of notices
    #: What puts on record what came of sendings.
    settling: Settling = field(init=False)
    _digests: Digests = field(init=False)
    _sending: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _leases: dict[int, datetime] = field(default_factory=dict)
    _round: Round = field(default_factory=Round)
    _waits_until: datetime | None = None
    # Until when, in real time, what was asked may still be under way: `now` can be moved past it, the network cannot.
    _under_way: dict[int, float] = field(default_factory=dict)
    _carried: set[int] = field(default_factory=set)  # of those being sent, what the platform has to answer
    _leaving: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.settling = Settling(self.pacer)
        self._digests = Digests(self.database, self.pacer.rates)

    async def run_once(self, now: datetime) -> int:
        """Send what is due at `now` and wait for it; how many notices that were. Zero: nothing can be sent."""
        begun = await self.begin(now)
        await self.drain()
        return begun

    async def begin(self, now: datetime, most: int = AT_ONCE) -> int:
        """Begin to send what is due at `now`, `most` at once; how many sendings were begun."""
        room = most - len(self._sending)
        if room < min(ROOM, max(1, most // 4)) or self.stopping:
            return 0
        asked = asyncio.get_running_loop().time()  # the lease counts from `now`, however long it takes until the claim
        if not self.does_work:
            await self._digests.look(now)
        claimed, self._waits_until = await self._claim_some(now, room, asked)
        while not claimed and self._round.marked and not self.stopping:  # there may be more behind what has to wait
            if asyncio.get_running_loop().time() - asked > LOOKS_FOR:
                self._waits_until = now
                break
            claimed, self._waits_until = await self._claim_some(now, room, asked)
        if self.stopping:  # since it was asked for
            await self._give_back(claimed, now)
            return 0
        self._begin_each(claimed, now, asked)
        return len(claimed)

    async def take_over(self, now: datetime) -> None:
        """Go on with what whoever was the only worker before held when it died."""
        asked = asyncio.get_running_loop().time()
        taken = await self.database.write(partial(outbox.take_over, now=now, most=AT_ONCE))
        for item in taken:
            self.pacer.take(item.lane, now)
        if self.stopping:
            await self._give_back(taken, now)
        else:
            self._begin_each(taken, now, asked)

    def _begin_each(self, claimed: list[Outgoing], now: datetime, asked: float) -> None:
        for each in claimed:
            item = replace(each, posts_by=asked + BEGINS_WITHIN + SECONDS)
            if item.lease_until is not None:
                self._leases[item.id] = item.lease_until
            self._sending[item.id] = asyncio.create_task(self._deliver(item, now, asked))

    async def drain(self) -> None:
        """Wait until nothing is being sent."""
        while self._sending:
            await asyncio.wait(self._sending.values())

    async def leave(self, seconds: float) -> None:
        """Come to an end: what is being sent has so many seconds for it. What takes longer is broken off and recorded
        as unsure, for it may have arrived."""
        self.stopping = True
        self._leaving.set()
        if self._sending:
            await asyncio.wait(list(self._sending.values()), timeout=seconds)
        if self._sending:
            log.warning("broken off", sendings=len(self._carried), unrecorded=len(self._sending) - len(self._carried))
            for item_id in self._carried:
                self._sending[item_id].cancel()
            await asyncio.wait(list(self._sending.values()), timeout=RECORDS_WITHIN)

    def come_back(self) -> None:
        """Begin again, after `leave`."""
        self.stopping = False
        self._leaving.clear()

    @property
    def is_busy(self) -> bool:
        """Whether something is being sent."""
        return bool(self._sending)

    def next_at(self, now: datetime, waits_until: datetime | None = None) -> datetime | None:
        """When something may be sent next; None when nothing waits. `waits_until` is what the outbox said last."""
        at = waits_until or self._waits_until
        if at is None or at > now:
            return at
        # It could go now but for its channel, or for what is being sent before it.
        rests = {**self.pacer.resting(now, spare=True), **self.pacer.resting(now)}
        return min(rests.values(), default=now + SOON)

    async def _claim_some(self, now: datetime, room: int, asked: float) -> tuple[list[Outgoing], datetime | None]:
        pace = Tokens(self.pacer)
        try:
            return await self.database.write(partial(self._claim, now=now, room=room, asked=asked, pace=pace))
        except BaseException:
            pace.put_back()
            self._round.looked_at = None  # what it gave back is claimed again
            raise

    def _claim(
        self, session: Session, now: datetime, room: int, asked: float, pace: Pace
    ) -> tuple[list[Outgoing], datetime | None]:
        if monotonic() - asked > BEGINS_WITHIN:  # it stood still: by now others hold what at `now` nobody could
            return [], now
        over = [of for of, until in self._leases.items() if not now < until <= now + NO_LEASE]
        claimed = outbox.claim(session, now, limit=room, work=self.does_work, held=over, pace=pace, done=self._round)
        if claimed or self._round.marked:
            return claimed, None
        if not self.does_work:
            self.work_waits_until = outbox.next_at(session, work=True)
        return claimed, outbox.next_at(session, work=self.does_work)

    async def _give_back(self, claimed: list[Outgoing], now: datetime) -> None:
        """Release claims that were not begun, so that the next start can claim them at once."""
        for item in claimed:
            self.pacer.give_back(item.lane)
            self.pacer.ended(item.lane, let_through=False)
        if claimed:
            await self.database.write(partial(outcomes.give_back, items=claimed, now=now))

    async def _deliver(self, item: Outgoing, now: datetime, asked: float) -> None:
        let_through = False
        # Each sending is a task of its own: what is bound here stands in every line that it writes.
        bind_contextvars(outbox_id=item.id, organisation_id=item.organisation_id)
        if item.ticket_id is not None:
            bind_contextvars(ticket_id=item.ticket_id)
        try:
            began = asyncio.get_running_loop().time()
            if began - asked > BEGINS_WITHIN:  # somebody else may hold it by now
                log.warning("claimed too long ago", outbox_id=item.id, seconds=round(began - asked, 1))
                await self.database.write(partial(outcomes.give_back, items=[item], now=now))
                return
            with self._spanned(item) as seen:
                result = await self._send(item, now)
                seen.set_attribute("vigie.result", "given back" if result is None else name_of(result))
            if result is None:
                await self.database.write(partial(outcomes.give_back, items=[item], now=now))
                return
            let_through = isinstance(result, Sent | GiveUp)
            if isinstance(result, Drop):
                self.pacer.give_back(item.lane)
            elif not self.does_work and _has_failed(item, result, now):
                self.pacer.failed(item.lane, now)
            if isinstance(result, Unsure) and result.settles:
                self._under_way[item.id] = began + min(REALLY, result.settles.total_seconds())
            # Whole seconds: it matters only where the platform took its time.
            took = asyncio.get_running_loop().time() - began
            is_dead = await self._on_record(
                Ended(item, result, now + timedelta(seconds=int(took))),
                until=asked + LEASE.total_seconds() - AGAIN_SECONDS,
            )
            self._count(item, result, now + timedelta(seconds=took), is_dead=is_dead)
            if is_dead:
                self.on_dead()
        except Exception:
            # What came of it is not on record: the claim runs out, and the notice is looked for before it is repeated.
            log.exception("not recorded", outbox_id=item.id, ticket_id=item.ticket_id)
        finally:
            self.settling.were_due.pop(item.id, None)
            self.pacer.ended(item.lane, let_through=let_through)
            del self._sending[item.id]
            self._leases.pop(item.id, None)
            self.on_done()

    async def _on_record(self, ended: Ended, until: float) -> bool:
        """Put on record what came of a sending. While the database is away, or has undone it in favour of another
        transaction, it is tried again for as long as the claim holds: nobody else knows what the platform has answered,
        and not every platform can be asked."""
        while True:
            try:
                if ended.locks_ticket:
                    return (await self.database.write(partial(self._record, ended=[ended])))[0]
                return await self.database.write_each(self._record, ended)
            except Exception as error:
                if not may_be_repeated(error) or self.stopping or asyncio.get_running_loop().time() > until:
                    raise
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_SECONDS):
                    await self._leaving.wait()

    async def _send(self, item: Outgoing, now: datetime) -> Result | None:
        """None: this process ends, and nothing of it was sent."""
        if not await self._has_settled(item):
            return None
        self._carried.add(item.id)
        try:
            async with asyncio.timeout(self.patience):
                result = await self._carry(item, now)
        except TimeoutError:
            return Unsure(f"no answer within {self.patience:.0f} s", SETTLES)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or not self._leaving.is_set():
                raise
            task.uncancel()
            # Deferred work is done again without harm, whatever became of it.
            return None if self.does_work else Unsure("broken off: the process ended", SETTLES)
        except Exception as error:
            log.exception("sending failed", outbox_id=item.id, ticket_id=item.ticket_id)
            # No more than its kind: what an exception says may be what somebody typed.
            reason = f"defect: {type(error).__name__}"
            if is_hopeless(item.attempts, now - item.planned_at, defect=True):
                return GiveUp(Cause.DEFECT, reason)
            return Retry(now + pause_after(item.attempts, defect=True), reason)
        finally:
            self._carried.discard(item.id)
        return Retry(now + timedelta(minutes=1), f"{item.platform} is not connected") if result is None else result

    async def _has_settled(self, item: Outgoing) -> bool:
        """Wait until what was asked before cannot be under way any more. False where this process ends first."""
        if item.id in self._under_way:
            left = self._under_way.pop(item.id) - asyncio.get_running_loop().time()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, left)):
                    await self._leaving.wait()
                return False
        return True

    async def _carry(self, item: Outgoing, now: datetime) -> Result | None:
        """Send one item. None where its platform is not connected."""
        sender = self.senders.get(item.platform)
        return None if sender is None else await sender.send(item, now)

    def _record(self, session: Session, ended: Sequence[Ended]) -> list[bool]:
        if self.stopping:
            note_planned(session)  # what is to be tried again is somebody else's
        return self.settling.each(session, ended)

    def _spanned(self, item: Outgoing) -> AbstractContextManager[Span]:
        return span(
            "deferred work" if self.does_work else "notice", platform=item.platform, kind=item.kind, outbox_id=item.id,
            organisation_id=item.organisation_id, ticket_id=item.ticket_id, attempts=item.attempts, after=item.trace,
        )  # fmt: skip

    def _count(self, item: Outgoing, result: Result, now: datetime, *, is_dead: bool) -> None:
        """Count a sending that is on record."""
        if self.does_work:
            return
        TRIED.add(item.platform, "dead" if is_dead else name_of(result))
        due = self.settling.were_due.get(item.id)
        if due is not None:
            note_lateness(item, due, now)


def _has_failed(item: Outgoing, result: Result, now: datetime) -> bool:
    """Whether the platform has failed: it is asked again after a pause that grows."""
    return isinstance(result, Unsure) or (
        isinstance(result, Retry)
        and result.counts
        and not result.channel_rests
        and result.at - now >= pause_after(item.attempts)
    )
