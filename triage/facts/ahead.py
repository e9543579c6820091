"""Facts of what Vigie itself planned. Each is unique in its ticket by clock, step and cycle (idempotency key), so that
it happens once."""

from __future__ import annotations

from typing import ClassVar

from triage.event import Fact, Kind
from triage.values import value


@value(frozen=True, slots=True)
class Planned(Fact):
    """Something fell due."""

    #: A clock, one of an agreement (`restore/network`), or what else the agenda names: `escalation`, `waiting` ...
    clock: str
    #: Which of its steps.
    step: str
    #: The `seq` of the event that last set the deadline.
    cycle: int


@value(frozen=True, slots=True)
class Warned(Planned):
    """A deadline is near (policy: Warnings and breaches)."""

    KIND: ClassVar[Kind] = Kind.WARNED
    #: The channel heard of it as well.
    shown: bool = False
    #: Nobody was told: the customer had just been told something, or somebody was writing to them.
    withheld: bool = False


@value(frozen=True, slots=True)
class Breached(Planned):
    """A deadline has passed, or that was said again to somebody further up (policy: Warnings and breaches)."""

    KIND: ClassVar[Kind] = Kind.BREACHED
    #: What was in force then.
    severity: int | None = None
    #: The channel heard of it as well.
    shown: bool = False


@value(frozen=True, slots=True)
class Proposed(Planned):
    """The next level was proposed (policy: Escalation)."""

    KIND: ClassVar[Kind] = Kind.PROPOSED
    #: Which one; 1 is the first.
    level: int


class Unanswered(Planned):
    """Somebody who was given a ticket, or a group that was handed it, did not answer in time."""

    __slots__ = ()
    KIND = Kind.UNANSWERED


@value(frozen=True, slots=True)
class Unacknowledged(Planned):
    """Nobody had acknowledged a level in time: somebody else is to be called (policy: Escalation)."""

    KIND: ClassVar[Kind] = Kind.UNACKNOWLEDGED
    #: Which one; 1 is the first.
    level: int


class Reminded(Planned):
    """A reminder was due: of a wait, a requested date, or that nothing happens."""

    __slots__ = ()
    KIND = Kind.REMINDED
