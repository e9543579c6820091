"""Facts of what a ticket is, whose it is, and the terms that follow from it (policy: Categories)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from triage.data import Graded
from triage.event import Fact, Kind
from triage.suggested import Suggested
from triage.terms import Terms
from triage.values import value


@value(frozen=True, slots=True)
class Opened(Fact):
    """A ticket was opened; its summary and description are the event's text."""

    KIND: ClassVar[Kind] = Kind.OPENED
    #: What it is held to from now on.
    terms: Terms
    #: Staff said what it is: category and severity are in force, not claimed.
    confirmed: bool
    #: When the customer reported the trouble, at or before the opening.
    reported_at: datetime
    #: Who asked for it.
    requester: str
    #: The customer's name, where one is known.
    customer: str | None = None
    #: What whoever works on it should know.
    skills: tuple[str, ...] = ()
    #: The severity that a requester or customer typed, never in force by itself.
    claimed: int | None = None
    #: The severity for which somebody was named in the channel, because nobody had accepted the ticket.
    falls_to: int | None = None
    #: Nobody asked for it: it was taken in by itself, and may turn out to be none.
    automatic: bool = False
    #: By when a provisioning is wanted.
    requested_date: datetime | None = None
    #: Where the message stands that it was made from: channel, message, and the message that carries the thread.
    origin: tuple[str, ...] | None = None
    #: What its text suggested that it is, where nobody of the desk had said so.
    suggested: Suggested | None = None
    #: It was brought from another help desk, and is older here than on record: no figure counts what was over before.
    brought: bool = False


@value(frozen=True, slots=True)
class Retargeted(Fact):
    """Category or severity is another, or in force for the first time; the reason is the event's text."""

    #: What the ticket is held to from now on.
    terms: Terms
    #: What it was sorted as until then, by claim or in force.
    before: Graded | None = None
    #: When *this* trouble was reported, where it is another than the one the ticket was opened for.
    reported_at: datetime | None = None
    #: The severity for which somebody was named in the channel; None: nobody was, for this.
    falls_to: int | None = None


class Confirmed(Retargeted):
    """Somebody of the desk put a category and severity in force that were only claimed."""

    __slots__ = ()
    KIND = Kind.CONFIRMED


class SeverityChanged(Retargeted):
    """Another severity is in force."""

    __slots__ = ()
    KIND = Kind.SEVERITY_CHANGED


class CategoryChanged(Retargeted):
    """Another category is in force."""

    __slots__ = ()
    KIND = Kind.CATEGORY_CHANGED


@value(frozen=True, slots=True)
class TermsMoved(Fact):
    """The ticket was put on the terms of another version of the policy, or of another plan, on purpose."""

    KIND: ClassVar[Kind] = Kind.TERMS_MOVED
    #: What it is held to from now on.
    terms: Terms
    #: The version of the policy that it ran under.
    before: int


@value(frozen=True, slots=True)
class ReportCorrected(Fact):
    """The customer had reported the trouble at another time; the reason is the event's text."""

    KIND: ClassVar[Kind] = Kind.REPORT_CORRECTED
    #: When they reported it (UTC).
    reported_at: datetime
    #: What was thought until then.
    before: datetime


@value(frozen=True, slots=True)
class CustomerCorrected(Fact):
    """The ticket is another customer's, or nobody's."""

    KIND: ClassVar[Kind] = Kind.CUSTOMER_CORRECTED
    #: The name of whose it is; None: nobody's.
    customer: str | None
    #: Whose it was.
    before: str | None


class Dismissed(Fact):
    """It was taken in by itself and is no ticket: nothing of it counts."""

    __slots__ = ()
    KIND = Kind.DISMISSED


@value(frozen=True, slots=True)
class OtherTicket(Fact):
    """Something about this ticket and another."""

    #: Of the other ticket.
    number: int


@value(frozen=True, slots=True)
class Linked(OtherTicket):
    """They show each other from now on; the other has the same event."""

    KIND: ClassVar[Kind] = Kind.LINKED
    #: The other goes on with what this one was about.
    continued: bool = False


class Unlinked(OtherTicket):
    """They show each other no longer."""

    __slots__ = ()
    KIND = Kind.UNLINKED


class Merged(OtherTicket):
    """The other ticket goes on for this one, to which it is linked."""

    __slots__ = ()
    KIND = Kind.MERGED
