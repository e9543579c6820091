"""Figures of closed facts: deadlines kept and missed, by clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from triage.event import Event
from triage.moving import Cycle, cycles
from triage.terms import ClockKind
from triage.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Kept:
    """Deadlines of one clock."""

    #: How many were met in time.
    kept: int = 0
    #: How many were not.
    missed: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(self.kept + other.kept, self.missed + other.missed)


@dataclass(frozen=True, slots=True)
class Ratings:
    """What customers answered who were asked how it went."""

    #: How many were satisfied.
    good: int = 0
    #: How many were not.
    bad: int = 0

    def __add__(self, other: Ratings) -> Ratings:
        return Ratings(self.good + other.good, self.bad + other.bad)


def rating_of(ticket: Ticket) -> Ratings:
    """What the customer of one ticket answered; nothing where they did not, or it was opened again since."""
    rating = ticket.rating
    return Ratings(int(rating.good is True), int(rating.good is False)) if rating.stands else Ratings()


def deadlines_kept(events: Iterable[Event]) -> dict[ClockKind, Kept]:
    """How a resolved ticket's deadlines were kept. Every update counts; response and restore count once for the ticket,
    and are missed where any deadline that they ever had was."""
    found = {}
    for kind, each in cycles(events).items():
        ended = [cycle for cycle in each if cycle.ended_at is not None and cycle.clock.deadline is not None]
        if ended:
            found[kind] = _kept(ended) if kind is ClockKind.UPDATE else _once(ended)
    return found


def _kept(ended: list[Cycle]) -> Kept:
    # The last words to the customer end the clock they have just set: nothing was to be kept there.
    ended = [cycle for cycle in ended if cycle.ended_at != cycle.clock.base]
    missed = sum(_missed(cycle) for cycle in ended)
    return Kept(len(ended) - missed, missed)


def _once(ended: list[Cycle]) -> Kept:
    return Kept(0, 1) if any(map(_missed, ended)) else Kept(1, 0)


def _missed(cycle: Cycle) -> bool:
    return cycle.ended_at is not None and cycle.breached(cycle.ended_at)
