"""When to warn before a clock is due (policy: Warnings and breaches)."""

from __future__ import annotations

from datetime import datetime

from triage.clocks import Clock
from triage.hours import ELAPSED, Hours
from triage.instants import Span
from triage.terms import Lead


def warnings(clock: Clock, leads: tuple[Lead, ...]) -> list[tuple[datetime, str]]:
    """The instants at which to warn of a running clock, each with the name of its step.

    Walked back in the clock's own hours. A lead time already past when the deadline was set is not said; if none is
    left there is one warning at half the time left, and none at all once the deadline itself is past.
    """
    due = clock.due
    if due is None:
        return []
    found = [(at, lead.step) for lead in leads if (at := _at(clock, due, lead)) is not None and clock.set_at < at < due]
    if not found and leads:
        hours, pauses = _counted(clock)
        left = hours.between(clock.set_at, due, pauses)
        at = hours.back(due, left - left // 2, pauses)
        if clock.set_at < at < due:
            found.append((at, "half-left"))
    return found


def _counted(clock: Clock) -> tuple[Hours, list[Span]]:
    """What the time before the deadline is counted in. A promise is an instant somebody named: all of it counts."""
    return (ELAPSED, []) if clock.promised else (clock.target.hours, clock.pauses)


def _at(clock: Clock, due: datetime, lead: Lead) -> datetime | None:
    if lead.seconds is not None:
        hours, pauses = _counted(clock)
        return hours.back(due, lead.seconds, pauses)
    if clock.promised or lead.share is None:
        return None
    return clock.allowance.hours.add(clock.base, round(clock.allowance.seconds * lead.share), clock.pauses)
