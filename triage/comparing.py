"""Another help desk's verdicts beside ours: the same tickets, under this desk's policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from triage.event import Event
from triage.facts.sorting import Opened
from triage.proof import Proven, proven
from triage.terms import ClockKind


@dataclass(frozen=True, slots=True)
class Compared:
    """What both say of one deadline."""

    #: What the other help desk says: whether it was kept.
    theirs: bool
    #: What this desk's policy makes of the same times.
    ours: Proven

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return self.theirs is not self.ours.kept


def compare(events: Sequence[Event], theirs: Mapping[ClockKind, bool]) -> list[Compared]:
    """What both say of the deadlines of a ticket that `triage.bringing` made, as far as both say something. `theirs`:
    their verdicts."""
    lived = [_as_if_here(event) for event in events if event.said is None]
    found = {each.kind: each for each in proven(lived)}
    return [Compared(kept, found[kind]) for kind, kept in theirs.items() if kind in found]


def _as_if_here(event: Event) -> Event:
    """The event as if it had happened at this desk, which recorded it at once."""
    fact = replace(event.fact, brought=False) if isinstance(event.fact, Opened) else event.fact
    return replace(event, fact=fact, recorded_at=event.at)
