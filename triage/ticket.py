"""The ticket as its events tell it. What makes one of them is `triage.fold`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from triage.agreements import clock_of, parted
from triage.clocks import Clock
from triage.instants import Span
from triage.parts.ahead import OpenBreach, Said
from triage.parts.elsewhere import Reference
from triage.parts.escalating import Escalation
from triage.parts.owning import Ownership
from triage.parts.rating import Rating
from triage.parts.state import Outage, Report, Waiting
from triage.parts.telling import Announced, Heard, Told, Updates
from triage.parts.together import Together
from triage.parts.undo import Undo
from triage.suggested import Suggested
from triage.terms import PRESSING, Category, ClockKind, Terms
from triage.values import value


class Status(StrEnum):
    """Where a ticket stands, in the words that cards use."""

    OPEN = "open"
    WAITING = "waiting"
    RESTORED = "restored"  # service is back, the rest of the work goes on
    RESOLVED = "resolved"
    DISMISSED = "dismissed"  # it never was one


@value(frozen=True, slots=True)
class Ticket:
    """One ticket after its last event. Same events, same terms: the same ticket."""

    #: The `seq` of its last event.
    version: int
    #: What it is held to (policy: Targets).
    terms: Terms
    #: The severity that a requester or customer typed, shown and never in force by itself (policy: Categories).
    claimed: int | None
    #: Somebody of the desk has put its category and severity in force.
    confirmed: bool
    #: What its text suggested that it is, where nobody of the desk had said so when it was opened.
    suggested: Suggested | None
    #: When it was opened.
    opened_at: datetime
    #: Who asked for it.
    requester: str
    #: The customer's name; None: nobody's.
    customer: str | None
    #: What whoever works on it should know.
    skills: tuple[str, ...]
    #: By when a provisioning is wanted.
    requested_date: datetime | None
    #: Nobody asked for it: it was taken in by itself.
    automatic: bool
    #: The clocks that its terms have (policy: Clocks).
    clocks: dict[ClockKind, Clock]
    #: By agreement beside the customer's that has begun: its clocks, as they last stood (policy: Agreements).
    agreements: dict[str, dict[ClockKind, Clock]]
    #: Every span in which it waited for the customer.
    waits: tuple[Span, ...]
    #: What it waits for now.
    waiting: Waiting | None
    #: By when the customer was promised to hear again, while that is open.
    promise: datetime | None
    #: Breaches that nobody has answered for.
    breaches: tuple[OpenBreach, ...]
    #: The (clock, step, cycle) of every warning, breach, proposal and reminder on record.
    said: frozenset[Said]
    #: Warnings and reminders are held back until then.
    snoozed_until: datetime | None
    #: When the work was done; None: it goes on (policy: Resolve).
    resolved_at: datetime | None
    #: When somebody said that it is no ticket; None: nobody has.
    dismissed_at: datetime | None
    #: Numbers of other tickets that it is linked with, in order.
    links: tuple[int, ...]
    #: What it is called elsewhere, in order.
    references: tuple[Reference, ...]
    #: The number of the ticket that goes on for this one.
    merged_into: int | None
    #: The number of the ticket that a late answer to this one opened.
    continued_as: int | None
    #: When the customer reported the trouble.
    report: Report
    #: Whether service is back.
    outage: Outage
    #: Who has it.
    ownership: Ownership
    #: The levels that were reached.
    escalation: Escalation
    #: What the customer was told.
    updates: Updates
    #: What the customer wrote.
    heard: Heard
    #: How the customer found it.
    rating: Rating
    #: What the channel heard of it.
    announced: Announced
    #: What can be taken back.
    undo: Undo
    #: Which others it belongs together with, but for its links.
    together: Together

    @property
    def category(self) -> Category | None:
        """What kind of request it is; None: nobody has said."""
        return self.terms.category

    @property
    def severity(self) -> int | None:
        """The severity in force."""
        return self.terms.severity

    @property
    def severity_said(self) -> int | None:
        """The severity in force, or, until somebody has confirmed one, what was claimed."""
        return self.severity if self.confirmed else self.claimed

    @property
    def is_pressing(self) -> bool:
        """Whether what is said of it is said at once: whoever sleeps is woken, and whoever gets it has to accept it."""
        return self.severity_said in PRESSING

    @property
    def suggestion(self) -> Suggested | None:
        """What its text suggests, while nobody of the desk has said what it is."""
        return self.suggested if self.is_open and not self.confirmed else None

    @property
    def status(self) -> Status:
        """The one word for where the ticket stands."""
        if self.dismissed_at is not None:
            return Status.DISMISSED
        if self.resolved_at is not None:
            return Status.RESOLVED
        if self.waiting is not None:
            return Status.WAITING
        return Status.RESTORED if self.outage.restored_at is not None else Status.OPEN

    @property
    def level(self) -> int:
        """The escalation level that was reached; 0 before the first climb."""
        return self.escalation.level

    @property
    def down_since(self) -> datetime:
        """The report, or the last time that it failed again."""
        return self.outage.again_at or self.report.at

    @property
    def is_open(self) -> bool:
        """Whether there is still work on it."""
        return self.resolved_at is None and self.dismissed_at is None

    @property
    def resolution(self) -> Told | None:
        """What was said when the ticket was resolved, while it is."""
        closing = self.updates.closing
        return None if self.resolved_at is None or closing is None else self.updates.told(*closing)

    def clock(self, called: str) -> Clock | None:
        """The clock that the agenda calls so, the customer's or one of an agreement; None: it has none."""
        of = parted(called)
        return self.clocks.get(ClockKind(called)) if of is None else self.agreements.get(of[1], {}).get(of[0])

    @property
    def every_clock(self) -> Iterator[tuple[str, Clock]]:
        """All of them, as the agenda calls them: the customer's, then those of agreements (`restore/network`)."""
        yield from self.clocks.items()
        for name, clocks in self.agreements.items():
            for kind, clock in clocks.items():
                yield clock_of(kind, name), clock

    @property
    def next_due(self) -> datetime | None:
        """The earliest deadline of its running clocks."""
        return min((c.due for c in self.clocks.values() if c.due is not None), default=None)
