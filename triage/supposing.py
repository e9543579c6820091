"""What if: a ticket as it would be, beside how it is. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.agenda import ESCALATION, agenda
from triage.change import Change
from triage.clock import Clock
from triage.event import Event
from triage.facts.state import Resumed, Waited
from triage.fold import fold
from triage.terms import ClockKind
from triage.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Difference:
    """One clock before and after; None where the ticket has none."""

    #: Which clock.
    kind: ClockKind
    #: As it stands.
    before: Clock | None
    #: As it would stand.
    after: Clock | None

    @property
    def moved(self) -> bool:
        """Whether a person would be shown something else."""
        return _shown(self.before) != _shown(self.after)


def suppose(events: Sequence[Event], change: Change) -> Ticket:
    """The ticket after a change that is not recorded."""
    first = max(event.seq for event in events) + 1
    return fold([*events, *(replace(event, seq=seq) for seq, event in enumerate(change.events, first))])


def answered_at(change: Change, at: datetime) -> Change:
    """A change that begins a wait for the customer, and their answer `at`; any other change as it is."""
    waited = next((e for e in change.events if isinstance(e.fact, Waited) and e.fact.what == "customer"), None)
    if waited is None:
        return change
    return replace(change, events=(*change.events, replace(waited, at=at, fact=Resumed(), text=None)))


def differences(before: Ticket, after: Ticket) -> list[Difference]:
    """All clocks that either of them has."""
    found = (Difference(kind, before.clocks.get(kind), after.clocks.get(kind)) for kind in ClockKind)
    return [each for each in found if each.before is not None or each.after is not None]


def next_proposal(ticket: Ticket) -> datetime | None:
    """When the next level is proposed, if nothing else happens."""
    return next((due.at for due in agenda(ticket) if due.clock == ESCALATION), None)


def _shown(clock: Clock | None) -> tuple[object, ...] | None:
    return None if clock is None else (clock.deadline, clock.state, clock.promised)
