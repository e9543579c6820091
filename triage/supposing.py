"""What if: a ticket as it would be, beside how it is. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.agenda import ESCALATION, agenda
from triage.agreements import clock_of
from triage.change import Change
from triage.clock import Clock
from triage.event import Event
from triage.facts.state import Resumed, Waited
from triage.facts.telling import CustomerWrote
from triage.fold import fold
from triage.terms import CUSTOMER, ClockKind
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
    #: The name of the agreement whose clock it is; None: the customer's.
    agreement: str | None = None

    @property
    def clock(self) -> str:
        """Which clock, as the agenda calls it: `restore`, one of an agreement `restore/network`."""
        return self.kind.value if self.agreement is None else clock_of(self.kind, self.agreement)

    @property
    def moved(self) -> bool:
        """Whether a person would be shown something else."""
        return _shown(self.before) != _shown(self.after)


def suppose(events: Sequence[Event], change: Change) -> Ticket:
    """The ticket after a change that is not recorded."""
    first = max(event.seq for event in events) + 1
    return fold([*events, *(replace(event, seq=seq) for seq, event in enumerate(change.events, first))])


def ended_at(change: Change, at: datetime) -> Change:
    """A change that begins a wait, and the end of that wait `at`: the customer's answer, the supplier's work. Any other
    change as it is."""
    waited = next((e for e in change.events if isinstance(e.fact, Waited)), None)
    if waited is None:
        return change
    asked = isinstance(waited.fact, Waited) and waited.fact.what == CUSTOMER
    facts = (CustomerWrote(), Resumed()) if asked else (Resumed(),)
    ends = (replace(waited, at=at, recorded_at=at, fact=fact, text=None) for fact in facts)
    return replace(change, events=(*change.events, *ends))


def differences(before: Ticket, after: Ticket) -> list[Difference]:
    """All clocks that either of them has: the customer's, then those of each agreement beside (policy: Agreements)."""
    found = _between(before.clocks, after.clocks)
    for name in dict.fromkeys((*before.agreements, *after.agreements)):
        found += _between(before.agreements.get(name, {}), after.agreements.get(name, {}), name)
    return found


def _between(
    before: Mapping[ClockKind, Clock], after: Mapping[ClockKind, Clock], agreement: str | None = None
) -> list[Difference]:
    found = (Difference(kind, before.get(kind), after.get(kind), agreement) for kind in ClockKind)
    return [each for each in found if each.before is not None or each.after is not None]


def next_proposal(ticket: Ticket) -> datetime | None:
    """When the next level is proposed, if nothing else happens."""
    return next((due.at for due in agenda(ticket) if due.clock == ESCALATION), None)


def _shown(clock: Clock | None) -> tuple[object, ...] | None:
    return None if clock is None else (clock.deadline, clock.state, clock.promised, clock.breached())
