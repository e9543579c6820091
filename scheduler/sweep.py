"""The sweep: what nobody is woken for is looked at every 15 seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from scheduler.desk_agenda import DeskAgenda
from storage.behind import set_right
from storage.database import Database
from storage.dead_letters import forget_typed
from storage.reach import tell_unreached
from storage.refresh import refresh_stale

log = structlog.get_logger(__name__)
SWEEP_SECONDS = 15


@dataclass
class Sweep:
    """Refreshes what is stale, forgets what may be forgotten, and sets right what was left behind."""

    #: The database with deadlines and outbox.
    database: Database
    #: The agendas of the desks that this process speaks for; None: it speaks for none.
    desk_agenda: DeskAgenda | None
    _checked: int = 0  # up to which conversation marks were checked (storage.behind.set_right)

    async def run(self, now: Callable[[], datetime]) -> None:
        """Do it once. Where that fails, the next one does what was left."""
        await self.database.write(partial(refresh_stale, now=now(), most=SWEEP_SECONDS))  # about one a second
        await self.database.write(partial(forget_typed, now=now()))
        again, self._checked = await self.database.write(partial(set_right, after=self._checked))
        if again:
            log.warning("marks were left behind", rows=again)
        if self.desk_agenda is not None:
            await self.desk_agenda.sweep(now())
        await self.database.write(partial(tell_unreached, now=now()))
        await self.database.scrub()
