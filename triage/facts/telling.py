"""Facts of what was told and written: to the customer, by the customer, and for the desk alone."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from triage.event import Fact, Kind
from triage.values import value


@value(frozen=True, slots=True)
class Updated(Fact):
    """Something that the customer can see; it is the event's text."""

    KIND: ClassVar[Kind] = Kind.UPDATED
    #: When the next update comes.
    promise: datetime | None = None
    #: The promise that this one replaces.
    moved: datetime | None = None
    #: It was given some other way, by phone for one, and is only logged.
    elsewhere: bool = False
    #: It is a message of the author's own, which the customer can read already.
    seen: bool = False
    #: It asks for something that is waited for.
    question: bool = False
    #: It told that service is restored.
    restored: bool = False
    #: It told that the ticket is resolved.
    resolved: bool = False


class Noted(Fact):
    """An internal note; it is the event's text."""

    __slots__ = ()
    KIND = Kind.NOTED


@value(frozen=True, slots=True)
class CustomerWrote(Fact):
    """The customer's message; it is the event's text."""

    KIND: ClassVar[Kind] = Kind.CUSTOMER_WROTE
    #: It asks for nothing.
    thanks: bool = False
    #: Somebody of the desk was notified of it.
    named: bool = False
    #: It would have been a ticket of its own, one too many (policy: Intake and people).
    beyond: bool = False


@value(frozen=True, slots=True)
class Edited(Fact):
    """An update reads otherwise from now on; what it reads is the event's text."""

    KIND: ClassVar[Kind] = Kind.EDITED
    #: The `seq` of that update.
    update: int


@value(frozen=True, slots=True)
class TakenBack(Fact):
    """An update was taken back by its author."""

    KIND: ClassVar[Kind] = Kind.TAKEN_BACK
    #: The `seq` of that update, which the fold then leaves out.
    undoes: int


@value(frozen=True, slots=True)
class Arrival(Fact):
    """Whether something that the customer was told reached them."""

    #: The `seq` of the event that told them.
    of: int


class Undelivered(Arrival):
    """The customer finally did not get what they were told: it does not count."""

    __slots__ = ()
    KIND = Kind.UNDELIVERED


class Delivered(Arrival):
    """The customer got it after all: from then on it counts."""

    __slots__ = ()
    KIND = Kind.DELIVERED


@value(frozen=True, slots=True)
class Redacted(Fact):
    """Something was erased for good."""

    KIND: ClassVar[Kind] = Kind.REDACTED
    #: In how many texts.
    texts: int
