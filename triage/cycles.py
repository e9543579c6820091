"""Every deadline that a ticket ever had, and how each ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from triage.agenda import EARLIEST, LATEST
from triage.clock import Clock, ClockState
from triage.clocks import KINDS, Clocks
from triage.event import Event, Fact
from triage.facts.sorting import Opened
from triage.facts.telling import Updated
from triage.fold import unfold
from triage.folding.running import Fold
from triage.terms import ClockKind

Key = TypeVar("Key")
_Key = tuple[str | None, ClockKind]
"""An agreement by name, None for the customer's, and one of its clocks."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One deadline that was once in force: the clock as it last stood in that cycle, and how the cycle ended."""

    #: The clock as it last stood in that cycle.
    clock: Clock
    #: When the cycle ended (UTC); None: it goes on.
    ended_at: datetime | None
    #: The severity that was in force while it went on; None: none.
    severity: int | None
    #: It ended because what it asked for was done. Otherwise it goes on, another deadline took its place, or the ticket
    #: was resolved without it.
    met: bool
    #: It was a promise, and another took its place.
    moved: bool = False

    def breached(self, now: datetime) -> bool:
        """Whether it was late at its end, else at `now`. Exactly at the due instant is in time."""
        return self.clock.deadline is not None and (self.ended_at or now) > self.clock.deadline


def cycles(events: Iterable[Event]) -> dict[ClockKind, list[Cycle]]:
    """Every deadline that a ticket's events have set by the customer's agreement, by clock, in order."""
    found = _follow(events, lambda state: _standing(state.clocks, None))
    return {kind: found.get((None, kind), []) for kind in ClockKind}


def agreement_cycles(events: Iterable[Event]) -> dict[tuple[str, ClockKind], list[Cycle]]:
    """The same of every agreement beside the customer's that has begun, by its name and clock (policy: Agreements)."""
    found = _follow(events, _beside)
    return {(name, kind): each for (name, kind), each in found.items() if name is not None}


def that_fell_here(events: Iterable[Event], every: Mapping[Key, list[Cycle]]) -> dict[Key, list[Cycle]]:
    """The deadlines that fell to this desk. Of what was over before a ticket was brought from another help desk nobody
    knows how it went there: it is neither kept nor missed."""
    came = next((each.recorded_at for each in events if isinstance(each.fact, Opened) and each.fact.brought), EARLIEST)
    return {key: [each for each in found if _over_at(each) > came] for key, found in every.items()}


def _over_at(cycle: Cycle) -> datetime:
    """When it was decided how a deadline went: at its end, or as it passed."""
    return min((each for each in (cycle.ended_at, cycle.clock.deadline) if each is not None), default=LATEST)


def _standing(clocks: Clocks, name: str | None) -> dict[_Key, Clock]:
    return {(name, kind): clock for kind in KINDS if (clock := clocks.clock(kind)) is not None}


def _beside(state: Fold) -> dict[_Key, Clock]:
    runs = state.agreements.last.items()
    return {key: clock for name, run in runs for key, clock in _standing(run.clocks, name).items()}


def _follow(events: Iterable[Event], clocks_of: Callable[[Fold], dict[_Key, Clock]]) -> dict[_Key, list[Cycle]]:
    found: dict[_Key, list[Cycle]] = {}
    standing: dict[_Key, tuple[Clock, int | None]] = {}
    for each, state in unfold(events):
        before, now = standing, clocks_of(state)
        standing = {key: (clock, state.terms.severity) for key, clock in now.items()}
        for key, (was, severity) in before.items():
            clock = now.get(key)
            if clock is None or clock.cycle != was.cycle:
                found.setdefault(key, []).append(_ended_by(was, each.at, each.fact, severity))
            elif clock.ended_at is not None:  # what changes later was not in force any more
                standing[key] = clock, severity
    for key, (clock, severity) in standing.items():
        found.setdefault(key, []).append(Cycle(clock, clock.ended_at, severity, met=clock.state is ClockState.MET))
    return found


def _ended_by(clock: Clock, at: datetime, fact: Fact, severity: int | None) -> Cycle:
    """The end of a cycle whose place another took. Of an update clock that is what an update does; of the others that
    never is what they ask for. What had ended before, on a ticket that was opened again, ended then."""
    if clock.ended_at is not None:
        return Cycle(clock, clock.ended_at, severity, met=clock.state is ClockState.MET)
    told = clock.kind is ClockKind.UPDATE and isinstance(fact, Updated)
    moved = clock.promised is not None and isinstance(fact, Updated) and fact.moved is not None
    return Cycle(clock, at, severity, met=told, moved=moved)
