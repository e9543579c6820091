"""Events on their way to the bot: each is kept in the record until it is answered, and retried as its platform does,
in the workspace's time; a restart goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from bot.stand_in.now import Now
from bot.stand_in.outcome import Outcome
from bot.stand_in.record import Record
from bot.stand_in.shapes import Json, dumps

Retry = tuple[int, str] | None
"""Which further try it is, from 1, and the reason of the last failure; None: the first try."""

# After a start the bot may still be on its way up: what is due waits this long (real seconds) unless it joins first.
GRACE = 2.0
# What could not be done (the disk is full) is not tried again before, in real seconds.
AFTER_FAILURE = 1.0
_log = logging.getLogger(__name__)


def _accepted(outcome: Outcome) -> bool:
    return outcome.accepted


class Outgoing:
    """The queue of events in one `table`. `send` sends at once; a background task looks after the retries: one after
    each pause of `retry_after`, in seconds, until an outcome `is_final`."""

    def __init__(
        self, record: Record, now: Now, deliver: Callable[[Json, Retry], Awaitable[Outcome]], *, table: str,
        retry_after: Sequence[float], is_final: Callable[[Outcome], bool] = _accepted,
    ) -> None:  # fmt: skip
        # Ids are never used twice: an attempt that outlives a reset must not settle somebody else's row.
        record.hold(
            (table,),
            f"""
            create table if not exists {table} (
              id integer primary key autoincrement, due real not null, attempt integer not null, reason text,
              envelope text not null);
            create index if not exists {table}_due on {table} (due);
        """,
        )
        self._record, self._now, self._deliver = record, now, deliver
        self._table, self._retry_after, self._is_final = table, retry_after, is_final
        self._flying: set[int] = set()
        self.attempts = 0  # begun so far: as many as before means that nothing has gone out meanwhile
        self._tasks: set[asyncio.Task[Any]] = set()
        self._pump: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._landed = asyncio.Event()
        self._held_until = 0.0

    def start(self) -> None:
        """Begins to look after what is stored. What was under way when the last process ended counts as failed."""
        self._record.db.execute(
            f"update {self._table} set attempt = 1, reason = 'http_timeout' where attempt = 0"  # noqa: S608 - our own name
        )
        self._held_until = self._now.real() + GRACE
        self._pump = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stops; what is unanswered stays in the record."""
        for task in (self._pump, *self._tasks):
            if task is not None:
                task.cancel()
        await asyncio.gather(*(task for task in (self._pump, *self._tasks) if task), return_exceptions=True)
        self._pump = None

    def bot_is_there(self) -> None:
        """The bot has joined: what is due goes out now."""
        self._held_until = 0.0
        self._wake.set()

    def time_moved(self) -> None:
        """The offset has changed: something may be due."""
        self._wake.set()

    def clear(self) -> None:
        """Forgets everything that is still to be sent."""
        self._record.db.execute(f"delete from {self._table}")  # noqa: S608 - our own name

    def keep(self, envelope: Json) -> int:
        """Stores an event in the caller's transaction; hand the id to `send` or `soon` right after it."""
        cursor = self._record.db.execute(
            f"insert into {self._table} (due, attempt, reason, envelope) values (?, 0, null, ?)",  # noqa: S608 - our own name
            (self._now.seconds(), dumps(envelope)),
        )
        return cursor.lastrowid or 0

    async def send(self, rows: list[int]) -> list[Outcome]:
        """The first attempt of stored events, side by side, as no order is promised."""
        self._take_off(rows)
        try:
            return list(await asyncio.gather(*(self._attempt(row) for row in rows)))
        finally:
            self._land(rows)

    def soon(self, rows: list[int]) -> None:
        """The same in the background."""
        self._take_off(rows)
        for row in rows:
            self._background(self._attempt(row))

    def next_due(self) -> float | None:
        """When the earliest retry is due, in the workspace's time; None when nothing waits."""
        flying = ",".join(map(str, self._flying)) or "-1"
        row = self._record.db.execute(f"select min(due) from {self._table} where id not in ({flying})").fetchone()  # noqa: S608
        return None if row[0] is None else float(row[0])

    async def run_due(self) -> int:
        """Tries everything that is due now, oldest first; returns how many events that were."""
        if self._now.real() < self._held_until:
            return 0
        rows = self._record.db.execute(
            f"select id from {self._table} where due <= ? order by due, id",  # noqa: S608 - our own name
            (self._now.seconds(),),
        ).fetchall()
        due = [row[0] for row in rows if row[0] not in self._flying]
        self._take_off(due)
        try:
            for row in due:
                await self._attempt(row)
        finally:
            self._land(due)
        return len(due)

    async def settle(self) -> None:
        """Waits until no attempt is under way."""
        while self._flying:
            self._landed.clear()
            await self._landed.wait()

    async def _attempt(self, row: int) -> Outcome:
        try:
            stored = self._record.db.execute(
                f"select attempt, reason, envelope from {self._table} where id = ?",  # noqa: S608 - our own name
                (row,),
            ).fetchone()
            if stored is None:  # a reset came in between
                return Outcome(None, 0.0, error="reset")
            attempt, reason, envelope = stored
            retry = (attempt, reason) if attempt else None
            outcome = await self._deliver(json.loads(envelope), retry)
            self._settle_row(row, attempt, outcome)
            return outcome
        finally:
            self._land([row])

    def _take_off(self, rows: list[int]) -> None:
        self._flying.update(rows)
        self.attempts += len(rows)

    def _land(self, rows: list[int]) -> None:
        if not self._flying.isdisjoint(rows):
            self._flying.difference_update(rows)
            self._landed.set()
            self._wake.set()

    def _settle_row(self, row: int, attempt: int, outcome: Outcome) -> None:
        if self._is_final(outcome) or attempt >= len(self._retry_after):
            if not outcome.accepted:
                _log.warning("event dropped after %d attempts: %s", attempt + 1, outcome.error or outcome.status)
            self._record.db.execute(f"delete from {self._table} where id = ?", (row,))  # noqa: S608 - our own name
            return
        reasons = {"operation_timeout": "http_timeout", "connection_failed": "connection_failed"}
        self._record.db.execute(
            f"update {self._table} set due = ?, attempt = ?, reason = ? where id = ?",  # noqa: S608 - our own name
            (
                self._now.seconds() + self._retry_after[attempt],
                attempt + 1,
                reasons.get(outcome.error or "", "http_error"),
                row,
            ),
        )

    def _background(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.run_due()
            except Exception:  # noqa: BLE001 - the queue must outlive one bad row; it is tried again at its next turn
                _log.exception("events could not be redelivered")
                self._held_until = self._now.real() + AFTER_FAILURE
            due = self.next_due()
            held = max(0.0, self._held_until - self._now.real())
            pause = None if due is None else max(held, due - self._now.seconds(), 0.005)
            # Not wait_for: on Python 3.11 it loses a cancellation that comes together with what it waits for.
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
