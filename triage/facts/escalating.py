"""Facts of the levels of escalation (policy: Escalation)."""

from __future__ import annotations

from typing import ClassVar

from triage.event import Fact, Kind
from triage.values import value


@value(frozen=True, slots=True)
class OfLevel(Fact):
    """Something about a level."""

    #: 1 is the first.
    level: int


@value(frozen=True, slots=True)
class Escalated(OfLevel):
    """A level was reached; the reason is the event's text."""

    KIND: ClassVar[Kind] = Kind.ESCALATED
    #: By a manager's reaction, which gives no reason.
    by_reaction: bool = False
    #: Whoever climbed is a contact of that level, and answers for it.
    answered: bool = False


@value(frozen=True, slots=True)
class Called(OfLevel):
    """Somebody was called because a level was reached, or because nobody had acknowledged it in time."""

    KIND: ClassVar[Kind] = Kind.CALLED
    #: Their key, or a group's.
    who: str
    #: On which occasion: `first`, or the step of the agenda that had come.
    step: str
    #: The `seq` of the climb.
    climb: int


class LevelAnswered(OfLevel):
    """A contact of the level that was reached did something with the ticket, and so answers for it."""

    __slots__ = ()
    KIND = Kind.LEVEL_ANSWERED


class Deescalated(OfLevel):
    """A level was left for the one below; the reason is the event's text."""

    __slots__ = ()
    KIND = Kind.DEESCALATED


class EscalationAsked(Fact):
    """The customer asked for it, a manager decides; the reason is the event's text."""

    __slots__ = ()
    KIND = Kind.ESCALATION_ASKED


class ReasonGiven(OfLevel):
    """The reason of a climb by reaction, picked afterwards; it is the event's text."""

    __slots__ = ()
    KIND = Kind.REASON_GIVEN


class Endorsed(OfLevel):
    """A further reaction to a climb that stands."""

    __slots__ = ()
    KIND = Kind.ENDORSED


class ReactionRemoved(OfLevel):
    """A reaction was taken off: the climb stays, the reaction no longer stands."""

    __slots__ = ()
    KIND = Kind.REACTION_REMOVED


@value(frozen=True, slots=True)
class EscalationUndone(OfLevel):
    """The reaction that carried a climb was taken off within its grace."""

    KIND: ClassVar[Kind] = Kind.ESCALATION_UNDONE
    #: The `seq` of the climb, which the fold then leaves out.
    undoes: int
