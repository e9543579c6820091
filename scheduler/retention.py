"""Keeping the database small: what nobody will look for again goes, a little at a time."""

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
from storage.kept import NEVER, Before, Desk, InForce, before, read_policies
from storage.old_texts import erase_conversations, erase_questions, old_conversations, old_questions
from storage.retention import MOST, Window, delete_notices, delete_requests, old_notices, old_requests

log = structlog.get_logger(__name__)
WINDOWS = 10  # of each kind that are looked through in one turn
STEP = 2  # rows more that the next transaction may delete
SHORT, LONG = 0.01, 0.03  # seconds


class _Kind(NamedTuple):
    """One kind of what goes: how it is looked for, and how it goes."""

    name: str
    look: Callable[..., Window]
    delete: Callable[..., int]
    #: What a policy calls it (`bot.desk.policy_file.retention.KEPT`).
    kept_as: str
    #: At least so many at once.
    fewest: int = 10


_KINDS = (
    _Kind("inbox", old_requests, delete_requests, "messages"),
    _Kind("texts", old_conversations, erase_conversations, "texts", fewest=1),  # a ticket has dozens
    _Kind("questions", old_questions, erase_questions, "texts"),
    _Kind("outbox", old_notices, delete_notices, "messages"),  # once the texts that they show are gone
)


@dataclass
class Retention:
    """Deletes what is older than each desk keeps it. Each turn goes on where the one before it ended; several processes
    may do it at the same time."""

    #: The database.
    database: Database
    #: The project's time.
    now: Callable[[], datetime]
    #: For how long messages are kept where a desk's policy does not say so; None: for good. Its texts then are.
    usual: timedelta | None
    _policies: dict[Desk, InForce] = field(default_factory=dict)
    _cursors: dict[str, Any] = field(default_factory=dict)
    _most: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        """One turn."""
        self._policies = await self.database.read(partial(read_policies, known=self._policies))
        usual = {"messages": self.usual}
        gone = {}
        for kind in _KINDS:
            old = before(self.now(), self._policies, kind.kept_as, usual.get(kind.kept_as))
            if old.newest > NEVER:
                gone[kind.name] = await self._turn(kind, old)
        if any(gone.values()):
            log.info("old rows deleted", **gone)

    async def _turn(self, kind: _Kind, old: Before) -> int:
        count = 0
        for _ in range(WINDOWS):
            found = await self.database.read(partial(kind.look, before=old, cursor=self._cursors.get(kind.name)))
            left = found.gone
            while left:
                most = self._most.setdefault(kind.name, kind.fewest)
                now, left = left[:most], left[most:]
                count += await self._delete(kind, now, old)
            self._cursors[kind.name] = found.cursor
            if found.cursor is None:
                break
        return count

    async def _delete(self, kind: _Kind, gone: Sequence[Any], old: Before) -> int:
        """In a transaction of its own, and then none for a moment, so that whoever writes meanwhile has their turn.
        Where the deleting itself took long, less is deleted at once from then on."""

        def transaction(session: Session) -> tuple[int, float]:
            began = monotonic()
            return kind.delete(session, gone, old), monotonic() - began

        count, took = await self.database.write(transaction)
        most = self._most[kind.name]
        if took > LONG:
            self._most[kind.name] = max(kind.fewest, most // 2)
        elif took < SHORT:
            self._most[kind.name] = min(MOST, most + STEP)
        await asyncio.sleep(took)
        return count
