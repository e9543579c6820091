"""Keeping time with PostgreSQL, and saying where this machine's own clock shows something else."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from bot.desk.now import Now
from storage.database import Database
from storage.machine_times import TOLERATED, note_machine_time, read_clock

log = structlog.get_logger(__name__)


@dataclass
class DatabaseTime:
    """Reads the database's clock, again and again. While the database is away, time goes on by the last reading."""

    #: Whose clock it is.
    database: Database
    #: What goes by it.
    now: Now
    #: What this machine is called.
    machine: str = field(default_factory=socket.gethostname)
    _is_off: bool | None = None  # None: nobody has looked

    async def read(self) -> None:
        """Read it once."""
        was_followed = self.now.followed is not None
        moved = self.now.follow(await self.database.read(partial(read_clock, steady=self.now.steady)))
        if was_followed and abs(moved) > TOLERATED:
            log.warning("the database's clock was set", seconds=round(moved.total_seconds(), 1))
        ahead = self.now.machine_is_ahead or timedelta(0)
        is_off = abs(ahead) > TOLERATED
        if is_off or self._is_off is not False:
            note = partial(note_machine_time, machine=self.machine, ahead=ahead, now=self.now())
            await self.database.write(note)
        if is_off and not self._is_off:
            seconds = round(ahead.total_seconds(), 1)
            log.warning(
                "this machine's clock is off; Vigie goes by the database's", machine=self.machine, ahead=seconds
            )
        elif self._is_off and not is_off:
            log.info("this machine's clock is right again", machine=self.machine)
        self._is_off = is_off
