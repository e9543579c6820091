"""Keeping the database small: what nobody will look for again is deleted, a little at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, NamedTuple

import structlog
from sqlmodel import Session

from storage.database import Database
from storage.retention import MOST, Window, delete_notices, delete_requests, old_notices, old_requests

log = structlog.get_logger(__name__)
WINDOWS = 10  # of each kind that are looked through in one turn
FEWEST, STEP = 10, 2  # rows that one transaction deletes, and how many more the next one may
SHORT, LONG = 0.01, 0.03  # seconds


class _Kind(NamedTuple):
    """One kind of what is deleted: how it is looked for, and how it is deleted."""

    name: str
    look: Callable[..., Window]
    delete: Callable[..., int]


_KINDS = (
    _Kind("inbox", old_requests, delete_requests),
    _Kind("outbox", old_notices, delete_notices),
)


@dataclass
class Retention:
    """Deletes what is older than `keep`. Each turn goes on where the one before it ended; several processes may do it
    at the same time."""

    #: The database.
    database: Database
    #: The project's time.
    now: Callable[[], datetime]
    #: For how long everything is kept.
    keep: timedelta
    _cursors: dict[str, Any] = field(default_factory=dict)
    _most: int = FEWEST

    async def run(self) -> None:
        """One turn."""
        before = self.now() - self.keep
        gone = {kind.name: await self._turn(kind, before) for kind in _KINDS}
        if any(gone.values()):
            log.info("old rows deleted", **gone)

    async def _turn(self, kind: _Kind, before: datetime) -> int:
        count = 0
        for _ in range(WINDOWS):
            found = await self.database.read(partial(kind.look, before=before, cursor=self._cursors.get(kind.name)))
            left = found.gone
            while left:
                now, left = left[: self._most], left[self._most :]
                count += await self._delete(kind, now, before)
            self._cursors[kind.name] = found.cursor
            if found.cursor is None:
                break
        return count

    async def _delete(self, kind: _Kind, gone: Sequence[Any], before: datetime) -> int:
        """In a transaction of its own, and then none for a moment, so that whoever writes meanwhile has their turn.
        Where the deleting itself took long, less is deleted at once from then on."""

        def transaction(session: Session) -> tuple[int, float]:
            began = monotonic()
            return kind.delete(session, gone, before), monotonic() - began

        count, took = await self.database.write(transaction)
        if took > LONG:
            self._most = max(FEWEST, self._most // 2)
        elif took < SHORT:
            self._most = min(MOST, self._most + STEP)
        await asyncio.sleep(took)
        return count
