"""How fast a channel may be posted to: a burst, then one at a time, as its platform says, which says too whether edits
count. What comes after the rest leaves room for one post, which need then not wait while a channel is kept busy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.outbox import EDITS
from triage.keys import platform_of

NO_STEP = timedelta(seconds=1)  # so far `now` may lie back without that time was moved


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a platform lets one channel be posted to."""

    #: Posts at once, after a silence.
    burst: int = 5
    #: Between two posts, once the burst is used up.
    interval: timedelta = timedelta(seconds=1)
    #: Whether an edit of a message counts as a post; else edits are paced apart, and never make a warning wait.
    edits_count: bool = False


USUAL = Rate()


@dataclass
class Pacer:
    """Remembers when each channel was posted to. In memory: a restart forgets at most one burst.

    In a channel that the platform asked to leave alone one post feels its way afterwards, and the rest once that has
    been let through. Time may step back; what is remembered steps back with it, and no channel is mute for so long.
    """

    #: By platform; of one that is not named, USUAL.
    rates: Mapping[str, Rate] = field(default_factory=dict)
    _full_at: dict[str, datetime] = field(default_factory=dict)
    _rests_until: dict[str, datetime] = field(default_factory=dict)
    _careful: set[str] = field(default_factory=set)
    _feeling: set[str] = field(default_factory=set)
    _seen: datetime | None = field(default=None, compare=False)

    def take(self, channel: str, now: datetime, *, spare: bool = False) -> bool:
        """Whether one more may be posted now, leaving room to `spare`; it is counted if so."""
        channel = self._bucket(channel)
        if self.ready_at(channel, now, spare=spare) > now:
            return False
        self._full_at[channel] = max(self._full_at.get(channel, now), now) + self._rate(channel).interval
        if channel in self._careful:
            self._feeling.add(channel)
        return True

    def rest(self, channel: str, until: datetime) -> None:
        """The platform asked to leave the channel alone until then."""
        channel = self._bucket(channel)
        self._rests_until[channel] = max(until, self._rests_until.get(channel, until))
        self._careful.add(channel)

    def ended(self, channel: str, *, let_through: bool) -> None:
        """What was taken for the channel has come to its end, whatever that is."""
        channel = self._bucket(channel)
        self._feeling.discard(channel)
        if let_through:
            self._careful.discard(channel)

    def ready_at(self, channel: str, now: datetime, *, spare: bool = False) -> datetime:
        """When the channel may be posted to next; `now` or earlier means at once."""
        self._follow(now)
        channel = self._bucket(channel)
        full, rate = self._full_at.get(channel), self._rate(channel)
        bucket = now if full is None else full - (rate.burst - 1 - spare) * rate.interval
        if channel in self._feeling:
            bucket = max(bucket, now + rate.interval)
        return max(bucket, self._rests_until.get(channel, bucket))

    def resting(self, now: datetime, *, spare: bool = False) -> dict[str, datetime]:
        """Channels that have to wait, and until when, with room to `spare`. Those that need not are forgotten."""
        self._follow(now)
        for channel in [c for c, full in self._full_at.items() if full <= now]:
            del self._full_at[channel]
        for channel in [c for c, until in self._rests_until.items() if until <= now]:
            del self._rests_until[channel]
        known = {*self._full_at, *self._rests_until, *self._feeling}
        known |= {f"{c}{EDITS}" for c in known if self._rate(c).edits_count}
        return {c: at for c in known if (at := self.ready_at(c, now, spare=spare)) > now}

    def _bucket(self, lane: str) -> str:
        """The lane in which one of that lane counts."""
        return lane.removesuffix(EDITS) if self._rate(lane).edits_count else lane

    def _rate(self, lane: str) -> Rate:
        """The rate of the platform that a lane is of: after the organisation's id stands the key of a channel, or of a
        person."""
        return self.rates.get(platform_of(lane.lstrip("0123456789")[1:]), USUAL) if self.rates else USUAL

    def _follow(self, now: datetime) -> None:
        """Let what is remembered step back with the time. What was asked for a moment ago is no step."""
        back = timedelta(0) if self._seen is None else self._seen - now
        if timedelta(0) < back <= NO_STEP:
            return
        self._seen = now
        if back > NO_STEP:
            for remembered in (self._full_at, self._rests_until):
                for channel in remembered:
                    remembered[channel] -= back
