"""How one ticket went, in figures of closed facts: what reports add up.

What was never asked for counts nowhere: a clock that the ticket did not have, a deadline whose place another took, a
milestone that was skipped. Such a deadline counts only where it had passed already, and then as missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from triage.agreement_figures import agreements_kept
from triage.cycles import Cycle, cycles, that_fell_here
from triage.event import Event
from triage.facts.escalating import Escalated, ReasonGiven
from triage.fold import unfold
from triage.parts.state import Waiting
from triage.people import VIGIE
from triage.terms import ClockKind
from triage.ticket import Ticket

REACTION, COMMAND, POLICY = "reaction", "command", "policy"
_KINDS = {kind.value: kind for kind in ClockKind}


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


@dataclass(frozen=True, slots=True)
class Promises:
    """Updates that were promised for a time of the day."""

    #: How many came in time.
    kept: int = 0
    #: How many did not.
    broken: int = 0
    #: How many gave way to another promise before they were due.
    moved: int = 0

    def __add__(self, other: Promises) -> Promises:
        return Promises(self.kept + other.kept, self.broken + other.broken, self.moved + other.moved)


@dataclass(frozen=True, slots=True)
class Waited:
    """A span in which the ticket waited."""

    #: `customer`, `vendor` or `maintenance`.
    what: str
    #: Who put it there, by key.
    by: str
    #: How long, by the calendar.
    seconds: int


@dataclass(frozen=True, slots=True)
class Climbed:
    """A level that was reached."""

    #: 1 is the first.
    level: int
    #: `reaction`, `command` or `policy` (by itself).
    how: str
    #: The reason, as text; None: nobody gave one.
    reason_id: int | None = None


@dataclass(frozen=True, slots=True)
class TicketFigures:
    """How one ticket went."""

    #: Deadlines kept and missed, by clock and by the severity that was in force then.
    kept: Mapping[tuple[ClockKind, int | None], Kept] = field(default_factory=dict)
    #: Seconds that it took until a clock was met, in that clock's own hours, pauses left out.
    taken: Mapping[ClockKind, int] = field(default_factory=dict)
    #: What became of promises.
    promises: Promises = field(default_factory=Promises)
    #: Every span in which it waited.
    waited: tuple[Waited, ...] = ()
    #: Every level that was reached, in order.
    climbed: tuple[Climbed, ...] = ()
    #: What its customer answered.
    ratings: Ratings = field(default_factory=Ratings)
    #: Deadlines kept and missed of the agreements beside the customer's, by their name and clock.
    agreed: Mapping[tuple[str, ClockKind], Kept] = field(default_factory=dict)


def figures_to_data(figures: TicketFigures) -> dict[str, Any]:
    """As JSON, what is empty left out: the inverse of `figures_from_data`."""
    promises, ratings = figures.promises, figures.ratings
    data: dict[str, Any] = {
        "kept": [[kind.value, severity, each.kept, each.missed] for (kind, severity), each in figures.kept.items()],
        "taken": {kind.value: seconds for kind, seconds in figures.taken.items()},
        "promises": [promises.kept, promises.broken, promises.moved] if promises != Promises() else [],
        "waited": [[each.what, each.by, each.seconds] for each in figures.waited],
        "climbed": [[each.level, each.how, each.reason_id] for each in figures.climbed],
        "ratings": [ratings.good, ratings.bad] if ratings != Ratings() else [],
        "agreed": [[name, kind.value, each.kept, each.missed] for (name, kind), each in figures.agreed.items()],
    }
    return {key: value for key, value in data.items() if value}


def figures_from_data(data: Mapping[str, Any]) -> TicketFigures:
    """What was written as `data`."""
    kept, taken = data.get("kept", ()), data.get("taken", {})
    return TicketFigures(
        {(_KINDS[kind], severity): Kept(met, missed) for kind, severity, met, missed in kept},
        {_KINDS[kind]: seconds for kind, seconds in taken.items()},
        Promises(*data.get("promises", ())),
        tuple(Waited(*each) for each in data.get("waited", ())),
        tuple(Climbed(*each) for each in data.get("climbed", ())),
        Ratings(*data.get("ratings", ())),
        {(name, _KINDS[kind]): Kept(met, missed) for name, kind, met, missed in data.get("agreed", ())},
    )


def rating_of(ticket: Ticket) -> Ratings:
    """What the customer of one ticket answered; nothing where they did not, or it was opened again since."""
    rating = ticket.rating
    return Ratings(int(rating.good is True), int(rating.good is False)) if rating.stands else Ratings()


def cycles_here(events: Sequence[Event]) -> dict[ClockKind, list[Cycle]]:
    """Every deadline of the customer's that fell to this desk."""
    return that_fell_here(events, cycles(events))


