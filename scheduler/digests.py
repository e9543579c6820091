"""The look at what waits: each channel that more waits for than it takes gets a digest, and nothing starves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from scheduler.pacing import USUAL, Rate
from storage.crowds import find_crowds, is_crowded
from storage.database import Database
from storage.digests import SPAN, plan_digest
from storage.fairness import EVERY, give_turns, is_starving

log = structlog.get_logger(__name__)


@dataclass
class Digests:
    """Plans digests, and sees that nothing starves. It is asked with each pass over the outbox, and looks every five
    seconds at most."""

    #: The database with the outbox.
    database: Database
    #: How fast each platform lets a channel be posted to.
    rates: Mapping[str, Rate] = field(default_factory=dict)
    _looked: datetime | None = None

    async def look(self, now: datetime) -> None:
        """Give a turn to what has waited for long, and plan a digest for each channel that needs one."""
        if self._looked is not None and timedelta() <= now - self._looked < EVERY:
            return
        self._looked = now
        if await self.database.read(partial(is_starving, now=now)):
            await self.database.write(partial(give_turns, now=now))
        least = min((rate.within(SPAN) for rate in self.rates.values()), default=USUAL.within(SPAN))
        if not await self.database.read(partial(is_crowded, most=least)):
            return
        for crowd in await self.database.read(partial(find_crowds, now=now, most=self._most, least=least)):
            if await self.database.write(partial(plan_digest, crowd=crowd, now=now)):
                log.warning("digest planned", organisation_id=crowd.organisation_id, platform=crowd.platform)

    def _most(self, platform: str) -> int:
        return self.rates.get(platform, USUAL).within(SPAN)
