"""Every deadline that a ticket ever had, and how each ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from triage.clock import Clock, ClockState
from triage.event import Event, Fact
from triage.facts.telling import Updated
from triage.fold import unfold
from triage.terms import ClockKind


@dataclass(frozen=True, slots=True)
class Cycle:
    """One deadline that was once in force: the clock as it last stood in that cycle, and how the cycle ended."""

    #: The clock as it last stood in that cycle.
    clock: Clock
    #: When the cycle ended (UTC); None: it goes on.
    ended_at: datetime | None
    #: The severity that was in force while it went on; None: none.
    severity: int | None = None
    #: It ended because what it asked for was done. Otherwise it goes on, another deadline took its place, or the ticket
    #: was resolved without it.
    met: bool = False
    #: It was a promise, and another took its place.
    moved: bool = False

    def breached(self, now: datetime) -> bool:
        """Whether it was late at its end, else at `now`. Exactly at the due instant is in time."""
        return self.clock.deadline is not None and (self.ended_at or now) > self.clock.deadline


def cycles(events: Iterable[Event]) -> dict[ClockKind, list[Cycle]]:
    """Every deadline that a ticket's events have set, by clock, in order."""
    found: dict[ClockKind, list[Cycle]] = {kind: [] for kind in ClockKind}
    standing: dict[ClockKind, tuple[Clock, int | None]] = {}
    for each, state in unfold(events):
        for kind in ClockKind:
            clock, (before, severity) = state.clocks.clock(kind), standing.pop(kind, (None, None))
            goes_on = before is not None and clock is not None and clock.cycle == before.cycle
            if before is not None and not goes_on:
                found[kind].append(_ended_by(before, each.at, each.fact, severity))
            if clock is not None:
                over = goes_on and clock.ended_at is not None  # what changes later was not in force any more
                standing[kind] = clock, severity if over else state.terms.severity
    for kind, (clock, severity) in standing.items():
        found[kind].append(Cycle(clock, clock.ended_at, severity, met=clock.state is ClockState.MET))
    return found


def _ended_by(clock: Clock, at: datetime, fact: Fact, severity: int | None) -> Cycle:
    """The end of a cycle whose place another took. Of an update clock that is what an update does; of the others that
    never is what they ask for. What had ended before, on a ticket that was opened again, ended then."""
    if clock.ended_at is not None:
        return Cycle(clock, clock.ended_at, severity, met=clock.state is ClockState.MET)
    told = clock.kind is ClockKind.UPDATE and isinstance(fact, Updated)
    moved = clock.promised is not None and isinstance(fact, Updated) and fact.moved is not None
    return Cycle(clock, at, severity, met=told, moved=moved)
