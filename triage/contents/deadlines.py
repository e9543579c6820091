"""What the desk is told of deadlines, and what it is reminded of (policy: Warnings and breaches)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from triage.agreements import clock_of
from triage.contents.to_customer import ByContent
from triage.notice import Content, Missed, NoticeKind
from triage.terms import ClockKind
from triage.values import value

BREACH_TO = ("assignee", "lead", "level")
"""Who hears of a breach, in order: whoever has the ticket, then the lead, then the contacts of the next level."""


@value(frozen=True, slots=True)
class DueContent(Content):
    """Something of the agenda fell due."""

    #: Which step of it.
    step: str
    #: The `seq` of the event that set the deadline.
    cycle: int


@value(frozen=True, slots=True)
class WarningContent(DueContent):
    """A deadline is near."""

    KIND: ClassVar[NoticeKind] = NoticeKind.WARNING
    #: Which clock runs out: `triage.terms.ClockKind`.
    clock: str
    #: The deadline, as it was when this was planned.
    due: datetime
    #: Severity 3 can wait for opening: nobody is notified.
    quiet: bool = False
    #: The last word before the deadline.
    last_call: bool = False


@value(frozen=True, slots=True)
class BreachContent(DueContent):
    """A deadline has passed."""

    KIND: ClassVar[NoticeKind] = NoticeKind.BREACH
    #: Which clock ran out: `triage.terms.ClockKind`.
    clock: str
    #: The deadline.
    due: datetime
    #: Who hears of it: `assignee`, `lead` or `level`.
    to: str
    #: Severity 3 can wait for opening: nobody is notified.
    quiet: bool = False
    #: Whoever has it was not notified at night: they are now, with whoever comes next.
    owner_too: bool = False


@value(frozen=True, slots=True)
class AgreementContent(DueContent):
    """A deadline of an agreement beside the customer's is near, or has passed: for the desk alone (policy:
    Agreements)."""

    KIND: ClassVar[NoticeKind] = NoticeKind.AGREEMENT
    #: Which clock of it: `triage.terms.ClockKind`.
    clock: str
    #: What the desk calls the agreement.
    agreement: str
    #: The deadline, as it was when this was planned.
    due: datetime
    #: It has passed.
    late: bool = False
    #: The group that has the work in hand, by key; None: whoever has the ticket is told.
    group: str | None = None
    #: Severity 3 can wait for opening: nobody is notified.
    quiet: bool = False

    @property
    def called(self) -> str:
        """What the agenda calls that clock: `restore/network`."""
        return clock_of(ClockKind(self.clock), self.agreement)


@value(frozen=True, slots=True)
class CatchUpContent(Content):
    """After an outage: what was missed and what is due now, in one message."""

    KIND: ClassVar[NoticeKind] = NoticeKind.CATCH_UP
    #: What fell due meanwhile, in order.
    missed: tuple[Missed, ...]
    #: Who hears of it: `assignee`, `lead` or `level`.
    to: str
    #: Severity 3 can wait for opening: nobody is notified.
    quiet: bool = False


@value(frozen=True, slots=True)
class ProposalContent(DueContent):
    """The next level is proposed to the owner and the lead (policy: Escalation)."""

    KIND: ClassVar[NoticeKind] = NoticeKind.PROPOSAL
    #: Which one; 1 is the first.
    level: int


@value(frozen=True, slots=True)
class UnacknowledgedContent(DueContent):
    """Nobody has acknowledged a level in time: the next of its contacts is called (policy: Escalation). The `cycle` is
    that of the climb."""

    KIND: ClassVar[NoticeKind] = NoticeKind.UNACKNOWLEDGED
    #: Which one; 1 is the first.
    level: int


@value(frozen=True, slots=True)
class ChaseContent(DueContent):
    """A wait has lasted, a requested date is near, or nothing happens: somebody is reminded."""

    KIND: ClassVar[NoticeKind] = NoticeKind.CHASE
    #: Which of them: `waiting`, `requested`, `idle` or `handover`.
    about: str


@value(frozen=True, slots=True)
class FallsToContent(ByContent):
    """A severity 1 or 2 that nobody has accepted: whose it is now, by when (policy: Intake and people)."""

    KIND: ClassVar[NoticeKind] = NoticeKind.FALLS_TO
    #: The severity that came into force, or was claimed.
    severity: int | None
