"""How a resolved ticket's deadlines were kept, one by one, each that was missed with the sum behind it. What is counted
is what reports count (`triage.figures`): closed facts only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from triage.cycles import Cycle
from triage.event import Event
from triage.figures import cycles_here, that_count, was_missed
from triage.fold import unfold
from triage.terms import ClockKind
from triage.why import Why, why


@dataclass(frozen=True, slots=True)
class Proven:
    """One deadline, and what became of it."""

    #: The clock as it stood when the deadline was over.
    cycle: Cycle
    #: Whether it was kept.
    kept: bool
    #: The sum behind it, where it was missed, without what people wrote.
    why: Why | None = None

    @property
    def kind(self) -> ClockKind:
        """Which of the three clocks it was."""
        return self.cycle.clock.kind


def proven(events: Iterable[Event]) -> list[Proven]:
    """Every deadline that counts, clock by clock, in order."""
    events = tuple(replace(event, body_id=None, text=None) for event in events)
    found: list[Proven] = []
    for kind, every in cycles_here(events).items():
        for cycle in that_count(kind, every):
            missed = was_missed(cycle)
            found.append(Proven(cycle, not missed, _why(events, cycle) if missed else None))
    return found


def _why(events: Sequence[Event], cycle: Cycle) -> Why | None:
    """The sum as it was told when that deadline last stood: before what put another in its place, or took the clock
    away."""
    kind, standing = cycle.clock.kind, 0
    for event, state in unfold(events):
        clock = state.clocks.clock(kind)
        if clock is not None and clock.cycle == cycle.clock.cycle:
            standing = max(standing, event.seq)
    for last in range(standing, 0, -1):  # what was undone later stood then
        found = why([event for event in events if event.seq <= last], kind)
        if found is not None and found.clock.deadline == cycle.clock.deadline:
            return found
    return None
