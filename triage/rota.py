"""The rota: who is on call when. People take turns in layers; whoever stands in for somebody takes their place.

A rota is a value, and its people are keys. In the place of somebody who cannot be reached stands None: the turns of the
others stay as they are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property
from itertools import pairwise

from triage.hours import ELAPSED, Hours
from triage.zones import zone


@dataclass(frozen=True)
class Turns:
    """People who are on call one after another, and from the first again."""

    #: In the order of their turns.
    people: tuple[str | None, ...]
    #: The date on which the first one's first turn begins. Before it nobody is on call.
    starts: date
    #: The time of day at which each turn begins. It holds through changes of clock.
    at: time = time(9)
    #: The zone of that date and time, by its IANA name.
    timezone: str = "UTC"
    #: How many days a turn lasts.
    days: int = 7
    #: When somebody is on call at all.
    hours: Hours = ELAPSED

    @cached_property
    def _zone(self) -> tzinfo:
        return zone(self.timezone)

    def by(self, called: Callable[[str | None], str | None]) -> Turns:
        """The same turns with everyone by another name."""
        return replace(self, people=tuple(called(person) for person in self.people))

    def begins(self, turn: int) -> datetime:
        """The instant at which that turn begins, counted from 0. A time that a change of clock skips moves forward by
        the gap, one that comes twice is its first occurrence."""
        day = self.starts + timedelta(days=turn * self.days)
        return datetime.combine(day, self.at, self._zone).astimezone(UTC)

    def turn_at(self, now: datetime) -> int:
        """Which turn it is; below 0 before the first."""
        turn = (now.astimezone(self._zone).date() - self.starts).days // self.days
        while self.begins(turn) > now:
            turn -= 1
        while self.begins(turn + 1) <= now:
            turn += 1
        return turn

    def on_call(self, now: datetime) -> tuple[str | None, ...]:
        """Whose turn it is, while somebody is on call at all."""
        if not self.people or not self.hours.is_open(now):
            return ()
        turn = self.turn_at(now)
        return (self.people[turn % len(self.people)],) if turn >= 0 else ()

    def changes(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The instants between these two at which the answer may change."""
        turn = max(0, self.turn_at(start))
        while (at := self.begins(turn)) < end:
            yield at
            turn += 1
        at = start
        while self.hours is not ELAPSED and at < end:
            (begin, until), *_ = self.hours.open_intervals(at, 1) or [(end, None)]
            yield begin
            yield (at := until or end)


