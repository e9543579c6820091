"""How the agreements beside the customer's were kept, in figures of closed facts (policy: Agreements)."""

from __future__ import annotations

from collections.abc import Sequence

from triage.clock import ClockState
from triage.cycles import agreement_cycles
from triage.event import Event
from triage.fold import read
from triage.terms import ClockKind

Verdicts = dict[tuple[str, ClockKind], list[int]]
"""By agreement and clock: how many deadlines were met in time, and how many were not."""


def agreements_kept(events: Sequence[Event]) -> Verdicts:
    """The deadlines of every agreement that the ticket was held to: of response and restore one for each time that it
    began, of updates each. What still runs, and what ended in time without being met, is no fact."""
    known = read(events).agreements
    found: Verdicts = {}
    for run in (*known.ended, *known.running.values()):
        for kind in (ClockKind.RESPONSE, ClockKind.RESTORE):
            clock = run.clocks.clock(kind)
            if clock is not None and clock.deadline is not None and clock.ended_at is not None:
                _count(found, run.agreement.name, kind, late=clock.breached(), met=clock.state is ClockState.MET)
    for (name, kind), every in agreement_cycles(events).items():
        for cycle in every if kind is ClockKind.UPDATE else ():
            late = cycle.ended_at is not None and cycle.breached(cycle.ended_at)
            _count(found, name, kind, late=late, met=cycle.met)
    return found


def _count(found: Verdicts, name: str, kind: ClockKind, *, late: bool, met: bool) -> None:
    if late or met:
        counted = found.setdefault((name, kind), [0, 0])
        counted[late] += 1
