"""What of a ticket somebody should look at: a deadline that is near; for a manager a level, a request, a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.agenda import BREACH_STEPS
from triage.agreements import clock_of
from triage.clocks import Clock
from triage.event import Event, Kind
from triage.ticket import Ticket


class Attention(StrEnum):
    """Why a manager should look."""

    ESCALATED = "escalated"  # the level was reached, and nobody acknowledged it
    ASKED = "asked"  # the customer asked for escalation, and nobody climbed since
    PROPOSED = "proposed"  # the next level was proposed, and nobody climbed since


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits, about which level, since when."""

    #: What waits for a manager.
    what: Attention
    #: Which level it is about.
    level: int
    #: Since when.
    since: datetime


FAR = 0.9  # of the target is used up: before that a warning is no alarm yet


def is_near(ticket: Ticket, clock: Clock, agreement: str | None = None) -> bool:
    """Whether the clock's deadline is near: a warning of it is on record, whether it was said or a snooze held it back.
    A warning by share of the target counts only where little of it is left. `agreement`: beside the customer's, whose
    clock it is."""
    called = clock.kind if agreement is None else clock_of(clock.kind, agreement)
    steps = (step for kind, step, cycle in ticket.said if kind == called and cycle == clock.cycle)
    return any(step not in BREACH_STEPS and not _is_far(step) for step in steps)


def _is_far(step: str) -> bool:
    used = step.removeprefix("used-")
    return used != step and float(used) < FAR


def waits_for_manager(ticket: Ticket, events: Sequence[Event]) -> Waits | None:
    """The most pressing thing that waits; None where nothing does, or the ticket is resolved."""
    if not ticket.is_open:
        return None
    last = ticket.escalation.climbs[-1] if ticket.escalation.climbs else None
    if last is not None and last.acknowledged_by is None:
        return Waits(Attention.ESCALATED, last.level, last.at)
    after = last.seq if last is not None else 0
    above = ticket.level + 1
    for what, kind in ((Attention.ASKED, Kind.ESCALATION_ASKED), (Attention.PROPOSED, Kind.PROPOSED)):
        found = next((e for e in reversed(events) if e.kind is kind and e.seq > after), None)
        if found is not None and above <= ticket.terms.levels:
            return Waits(what, above, found.at)
    return None
