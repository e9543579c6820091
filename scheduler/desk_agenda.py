"""The pass over the desks' agendas: what fell due for a desk is done once, each item in a transaction of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice, takewhile

import structlog
from sqlmodel import Session

from scheduler.desk_duties import HANDLERS, DeskAtWork, Handler
from storage.database import Database
from storage.desk_done import done_since, forget_done, note_done
from triage.desk_agenda import DeskDue, upcoming
from triage.instants import whole_second

log = structlog.get_logger(__name__)
# After an outage this much is looked back: what fell due before is nobody's business any more.
LOOK_BACK = timedelta(days=1)
# So far ahead the next item is looked for ...
AHEAD = timedelta(days=8)
# ... anew after this.
HOLDS = timedelta(days=1)


@dataclass
class _Seen:
    """What was worked out of one desk's agenda, and what it was worked out of."""

    desk: DeskAtWork
    #: When it was.
    at: datetime
    #: What falls due from then on, and what did not long before, earliest first, as far as this process does not know
    #: it to be done.
    items: list[DeskDue]

    def is_of(self, desk: DeskAtWork, now: datetime) -> bool:
        """Whether it still holds, and is of use at `now`."""
        same = self.desk.roster is desk.roster and self.desk.policy is desk.policy
        return same and self.at - LOOK_BACK / 2 <= now < self.at + HOLDS


@dataclass
class DeskAgenda:
    """The agendas of the desks that this process speaks for."""

    #: Where it is on record what was done.
    database: Database
    #: Those desks, as they are at this moment.
    desks: Callable[[], Iterable[DeskAtWork]]
    #: What is done, by kind; what is of no such kind is left out.
    handlers: dict[str, Handler] = field(default_factory=lambda: HANDLERS)
    _seen: dict[tuple[int, int], _Seen] = field(default_factory=dict)
    _failed: set[tuple[int, int, DeskDue]] = field(default_factory=set)

    async def run_once(self, now: datetime) -> int:
        """Do what is due at `now`. How many items were done."""
        now, done = whole_second(now), 0
        for desk in await self._look(now):
            due = list(takewhile(lambda item: item.at <= now, self._to_do(desk)))
            latest = {(item.kind, item.key): item for item in due}
            for item in due:
                done += await self._do(desk, item, now, is_latest=latest[item.kind, item.key] is item)
        return done

    async def next_at(self, now: datetime) -> datetime | None:
        """When the next item falls due; None: none is foreseen."""
        now = whole_second(now)
        desks = await self._look(now)
        return min((item.at for desk in desks for item in islice(self._to_do(desk), 1)), default=None)

    async def sweep(self, now: datetime) -> None:
        """Try again what failed, and forget what was done long ago."""
        self._failed.clear()
        await self.database.write(partial(forget_done, before=now - 2 * LOOK_BACK))

    @staticmethod
    def _key(desk: DeskAtWork) -> tuple[int, int]:
        return desk.organisation_id, desk.desk_id

    def _to_do(self, desk: DeskAtWork) -> Iterator[DeskDue]:
        """What falls due for it, earliest first, but for what failed."""
        key = self._key(desk)
        return (item for item in self._seen[key].items if (*key, item) not in self._failed)

    async def _look(self, now: datetime) -> list[DeskAtWork]:
        """The desks. The agenda of any that has changed, or that was looked at long ago, is worked out again."""
        desks = list(self.desks())
        for desk in desks:
            seen = self._seen.get(self._key(desk))
            if seen is None or not seen.is_of(desk, now):
                since = now - LOOK_BACK
                found = await asyncio.to_thread(upcoming, desk.roster, desk.policy, since, now + AHEAD)
                items = [item for item in found if item.kind in self.handlers]
                if any(item.at <= now for item in items):
                    organisation_id, desk_id = self._key(desk)
                    look = partial(done_since, organisation_id=organisation_id, desk_id=desk_id, since=since)
                    known = await self.database.read(look)
                    items = [item for item in items if item not in known]
                self._seen[self._key(desk)] = _Seen(desk, now, items)
        return desks

    async def _do(self, desk: DeskAtWork, item: DeskDue, now: datetime, *, is_latest: bool) -> bool:
        """Do one item, unless it was done elsewhere. Of several that are about the same, the latest alone does
        anything; all are recorded."""

        def transaction(session: Session) -> bool:
            if not note_done(session, desk.organisation_id, desk.desk_id, item, now):
                return False
            if is_latest:
                self.handlers[item.kind](session, desk, item, now)
            return True

        try:
            new = await self.database.write(transaction)
        except Exception:
            # It is tried again at the next sweep; it is not on record as done.
            log.exception("an item of a desk's agenda failed", kind=item.kind, desk_id=desk.desk_id)
            self._failed.add((*self._key(desk), item))
            return False
        seen = self._seen[self._key(desk)]  # it may have been worked out again meanwhile
        seen.items = [each for each in seen.items if each != item]
        return new
