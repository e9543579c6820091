"""Which other tickets a ticket belongs together with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Together:
    """Which other tickets it looks like, or is one major incident with."""

    #: Numbers of those that looked like it when it was opened.
    alike: tuple[int, ...] = ()
    #: Numbers of those that somebody told apart from it.
    different: frozenset[int] = frozenset()
    #: Numbers of those with which it was proposed as a major incident; empty: it never was.
    proposed: tuple[int, ...] = ()
    #: It stands for a major incident.
    is_major: bool = False
    #: Numbers of the tickets that are part of that, in the order in which they were added.
    parts: tuple[int, ...] = ()
    #: The number of the ticket that stands for the major incident that it is part of.
    part_of: int | None = None
    #: The `seq` of the event by which its customer was asked whether service is back for them.
    asked_back: int | None = None
