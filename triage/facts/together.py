"""Facts of tickets that look alike, and of major incidents, which many tickets are part of."""

from __future__ import annotations

from typing import ClassVar

from triage.event import Fact, Kind
from triage.facts.sorting import OtherTicket
from triage.values import value


@value(frozen=True, slots=True)
class FoundAlike(Fact):
    """When it was opened, others looked like it; the desk was shown them."""

    KIND: ClassVar[Kind] = Kind.FOUND_ALIKE
    #: Numbers of those tickets, the one that is most worth a look first.
    numbers: tuple[int, ...]


class Distinguished(OtherTicket):
    """Somebody of the desk says that the other is a different trouble, however alike they look."""

    __slots__ = ()
    KIND = Kind.DISTINGUISHED


@value(frozen=True, slots=True)
class MajorProposed(Fact):
    """So many look alike, or are linked, that they may be one major incident; the desk was asked."""

    KIND: ClassVar[Kind] = Kind.MAJOR_PROPOSED
    #: Numbers of the others.
    numbers: tuple[int, ...]


class MajorDeclared(Fact):
    """It stands for a major incident from now on: other tickets may be part of it."""

    __slots__ = ()
    KIND = Kind.MAJOR_DECLARED


class MajorEnded(Fact):
    """It stands for no major incident any more; nothing is part of it."""

    __slots__ = ()
    KIND = Kind.MAJOR_ENDED


class PartAdded(OtherTicket):
    """The other ticket is part of this major incident; it has `PartOf`."""

    __slots__ = ()
    KIND = Kind.PART_ADDED


class PartRemoved(OtherTicket):
    """The other ticket is part of it no longer."""

    __slots__ = ()
    KIND = Kind.PART_REMOVED


class PartOf(OtherTicket):
    """It is part of the major incident that the other ticket stands for."""

    __slots__ = ()
    KIND = Kind.PART_OF


class PartNoMore(OtherTicket):
    """It is no longer part of that."""

    __slots__ = ()
    KIND = Kind.PART_NO_MORE


class AskedBack(OtherTicket):
    """The major incident that it is part of is over: its customer is asked whether service is back for them."""

    __slots__ = ()
    KIND = Kind.ASKED_BACK
