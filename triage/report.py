"""What a desk's tickets came to over some time: what a report shows. Closed facts alone, added up.

A figure that nothing went into is None or missing, never zero: nobody answered slowly where nobody was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from math import ceil
from typing import Any

from triage.figures import Kept, Promises, Ratings
from triage.terms import ClockKind

AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
"""What parts the open tickets by age: up to each, and beyond the last."""

QUARTER = 900  # seconds; in every zone an hour of the day begins with one


@dataclass(frozen=True, slots=True)
class Open:
    """A ticket that was open at the end of the span."""

    #: When it was opened (UTC).
    opened_at: datetime
    #: The severity in force; None: none.
    severity: int | None
    #: Who has it, by key; None: nobody.
    assignee: str | None


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in seconds of the clock's own hours."""

    #: Of how many tickets.
    count: int
    #: Half of them took no longer.
    median: int
    #: Nine of ten took no longer.
    ninetieth: int


@dataclass(frozen=True, slots=True)
class Load:
    """What one person had to do."""

    #: Tickets of theirs that were open at the end.
    open: int = 0
    #: Tickets of theirs that were resolved.
    resolved: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What the tickets of a span came to."""

    #: Its beginning (UTC), included.
    since: datetime
    #: Its end (UTC), left out.
    until: datetime
    #: How many tickets were opened in it.
    opened: int
    #: How many were resolved in it: all figures below are of these, but for those of open ones.
    resolved: int
    #: Deadlines kept and missed, by clock and severity.
    kept: Mapping[tuple[ClockKind, int | None], Kept] = field(default_factory=dict)
    #: What became of promises.
    promises: Promises = field(default_factory=Promises)
    #: How long it took until a clock was met.
    taken: Mapping[ClockKind, Times] = field(default_factory=dict)
    #: Open tickets at its end, by age: one number for each of `AGES`, and one for those that are older.
    backlog: tuple[int, ...] = (0,) * (len(AGES) + 1)
    #: Seconds waited, by what was waited for.
    waited: Mapping[str, int] = field(default_factory=dict)
    #: Seconds waited, by who put the ticket there.
    waited_by: Mapping[str, int] = field(default_factory=dict)
    #: How often a level was reached, by level and by how (`triage.figures.Climbed.how`).
    climbed: Mapping[tuple[int, str], int] = field(default_factory=dict)
    #: The reasons that were given for that, as texts.
    reasons: tuple[int, ...] = ()
    #: What everybody had to do, by key.
    loads: Mapping[str, Load] = field(default_factory=dict)
    #: How many tickets were opened, by day of the week (0 is Monday) and hour, in the desk's zone.
    hours: Mapping[tuple[int, int], int] = field(default_factory=dict)
    #: What customers answered.
    ratings: Ratings = field(default_factory=Ratings)
    #: Deadlines kept and missed of the agreements beside the customer's, by their name and clock.
    agreed: Mapping[tuple[str, ClockKind], Kept] = field(default_factory=dict)

    def kept_by(self, clock: ClockKind) -> Kept:
        """The deadlines of one clock, whatever the severity."""
        return sum((kept for (kind, _), kept in self.kept.items() if kind is clock), Kept())


class Sums:
    """What resolved tickets come to together. A report may be over a hundred thousand of them, so each is taken as it
    is kept (`triage.figures.figures_to_data`), and nothing is made of it on the way."""

    def __init__(self) -> None:
        self.count = 0
        self.kept: dict[tuple[str, int | None], list[int]] = {}
        self.taken: dict[str, list[int]] = {}
        self.promises, self.ratings = [0, 0, 0], [0, 0]
        self.waited: Counter[str] = Counter()
        self.waited_by: Counter[str] = Counter()
        self.climbed: Counter[tuple[int, str]] = Counter()
        self.reasons: list[int] = []
        self.done: Counter[str] = Counter()
        self.agreed: dict[tuple[str, str], list[int]] = {}

    def add(self, assignee: str | None, went: Mapping[str, Any]) -> None:
        """One more ticket: whose it was, and how it went."""
        self.count += 1
        if assignee is not None:
            self.done[assignee] += 1
        for kind, severity, kept, missed in went.get("kept", ()):
            found = self.kept.get((kind, severity))
            if found is None:
                found = self.kept[kind, severity] = [0, 0]
            found[0] += kept
            found[1] += missed
        for name, kind, kept, missed in went.get("agreed", ()):
            sums = self.agreed.setdefault((name, kind), [0, 0])
            sums[0] += kept
            sums[1] += missed
        for kind, seconds in went.get("taken", _NOTHING).items():
            self.taken.setdefault(kind, []).append(seconds)
        for place, count in enumerate(went.get("promises", ())):
            self.promises[place] += count
        for place, count in enumerate(went.get("ratings", ())):
            self.ratings[place] += count
        for what, by, seconds in went.get("waited", ()):
            self.waited[what] += seconds
            self.waited_by[by] += seconds
        for level, how, reason in went.get("climbed", ()):
            self.climbed[level, how] += 1
            if reason is not None:
                self.reasons.append(reason)


_NOTHING: Mapping[str, int] = {}


def report(
    since: datetime, until: datetime, opened: Mapping[datetime, int], closed: Sums, still: Iterable[Open],
    *, zone: tzinfo, persons: Mapping[str, str] | None = None,
) -> Report:  # fmt: skip
    """What a span came to. `opened`: how many tickets were opened in it, by the quarter of an hour. `closed`: those
    that were resolved in it. `still`: those that were open at its end. `zone`: the desk's. `persons`: of those who
    are known by another key today, that key."""
    still, known = tuple(still), persons or {}
    done = _of_today(closed.done, known)
    has = Counter(each.assignee for each in still if each.assignee is not None)
    loads = {person: Load(has[person], done[person]) for person in sorted(has | done)}
    return Report(
        since, until, sum(opened.values()), closed.count,
        {(ClockKind(kind), severity): Kept(*each) for (kind, severity), each in closed.kept.items()},
        Promises(*closed.promises),
        {ClockKind(kind): _times(sorted(seconds)) for kind, seconds in closed.taken.items()},
        _by_age(until, still), dict(closed.waited), dict(_of_today(closed.waited_by, known)), dict(closed.climbed),
        tuple(closed.reasons), loads, _by_hour(opened, zone), Ratings(*closed.ratings),
        {(name, ClockKind(kind)): Kept(*each) for (name, kind), each in sorted(closed.agreed.items())},
    )  # fmt: skip


def _of_today(counts: Mapping[str, int], persons: Mapping[str, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for person, count in counts.items():
        found[persons.get(person, person)] += count
    return found


def _times(ordered: Sequence[int]) -> Times:
    """By the nearest rank: each of them is what some ticket really took."""
    return Times(len(ordered), ordered[ceil(len(ordered) * 0.5) - 1], ordered[ceil(len(ordered) * 0.9) - 1])


def _by_age(until: datetime, still: Iterable[Open]) -> tuple[int, ...]:
    found = [0] * (len(AGES) + 1)
    for each in still:
        age = until - each.opened_at
        found[next((place for place, most in enumerate(AGES) if age <= most), len(AGES))] += 1
    return tuple(found)


def _by_hour(opened: Mapping[datetime, int], zone: tzinfo) -> dict[tuple[int, int], int]:
    """Whatever is opened in one quarter of an hour is in one hour everywhere."""
    found: dict[tuple[int, int], int] = {}
    for quarter, count in opened.items():
        at = quarter.astimezone(zone)
        found[at.weekday(), at.hour] = found.get((at.weekday(), at.hour), 0) + count
    return found
