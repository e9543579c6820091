"""How fast a channel may be posted to: a burst of five, then one a second. Edits of its cards are paced apart. What
comes after the rest leaves room for one post, which need then not wait while a channel is kept busy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

BURST = 5
INTERVAL = timedelta(seconds=1)


@dataclass
class Pacer:
    """Remembers when each channel was posted to. In memory: a restart forgets at most one burst.

    In a channel that the platform asked to leave alone one post feels its way afterwards, and the rest once that has
    been let through. Time may step back; what is remembered steps back with it, and no channel is mute for so long.
    """

    _full_at: dict[str, datetime] = field(default_factory=dict)
    _rests_until: dict[str, datetime] = field(default_factory=dict)
    _careful: set[str] = field(default_factory=set)
    _feeling: set[str] = field(default_factory=set)
    _seen: datetime | None = field(default=None, compare=False)

    def take(self, channel: str, now: datetime, *, spare: bool = False) -> bool:
        """Whether one more may be posted now, leaving room to `spare`; it is counted if so."""
        if self.ready_at(channel, now, spare=spare) > now:
            return False
        self._full_at[channel] = max(self._full_at.get(channel, now), now) + INTERVAL
        if channel in self._careful:
            self._feeling.add(channel)
        return True

    def rest(self, channel: str, until: datetime) -> None:
        """The platform asked to leave the channel alone until then."""
        self._rests_until[channel] = max(until, self._rests_until.get(channel, until))
        self._careful.add(channel)

    def ended(self, channel: str, *, let_through: bool) -> None:
        """What was taken for the channel has come to its end, whatever that is."""
        self._feeling.discard(channel)
        if let_through:
            self._careful.discard(channel)

    def ready_at(self, channel: str, now: datetime, *, spare: bool = False) -> datetime:
        """When the channel may be posted to next; `now` or earlier means at once."""
        self._follow(now)
        full = self._full_at.get(channel)
        bucket = now if full is None else full - (BURST - 1 - spare) * INTERVAL
        if channel in self._feeling:
            bucket = max(bucket, now + INTERVAL)
        return max(bucket, self._rests_until.get(channel, bucket))

    def resting(self, now: datetime, *, spare: bool = False) -> dict[str, datetime]:
        """Channels that have to wait, and until when, with room to `spare`. Those that need not are forgotten."""
        self._follow(now)
        for channel in [c for c, full in self._full_at.items() if full <= now]:
            del self._full_at[channel]
        for channel in [c for c, until in self._rests_until.items() if until <= now]:
            del self._rests_until[channel]
        known = {*self._full_at, *self._rests_until, *self._feeling}
        return {c: at for c in known if (at := self.ready_at(c, now, spare=spare)) > now}

    def _follow(self, now: datetime) -> None:
        """Let what is remembered step back with the time. What was asked for a moment ago is no step."""
        back = timedelta(0) if self._seen is None else self._seen - now
        if timedelta(0) < back <= INTERVAL:
            return
        self._seen = now
        if back > INTERVAL:
            for remembered in (self._full_at, self._rests_until):
                for channel in remembered:
                    remembered[channel] -= back
