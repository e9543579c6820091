"""Rate limit for each channel: token buckets at the rate that the platform gives, which also says whether edits count.

What may go last always leaves one token for a post, so that an urgent one need not wait in a busy channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.lanes import EDITS, Way, way_of
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
    #: A second bucket, its burst and its interval, where the platform limits an hour as well as a second; None: it does
    #: not.
    lasting: tuple[int, timedelta] | None = None
    #: The burst and the interval of all that is sent by one way to a workspace, where the platform limits that too.
    together: Mapping[Way, tuple[int, timedelta]] = field(default_factory=dict)

    @property
    def buckets(self) -> tuple[tuple[int, timedelta], ...]:
        """The burst and the interval of each bucket; a post takes a token from every one."""
        first = (self.burst, self.interval)
        return (first,) if self.lasting is None else (first, self.lasting)

    def within(self, span: timedelta) -> int:
        """How many posts a channel takes in so much time, after a silence."""
        return min(burst + int(span / interval) for burst, interval in self.buckets)


USUAL = Rate()
# So many failures in a row, and a platform is taken to be away: one post at a time feels its way,
# after pauses that double up to the longest. Else everything that waits would be in doubt when it comes back.
AWAY, FIRST_PAUSE, LONGEST_PAUSE = 3, 1.0, 60.0


@dataclass
class Pacer:
    """Remembers when each channel was posted to. It is kept in memory: a restart forgets at most one burst.

    After a platform has asked to leave a channel alone, one post goes first, and the others only once that one was
    accepted. Where it has asked so of a whole way (`storage.lanes.Way`), that goes for all its channels. When `now` is
    set back, what is remembered is moved back as well, so that no channel stays silent.

    Each process has its own: several workers keep to a limit that they share only in that whoever is told to rest does.
    """

    #: The rate by platform; USUAL for one that is not named.
    rates: Mapping[str, Rate] = field(default_factory=dict)
    # When each bucket of a channel is full again, by the channel and the bucket's place in its rate.
    _full_at: dict[tuple[str, int], datetime] = field(default_factory=dict)
    _rests_until: dict[str, datetime] = field(default_factory=dict)
    _careful: set[str] = field(default_factory=set)
    _feeling: set[str] = field(default_factory=set)
    _failures: dict[str, int] = field(default_factory=dict)
    _seen: datetime | None = field(default=None, compare=False)

    def take(self, channel: str, now: datetime, *, spare: bool = False) -> bool:
        """Take a token, if there is one. `spare`: only where another one is left over."""
        if self.ready_at(channel, now, spare=spare) > now:
            return False
        for lane in self._both(channel):
            for place, (_, interval) in enumerate(self._buckets(lane)):
                self._full_at[lane, place] = max(self._full_at.get((lane, place), now), now) + interval
            if lane in self._careful:
                self._feeling.add(lane)
        return True

    def free(self, channel: str, now: datetime, *, spare: bool = False) -> int:
        """How many tokens can be taken at once. `spare` as for `take`."""
        if self.ready_at(channel, now, spare=spare) > now:
            return 0
        both = self._both(channel)
        if any(lane in self._careful for lane in both):
            return 1
        free = [
            burst - spare - max(0, -((now - self._full_at.get((lane, place), now)) // interval))
            for lane in both
            for place, (burst, interval) in enumerate(self._buckets(lane))
        ]
        return max(1, min(free))

    def shares(self, channel: str) -> bool:
        """Whether a token taken there leaves less for another lane: all of a way are limited at this moment, or it is
        one of edits that count as posts."""
        rate, (everything, way) = self._rate(channel), way_of(channel)
        return way in rate.together or everything in self._careful or (rate.edits_count and channel.endswith(EDITS))

    def rest(self, channel: str, until: datetime, *, way: bool = False) -> None:
        """Send nothing to the channel before `until`: the platform has asked for that. `way`: nor anything else by that
        way."""
        for lane in self._both(channel)[: 2 if way else 1]:
            self._rests_until[lane] = max(until, self._rests_until.get(lane, until))
            self._careful.add(lane)

    def ended(self, channel: str, *, let_through: bool) -> None:
        """A sending for which a token was taken has ended. `let_through`: whether the platform accepted it."""
        for lane in self._both(channel):
            self._feeling.discard(lane)
            if let_through:
                self._careful.discard(lane)
                self._failures.pop(lane, None)

    def give_back(self, channel: str) -> None:
        """A token was taken for nothing: there was nothing to say."""
        for lane in self._both(channel):
            for place, (_, interval) in enumerate(self._buckets(lane)):
                if (full := self._full_at.get((lane, place))) is not None:
                    self._full_at[lane, place] = full - interval

    def failed(self, channel: str, now: datetime) -> None:
        """A post was not accepted, or nobody knows whether it was. After `AWAY` of them in a row the channel rests."""
        channel = self._bucket(channel)
        self._failures[channel] = failures = self._failures.get(channel, 0) + 1
        if failures >= AWAY:
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - AWAY, 20))
            self.rest(channel, now + timedelta(seconds=pause))

    def ready_at(self, channel: str, now: datetime, *, spare: bool = False) -> datetime:
        """When the next token can be taken; `now` or earlier means at once. `spare` as for `take`."""
        self._follow(now)
        ready = now
        for lane in self._both(channel):
            for place, (burst, interval) in enumerate(self._buckets(lane)):
                full = self._full_at.get((lane, place))
                if full is not None:
                    ready = max(ready, full - (burst - 1 - spare) * interval)
            if lane in self._feeling:
                ready = max(ready, now + self._rate(lane).interval)
            ready = max(ready, self._rests_until.get(lane, ready))
        return ready

    def resting(self, now: datetime, *, spare: bool = False) -> dict[str, datetime]:
        """The channels that have to wait, each with the time until when. `spare` as for `take`. Channels that need not
        wait are forgotten."""
        self._follow(now)
        for bucket in [each for each, full in self._full_at.items() if full <= now]:
            del self._full_at[bucket]
        for channel in [c for c, until in self._rests_until.items() if until <= now]:
            del self._rests_until[channel]
        known = {*(channel for channel, _ in self._full_at), *self._rests_until, *self._feeling}
        known |= {f"{c}{EDITS}" for c in known if self._rate(c).edits_count}
        return {c: at for c in known if (at := self.ready_at(c, now, spare=spare)) > now}

    def _both(self, lane: str) -> tuple[str, ...]:
        """What a token of that lane is taken from: its own bucket, and that of all that is sent by the same way."""
        own = self._bucket(lane)
        return tuple(dict.fromkeys((own, way_of(own)[0])))

    def _buckets(self, lane: str) -> tuple[tuple[int, timedelta], ...]:
        everything, way = way_of(lane)
        if lane != everything:
            return self._rate(lane).buckets
        shared = self._rate(lane).together.get(way)
        return () if shared is None else (shared,)

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
            self._full_at = {bucket: at - back for bucket, at in self._full_at.items()}
            self._rests_until = {channel: at - back for channel, at in self._rests_until.items()}


@dataclass
class Tokens:
    """What one claim takes: to be put back where the claim fails. Else a channel whose one post feels its way would
    wait for ever for what came of it."""

    #: Whose tokens they are.
    pacer: Pacer
    #: The lanes in which one was taken, each as often as it was.
    lanes: list[str] = field(default_factory=list)

    def free(self, lane: str, now: datetime, *, spare: bool = False) -> int:
        """See `Pacer.free`."""
        return self.pacer.free(lane, now, spare=spare)

    def shares(self, lane: str) -> bool:
        """See `Pacer.shares`."""
        return self.pacer.shares(lane)

    def take(self, lane: str, now: datetime, *, spare: bool = False) -> bool:
        """See `Pacer.take`."""
        taken = self.pacer.take(lane, now, spare=spare)
        if taken:
            self.lanes.append(lane)
        return taken

    def put_back(self) -> None:
        """Nothing is sent for any of them."""
        for lane in self.lanes:
            self.pacer.give_back(lane)
            self.pacer.ended(lane, let_through=False)
