"""How the agreements beside the customer's were kept, in figures of closed facts (policy: Agreements)."""

from __future__ import annotations

from collections.abc import Sequence

from triage.clock import ClockState
from triage.cycles import Cycle, agreement_cycles, that_fell_here
from triage.event import Event
from triage.fold import read
from triage.terms import ClockKind

Verdicts = dict[tuple[str, ClockKind], list[int]]
"""By agreement and clock: how many deadlines were met in time, and how many were not."""


def agreements_kept(events: Sequence[Event]) -> Verdicts:
    """The deadlines of every agreement that the ticket was held to: of response and restore one for each time that it
    began, of updates each. What still runs, and what ended in time without being met, is no fact."""
    every = {key: found for key, found in agreement_cycles(events).items() if key[1] is ClockKind.UPDATE}
    known = read(events).agreements
    for run in (*known.ended, *known.running.values()):
        for kind in (ClockKind.RESPONSE, ClockKind.RESTORE):
            if (clock := run.clocks.clock(kind)) is not None:
                last = Cycle(clock, clock.ended_at, None, met=clock.state is ClockState.MET)
                every.setdefault((run.agreement.name, kind), []).append(last)
    found: Verdicts = {}
    for key, ended in that_fell_here(events, every).items():
        for cycle in ended:
            late = cycle.ended_at is not None and cycle.breached(cycle.ended_at)
            if cycle.clock.deadline is not None and (late or cycle.met):
                found.setdefault(key, [0, 0])[late] += 1
    return found