@dataclass(frozen=True)
class Planned:
    """Spans in which somebody is on call, as a calendar has them. They may overlap."""

    #: From when, until when, and who; in order.
    spans: tuple[tuple[datetime, datetime, str | None], ...]

    @property
    def people(self) -> set[str | None]:
        """Everyone whom it names."""
        return {person for _, _, person in self.spans}

    def by(self, called: Callable[[str | None], str | None]) -> Planned:
        """The same spans with everyone by another name."""
        return Planned(tuple((start, end, called(person)) for start, end, person in self.spans))

    @cached_property
    def _edges(self) -> list[datetime]:
        return sorted({edge for start, end, _ in self.spans for edge in (start, end)})

    @cached_property
    def _between(self) -> list[tuple[str | None, ...]]:
        """Who is on call from each edge on."""
        index = {edge: number for number, edge in enumerate(self._edges)}
        found: list[list[str | None]] = [[] for _ in self._edges]
        for start, end, person in self.spans:
            for number in range(index[start], index[end]):
                found[number].append(person)
        return [tuple(dict.fromkeys(each)) for each in found]

    def on_call(self, now: datetime) -> tuple[str | None, ...]:
        """Who is on call at `now`."""
        number = bisect_right(self._edges, now) - 1
        return self._between[number] if number >= 0 else ()

    def changes(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The instants between these two at which the answer may change."""
        yield from (edge for edge in self._edges if start < edge < end)


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody is on call in another's place, or where nobody is."""

    #: Who is; None: cannot be reached.
    person: str | None
    #: From when.
    start: datetime
    #: Until when.
    end: datetime
    #: In whose place, wherever it would be them; None: of whoever comes first, or of nobody.
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """A stretch of time in which the same people are on call."""

    #: From when.
    start: datetime
    #: Until when.
    end: datetime
    #: They, whom to call first at the head. Empty: a hole.
    people: tuple[str, ...]


@dataclass(frozen=True)
class Rota:
    """Who is on call when."""

    #: Whoever the first layer names is called first.
    layers: tuple[Turns | Planned, ...] = ()
    #: Who stands in for whom, in the order in which that was agreed: a later one sees what an earlier one made of it.
    stand_ins: tuple[StandIn, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.layers or self.stand_ins)

    @property
    def people(self) -> set[str]:
        """Everyone whom it names."""
        named = [person for layer in self.layers for person in layer.people]
        named += [person for each in self.stand_ins for person in (each.person, each.instead_of)]
        return {person for person in named if person is not None}

    def by(self, called: Callable[[str], str | None]) -> Rota:
        """The same rota with everyone in it by another name; None: whoever that was cannot be reached."""

        def now(person: str | None) -> str | None:
            return None if person is None else called(person)

        # Whoever nobody can be reached as is nobody's stand-in and has none: not the place of whoever comes first.
        stand_ins = (
            replace(each, person=now(each.person), instead_of=now(each.instead_of))
            for each in self.stand_ins
            if each.instead_of is None or now(each.instead_of) is not None
        )
        return Rota(tuple(layer.by(now) for layer in self.layers), tuple(stand_ins))

    def on_call(self, now: datetime) -> list[str]:
        """Who is on call at `now`, whom to call first at the head. Empty: a hole."""
        found = [person for layer in self.layers for person in layer.on_call(now)]
        for each in self.stand_ins:
            if each.start <= now < each.end:
                found = _replaced(found, each)
        return list(dict.fromkeys(person for person in found if person is not None))

    def duties(self, start: datetime, end: datetime) -> list[Duty]:
        """Who is on call from `start` to `end`, stretch by stretch, holes included."""
        edges = {start, end}
        for layer in self.layers:
            edges.update(layer.changes(start, end))
        edges.update(edge for each in self.stand_ins for edge in (each.start, each.end))
        found: list[Duty] = []
        for since, until in pairwise(sorted(edge for edge in edges if start <= edge <= end)):
            people = tuple(self.on_call(since))
            if found and found[-1].people == people:
                found[-1] = Duty(found[-1].start, until, people)
            else:
                found.append(Duty(since, until, people))
        return found

    def holes(self, start: datetime, end: datetime) -> list[Duty]:
        """When nobody is on call. None where there is no rota at all."""
        return [duty for duty in self.duties(start, end) if not duty.people] if self else []


def uncovered(rota: Rota, staffed: Iterable[Hours], start: datetime, end: datetime) -> list[Duty]:
    """The holes of a rota in which nobody works either. `staffed`: hours in which somebody does."""
    gaps = [(hole.start, hole.end) for hole in rota.holes(start, end)]
    for hours in set(staffed):
        gaps = [piece for begin, until in gaps for piece in _closed(hours, begin, until)]
    return [Duty(begin, until, ()) for begin, until in gaps]


def _closed(hours: Hours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches between two instants in which it is not open."""
    while start < end:
        begin, until = next(iter(hours.open_intervals(start, 1)), (end, None))
        if start < begin:
            yield start, min(begin, end)
        start = until or end


def _replaced(people: Sequence[str | None], stand_in: StandIn) -> list[str | None]:
    if stand_in.instead_of is None:
        return [stand_in.person, *people[1:]]
    return [stand_in.person if person == stand_in.instead_of else person for person in people]
