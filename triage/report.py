"""What a desk's tickets came to over some time: what a report shows. Closed facts alone, added up.

A figure that nothing went into is None or missing, never zero: nobody answered slowly where nobody was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from math import ceil

from triage.figures import Kept, Promises, Ratings, TicketFigures
from triage.terms import Category, ClockKind

AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
"""What parts the open tickets by age: up to each, and beyond the last."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A ticket that was resolved."""

    #: When it was opened (UTC).
    opened_at: datetime
    #: When it was resolved (UTC).
    resolved_at: datetime
    #: What kind of request it was; None: nobody ever said.
    category: Category | None
    #: The severity it had at its end.
    severity: int | None
    #: Whose it was, by key; None: nobody's.
    assignee: str | None
    #: How it went.
    figures: TicketFigures


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

    def kept_by(self, clock: ClockKind) -> Kept:
        """The deadlines of one clock, whatever the severity."""
        return sum((kept for (kind, _), kept in self.kept.items() if kind is clock), Kept())


def report(
    since: datetime, until: datetime, opened: Sequence[datetime], closed: Iterable[Closed], still: Iterable[Open],
    *, zone: tzinfo,
) -> Report:  # fmt: skip
    """Add up a span. `opened`: when each ticket was opened that was opened in it. `closed`: those that were resolved in
    it. `still`: those that were open at its end. `zone`: the desk's."""
    kept: dict[tuple[ClockKind, int | None], Kept] = {}
    taken: dict[ClockKind, list[int]] = {}
    promises, ratings = Promises(), Ratings()
    waited: Counter[str] = Counter()
    waited_by: Counter[str] = Counter()
    climbed: Counter[tuple[int, str]] = Counter()
    done: Counter[str] = Counter()
    reasons: list[int] = []
    resolved = 0
    for each in closed:
        resolved += 1
        went = each.figures
        for key, one in went.kept.items():
            kept[key] = kept.get(key, Kept()) + one
        for kind, seconds in went.taken.items():
            taken.setdefault(kind, []).append(seconds)
        promises, ratings = promises + went.promises, ratings + went.ratings
        for span in went.waited:
            waited[span.what] += span.seconds
            waited_by[span.by] += span.seconds
        climbed.update((climb.level, climb.how) for climb in went.climbed)
        reasons += [climb.reason_id for climb in went.climbed if climb.reason_id is not None]
        if each.assignee is not None:
            done[each.assignee] += 1
    still = tuple(still)
    has = Counter(each.assignee for each in still if each.assignee is not None)
    loads = {person: Load(has[person], done[person]) for person in sorted(has | done)}
    return Report(
        since, until, len(opened), resolved, kept, promises,
        {kind: _times(sorted(seconds)) for kind, seconds in taken.items()},
        _by_age(until, still), waited, waited_by, climbed, tuple(reasons), loads, _by_hour(opened, zone), ratings,
    )  # fmt: skip


def _times(ordered: Sequence[int]) -> Times:
    """By the nearest rank: each of them is what some ticket really took."""
    return Times(len(ordered), ordered[ceil(len(ordered) * 0.5) - 1], ordered[ceil(len(ordered) * 0.9) - 1])


def _by_age(until: datetime, still: Iterable[Open]) -> tuple[int, ...]:
    found = [0] * (len(AGES) + 1)
    for each in still:
        age = until - each.opened_at
        found[next((place for place, most in enumerate(AGES) if age <= most), len(AGES))] += 1
    return tuple(found)


def _by_hour(opened: Iterable[datetime], zone: tzinfo) -> dict[tuple[int, int], int]:
    local = (at.astimezone(zone) for at in opened)
    return dict(Counter((at.weekday(), at.hour) for at in local))
