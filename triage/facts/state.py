"""Facts of where a ticket stands: waiting, restored, resolved, open again (policy: Clocks)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from triage.data import keyed
from triage.event import Fact, Kind
from triage.values import value


@value(frozen=True, slots=True)
class Waited(Fact):
    """The ticket waits; the reason is the event's text."""

    KIND: ClassVar[Kind] = Kind.WAITED
    #: `customer`, `vendor` or `maintenance`.
    what: str = keyed("for")
    #: When the agent wants to be reminded.
    until: datetime | None = None
    #: The `seq` of the question of an earlier wait that still stands.
    asked: int | None = None


class Resumed(Fact):
    """It waits no longer."""

    __slots__ = ()
    KIND = Kind.RESUMED


class Restored(Fact):
    """Service is back, by a workaround or a repair."""

    __slots__ = ()
    KIND = Kind.RESTORED


@value(frozen=True, slots=True)
class Relapsed(Fact):
    """It is down again."""

    KIND: ClassVar[Kind] = Kind.RELAPSED
    #: The channel heard of it as well.
    shown: bool = False


@value(frozen=True, slots=True)
class Resolved(Fact):
    """The work is done."""

    KIND: ClassVar[Kind] = Kind.RESOLVED
    #: A reaction did it, which can be taken off again.
    by_reaction: bool = False


@value(frozen=True, slots=True)
class Reopened(Fact):
    """It is open again."""

    KIND: ClassVar[Kind] = Kind.REOPENED
    #: It was never fixed: the closed span counts.
    counts: bool
    #: The channel heard of it as well.
    shown: bool = False
    #: The severity for which somebody was named in the channel; None: nobody was, for this.
    falls_to: int | None = None


@value(frozen=True, slots=True)
class Unresolved(Fact):
    """A reaction by which somebody resolved it was taken off within its grace."""

    KIND: ClassVar[Kind] = Kind.UNRESOLVED
    #: The `seq` of the event that the fold then leaves out.
    undoes: int


@value(frozen=True, slots=True)
class Snoozed(Fact):
    """Warnings and reminders are held back, or no longer."""

    KIND: ClassVar[Kind] = Kind.SNOOZED
    #: Until when; None: no longer.
    until: datetime | None
