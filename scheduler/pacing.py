"""How fast a channel may be posted to: a burst of five, then one a second. Edits of its cards are paced apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

BURST = 5
INTERVAL = timedelta(seconds=1)


@dataclass
class Pacer:
    """Remembers when each channel was posted to. In memory: a restart forgets at most one burst."""

    _full_at: dict[str, datetime] = field(default_factory=dict)
    _rests_until: dict[str, datetime] = field(default_factory=dict)

    def take(self, channel: str, now: datetime) -> bool:
        """Whether one more may be posted now; it is counted if so."""
        if self.ready_at(channel, now) > now:
            return False
        self._full_at[channel] = max(self._full_at.get(channel, now), now) + INTERVAL
        return True

    def rest(self, channel: str, until: datetime) -> None:
        """The platform asked to leave the channel alone until then."""
        self._rests_until[channel] = max(until, self._rests_until.get(channel, until))

    def ready_at(self, channel: str, now: datetime) -> datetime:
        """When the channel may be posted to next; `now` or earlier means at once."""
        full = self._full_at.get(channel)
        bucket = now if full is None else full - (BURST - 1) * INTERVAL
        return max(bucket, self._rests_until.get(channel, bucket))

    def resting(self, now: datetime) -> dict[str, datetime]:
        """Channels that have to wait, and until when. Those that need not are forgotten."""
        for channel in [c for c, full in self._full_at.items() if full <= now]:
            del self._full_at[channel]
        for channel in [c for c, until in self._rests_until.items() if until <= now]:
            del self._rests_until[channel]
        known = {*self._full_at, *self._rests_until}
        return {c: at for c in known if (at := self.ready_at(c, now)) > now}
