"""The levels that a ticket has reached, and who was called to them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from triage.clocks import Mark
from triage.event import Event


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody who was called because a level was reached (policy: Escalation)."""

    #: On which occasion: `first`, or a step of the agenda.
    step: str
    #: Their key, or a group's.
    who: str


@dataclass(frozen=True, slots=True)
class Climb:
    """A level that was reached (policy: Escalation)."""

    #: 1 is the first.
    level: int
    #: Who asked for it.
    actor: str
    #: When they did.
    at: datetime
    #: Of the event that it rests on.
    seq: int
    #: A reason was given.
    explained: bool = False
    #: The reason, as text.
    reason_id: int | None = None
    #: It was asked for by a reaction, not by a command.
    by_reaction: bool = False
    #: That reaction is still on its message.
    stands: bool = False
    #: Others whose reactions came on top of it and stand.
    endorsed_by: tuple[str, ...] = ()
    #: Who answers for it; None: nobody yet.
    acknowledged_by: str | None = None
    #: Whoever climbed is a contact of that level, and answered for it by climbing.
    answered: bool = False
    #: Who was called, in order.
    calls: tuple[Call, ...] = ()

    def called_at(self, step: str) -> str | None:
        """Who was called on that occasion; None: nobody was."""
        return next((call.who for call in self.calls if call.step == step), None)


@dataclass(slots=True)
class Escalation:
    """The levels that were reached, and what the next one is measured by (policy: Escalation)."""

    #: The thresholds count from then: the report, or when the severity rose.
    since: datetime
    #: The event that put the severity in force.
    mark: Mark
    #: The levels, in order.
    climbs: list[Climb] = field(default_factory=list)
    #: How many escalating reactions of each person are still on a message.
    standing: dict[str, int] = field(default_factory=dict)
    #: Somebody asked for the next level, and nobody climbed since.
    asked: bool = False
    #: Of the last level that was left for the one below: the climb to it, and the event by which it was.
    left: tuple[Climb, Event] | None = None

    @property
    def level(self) -> int:
        """The level that was reached; 0 before the first climb."""
        return self.climbs[-1].level if self.climbs else 0

    @property
    def last(self) -> Climb | None:
        """The climb to the level that was reached; None before the first."""
        return self.climbs[-1] if self.climbs else None

    @property
    def owed(self) -> Climb | None:
        """The climb to the level that was reached, while nobody answers for it."""
        return None if self.last is None or self.last.acknowledged_by is not None else self.last

    def acknowledge(self, person: str) -> None:
        """That person answers for the level that was reached, unless somebody does already."""
        if self.owed is not None:
            self.climbs[-1] = replace(self.owed, acknowledged_by=person)
