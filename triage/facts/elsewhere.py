"""Facts of what a ticket is called elsewhere: in another help desk, by a carrier."""

from __future__ import annotations

from typing import ClassVar

from triage.event import Fact, Kind
from triage.values import value


class Referenced(Fact):
    """It has a number elsewhere; the number, and the link that may lead there, are the event's text."""

    __slots__ = ()
    KIND = Kind.REFERENCED


@value(frozen=True, slots=True)
class Unreferenced(Fact):
    """It is not called so any more."""

    KIND: ClassVar[Kind] = Kind.UNREFERENCED
    #: The `seq` of the event by which it was.
    of: int