def figures_of(ticket: Ticket, events: Iterable[Event]) -> TicketFigures:
    """How a ticket went that was resolved: its events, and what they make of it."""
    events = tuple(events)
    every = cycles_here(events)
    taken = {
        kind: clock.taken(clock.ended_at)
        for kind in (ClockKind.RESPONSE, ClockKind.RESTORE)
        if (last := every[kind][-1:]) and last[0].met and (clock := last[0].clock).ended_at is not None
    }
    promises = sum(map(_promise, every[ClockKind.UPDATE]), Promises())
    waited, climbed = _waited_and_climbed(events, ticket.resolved_at)
    agreed = {key: Kept(*counted) for key, counted in agreements_kept(events).items()} if ticket.agreements else {}
    return TicketFigures(_kept(every), taken, promises, waited, climbed, rating_of(ticket), agreed)


def _kept(every: Mapping[ClockKind, list[Cycle]]) -> dict[tuple[ClockKind, int | None], Kept]:
    found: dict[tuple[ClockKind, int | None], Kept] = {}
    for kind, each in every.items():
        for cycle in that_count(kind, each):
            key = kind, cycle.severity
            found[key] = found.get(key, Kept()) + (Kept(0, 1) if was_missed(cycle) else Kept(1, 0))
    return found


def that_count(kind: ClockKind, every: Iterable[Cycle]) -> list[Cycle]:
    """The deadlines of one clock that count, in order: every update; of response and restore one for the ticket."""
    ended = [cycle for cycle in every if _is_fact(kind, cycle)]
    if kind is not ClockKind.UPDATE:  # one of them stands for all: the first that was missed, else the last
        ended = [next(filter(was_missed, ended), ended[-1])] if ended else []
    return ended


def _is_fact(kind: ClockKind, cycle: Cycle) -> bool:
    """Whether it says that a deadline was kept, or missed."""
    if cycle.ended_at is None or cycle.clock.deadline is None:
        return False
    # The last words to the customer end the update clock they have just set: nothing was to be kept there.
    set_by_itself = kind is ClockKind.UPDATE and cycle.ended_at == cycle.clock.base
    return was_missed(cycle) or (cycle.met and not cycle.moved and not set_by_itself)


def was_missed(cycle: Cycle) -> bool:
    """Whether it ended after its deadline."""
    return cycle.ended_at is not None and cycle.breached(cycle.ended_at)


def _promise(cycle: Cycle) -> Promises:
    if cycle.clock.promised is None or cycle.ended_at is None:
        return Promises()
    if was_missed(cycle):
        return Promises(broken=1)
    return Promises(moved=1) if cycle.moved else Promises(kept=int(cycle.met))


def _waited_and_climbed(
    events: Iterable[Event], until: datetime | None
) -> tuple[tuple[Waited, ...], tuple[Climbed, ...]]:
    waited: list[Waited] = []
    climbed: list[Climbed] = []
    waiting: tuple[Waiting, str] | None = None
    for each, state in unfold(events):
        now = state.waiting
        if waiting is not None and (now is None or now.seq != waiting[0].seq):
            waited.append(_span(*waiting, each.at))
            waiting = None
        if now is not None and waiting is None:
            waiting = now, each.actor
        if isinstance(each.fact, Escalated):
            how = REACTION if each.fact.by_reaction else POLICY if each.actor == VIGIE else COMMAND
            climbed.append(Climbed(each.fact.level, how, each.body_id))
        elif isinstance(each.fact, ReasonGiven) and climbed:
            climbed = [
                Climbed(one.level, one.how, each.body_id)
                if one is climbed[-1] and one.level == each.fact.level
                else one
                for one in climbed
            ]
    if waiting is not None and until is not None:
        waited.append(_span(*waiting, until))
    return tuple(waited), tuple(climbed)


def _span(waiting: Waiting, by: str, until: datetime) -> Waited:
    return Waited(waiting.what, by, int((until - waiting.since).total_seconds()))
