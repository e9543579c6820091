"""How the agreements beside the customer's were kept, in figures of closed facts (policy: Agreements)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from triage.agreements import Run
from triage.clock import Clock, ClockState
from triage.event import Event
from triage.facts.telling import Updated
from triage.fold import read, unfold
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
                _count(found, run, kind, late=clock.breached(), met=clock.state is ClockState.MET)
    if known.ended or known.running:
        _count_updates(found, events)
    return found


def _count_updates(found: Verdicts, events: Sequence[Event]) -> None:
    """Each update that was owed and given, and each that was late when something else came instead."""
    standing: dict[str, tuple[Run, Clock]] = {}
    for event, state in unfold(events):
        now = _owed(state.agreements.last)
        for name, (run, clock) in standing.items():
            if name not in now or now[name][1].cycle != clock.cycle:
                late = clock.breached(event.at)
                _count(found, run, ClockKind.UPDATE, late=late, met=not late and isinstance(event.fact, Updated))
        standing = now
    for run, clock in standing.values():
        _count(found, run, ClockKind.UPDATE, late=clock.ended_at is not None and clock.breached(), met=False)


def _owed(runs: Mapping[str, Run]) -> dict[str, tuple[Run, Clock]]:
    found = ((name, run, run.clocks.clock(ClockKind.UPDATE)) for name, run in runs.items())
    return {name: (run, clock) for name, run, clock in found if clock is not None}


def _count(found: Verdicts, run: Run, kind: ClockKind, *, late: bool, met: bool) -> None:
    if late or met:
        counted = found.setdefault((run.agreement.name, kind), [0, 0])
        counted[late] += 1
