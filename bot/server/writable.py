"""Whether anything can be put on record: what a load balancer asks every few seconds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic

from storage.database import Database
from storage.database_outages import is_unconnected, reason_of

GOOD_FOR = 2.0  # seconds; asked more often than that, the last answer holds
PATIENCE = 5.0


@dataclass
class Writable:
    """Tries to write, as little as can be and no more often than is useful."""

    #: The database that is tried.
    database: Database
    _tried_at: float | None = None
    _trouble: str | None = None

    async def trouble(self) -> str | None:
        """Why nothing can be put on record, in one line; None where it can."""
        if self._tried_at is None or monotonic() - self._tried_at >= GOOD_FOR:
            self._trouble = await self._try()
            self._tried_at = monotonic()
        return self._trouble

    async def _try(self) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.database.try_writing()
        except TimeoutError:
            return f"the database does not answer within {PATIENCE:.0f} s"
        except Exception as error:  # noqa: BLE001  whatever it is, nothing can be written
            # Whoever asks need not know where the database is, which a failed connection would say.
            why = "no connection" if is_unconnected(error) else reason_of(error)
            return f"the database cannot be written to: {why}"
        return None
