"""Which platforms a desk hears from, as far as this process knows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from storage.database import Database
from storage.reach import Reach, note_heard, unreached

MINUTE = timedelta(minutes=1)


@dataclass
class Hearing:
    """When something was last heard from each platform, and which could not be reached."""

    #: When something was last heard, by the platform's name.
    at: dict[str, datetime] = field(default_factory=dict)
    #: As far as that is on record.
    kept: dict[str, datetime] = field(default_factory=dict)
    #: The platforms that could not be reached when it was last looked.
    unreached: frozenset[str] = frozenset()

    def shown(self, reach: Reach) -> Reach:
        """How it stands with a platform, with what was heard from there and is not on record yet."""
        known = [at for at in (reach.heard_at, self.at.get(reach.platform)) if at is not None]
        return replace(reach, heard_at=max(known, default=None))

    async def keep(self, database: Database, organisation_id: int, platform: str) -> None:
        """Record when something was last heard from a platform, to the minute."""
        at, kept = self.at.get(platform), self.kept.get(platform)
        if at is not None and (kept is None or at - kept >= MINUTE):
            await database.write(partial(note_heard, organisation_id=organisation_id, platform=platform, at=at))
            self.kept[platform] = at

    async def look(self, database: Database, organisation_id: int, now: datetime) -> None:
        """Look which platforms cannot be reached."""
        self.unreached = await database.read(partial(unreached, organisation_id=organisation_id, now=now))
