"""Facts of how the customer found it (policy: Satisfaction)."""

from __future__ import annotations

from typing import ClassVar

from triage.event import Fact, Kind
from triage.facts.ahead import Planned
from triage.values import value


class RatingAsked(Planned):
    """The customer was asked how it went."""

    __slots__ = ()
    KIND = Kind.RATING_ASKED


@value(frozen=True, slots=True)
class Rated(Fact):
    """They answered; a word of theirs is the event's text."""

    KIND: ClassVar[Kind] = Kind.RATED
    #: They are satisfied.
    good: bool
