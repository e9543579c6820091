"""What of an open ticket waits for a manager: a level that nobody answers for, a request, a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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

    what: Attention
    level: int
    since: datetime


def waits_for_manager(ticket: Ticket, events: Sequence[Event]) -> Waits | None:
    """The most pressing thing that waits; None where nothing does, or the ticket is resolved."""
    if not ticket.is_open:
        return None
    last = ticket.climbs[-1] if ticket.climbs else None
    if last is not None and last.acknowledged_by is None:
        return Waits(Attention.ESCALATED, last.level, last.at)
    after = last.seq if last is not None else 0
    above = ticket.level + 1
    for what, kind in ((Attention.ASKED, Kind.ESCALATION_ASKED), (Attention.PROPOSED, Kind.PROPOSED)):
        found = next((e for e in reversed(events) if e.kind is kind and e.seq > after), None)
        if found is not None and above <= ticket.terms.levels:
            return Waits(what, above, found.at)
    return None
