"""What has to be put right in the outbox before a time is used: at a start, and after the clock was set back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from scheduler.delivery import Delivery
from storage.database import Database
from storage.set_back import bring_forward, is_ahead

log = structlog.get_logger(__name__)
STEP = timedelta(seconds=1)  # a difference below this is no sign of a clock that was set back


@dataclass
class StepsOfTime:
    """Notices the first time, and each that lies before the last one (`Delivery.take_over`,
    `bring_forward`)."""

    #: The database with the outbox.
    database: Database
    #: Takes over what was claimed before.
    delivery: Delivery
    _keeping_up: asyncio.Lock = field(default_factory=asyncio.Lock)
    _took_over: bool = False
    _seen: datetime | None = None

    async def keep_up(self, now: Callable[[], datetime]) -> None:
        """Put the outbox right, where the time has come to be what it is otherwise than by passing."""
        async with self._keeping_up:
            await self._put_right(now())

    async def _put_right(self, now: datetime) -> None:
        stepped_back = False
        if not self._took_over:
            stepped_back = await self.database.read(partial(is_ahead, now=now))
            # An SQLite file has one worker: what is still claimed at its start belongs to nobody.
            if self.database.is_sqlite:
                await self.delivery.take_over(now)
            self._took_over = True
        if stepped_back or (self._seen is not None and now < self._seen - STEP):
            log.warning("time has stepped back", to=now.isoformat())
            await self.database.write(partial(bring_forward, now=now))
        self._seen = now
