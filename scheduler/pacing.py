"""Rate limit for each channel: a token bucket at the rate that the platform gives, which also says whether edits count.

What may go last always leaves one token for a post, so that an urgent one need not wait in a busy channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.outbox import EDITS
from triage.keys import platform_of

NO_STEP = timedelta(
    seconds=1
)  # `now` may be this much older than the last one seen, without the clock having been set back


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a platform lets one channel be posted to."""

    #: How many posts may follow at once after a silence (the size of the token bucket).
    burst: int = 5
    #: Time between two posts once the burst is used up (one token).
    interval: timedelta = timedelta(seconds=1)
    #: Whether an edit of a message counts as a post; if not, edits have their own bucket, and delay no warning.
    edits_count: bool = False


USUAL = Rate()


@dataclass
class Pacer:
    """Remembers when each channel was posted to. It is kept in memory: a restart forgets at most one burst.

    After a platform has asked to leave a channel alone, one post goes first, and the others only once that one was
    accepted. When `now` is set back, what is remembered is moved back as well, so that no channel stays silent.
    """

    #: The rate by platform; USUAL for one that is not named.
    rates: Mapping[str, Rate] = field(default_factory=dict)
    _full_at: dict[str, datetime] = field(default_factory=dict)
    _rests_until: dict[str, datetime] = field(default_factory=dict)
    _careful: set[str] = field(default_factory=set)
    _feeling: set[str] = field(default_factory=set)
    _seen: datetime | None = field(default=None, compare=False)

    def take(self, channel: str, now: datetime, *, spare: bool = False) -> bool:
        """Take a token, if there is one. `spare`: only where another one is left over."""
        channel = self._bucket(channel)
        if self.ready_at(channel, now, spare=spare) > now:
            return False
        self._full_at[channel] = max(self._full_at.get(channel, now), now) + self._rate(channel).interval
        if channel in self._careful:
            self._feeling.add(channel)
        return True

    def rest(self, channel: str, until: datetime) -> None:
        """Send nothing to the channel before `until`: the platform has asked for that."""
        channel = self._bucket(channel)
        self._rests_until[channel] = max(until, self._rests_until.get(channel, until))
        self._careful.add(channel)

    def ended(self, channel: str, *, let_through: bool) -> None:
        """A sending for which a token was taken has ended. `let_through`: whether the platform accepted it."""
        channel = self._bucket(channel)
        self._feeling.discard(channel)
        if let_through:
            self._careful.discard(channel)

    def ready_at(self, channel: str, now: datetime, *, spare: bool = False) -> datetime:
        """When the next token can be taken; `now` or earlier means at once. `spare` as for `take`."""
        self._follow(now)
        channel = self._bucket(channel)
        full, rate = self._full_at.get(channel), self._rate(channel)
        bucket = now if full is None else full - (rate.burst - 1 - spare) * rate.interval
        if channel in self._feeling:
            bucket = max(bucket, now + rate.interval)
        return max(bucket, self._rests_until.get(channel, bucket))

    def resting(self, now: datetime, *, spare: bool = False) -> dict[str, datetime]:
        """The channels that have to wait, each with the time until when. `spare` as for `take`. Channels that need not
        wait are forgotten."""
        self._follow(now)
        for channel in [c for c, full in self._full_at.items() if full <= now]:
            del self._full_at[channel]
        for channel in [c for c, until in self._rests_until.items() if until <= now]:
            del self._rests_until[channel]
        known = {*self._full_at, *self._rests_until, *self._feeling}
        known |= {f"{c}{EDITS}" for c in known if self._rate(c).edits_count}
        return {c: at for c in known if (at := self.ready_at(c, now, spare=spare)) > now}

    def _bucket(self, lane: str) -> str:
        """The lane whose tokens are used: of edits, where they count as posts, that of the posts."""
        return lane.removesuffix(EDITS) if self._rate(lane).edits_count else lane

    def _rate(self, lane: str) -> Rate:
        """The rate of a lane's platform. A lane is the organisation's id, a separator, and the key of a channel or a
        person."""
        return self.rates.get(platform_of(lane.lstrip("0123456789")[1:]), USUAL) if self.rates else USUAL

    def _follow(self, now: datetime) -> None:
        """Move what is remembered back where `now` was set back; by less than `NO_STEP`, `now` is only a little old."""
        back = timedelta(0) if self._seen is None else self._seen - now
        if timedelta(0) < back <= NO_STEP:
            return
        self._seen = now
        if back > NO_STEP:
            for remembered in (self._full_at, self._rests_until):
                for channel in remembered:
                    remembered[channel] -= back
