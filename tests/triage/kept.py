"""How a ticket's deadlines were kept, whatever the severity."""

from __future__ import annotations

from collections.abc import Sequence

from triage.event import Event
from triage.figures import Kept, figures_of
from triage.fold import fold
from triage.terms import ClockKind


def deadlines_kept(events: Sequence[Event]) -> dict[ClockKind, Kept]:
    """By clock, of closed facts alone."""
    found: dict[ClockKind, Kept] = {}
    for (kind, _), kept in figures_of(fold(events), events).kept.items():
        found[kind] = found.get(kind, Kept()) + kept
    return found
