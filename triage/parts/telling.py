"""What the customer was told of a ticket, what they wrote, and what the channel heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from triage.event import Event
from triage.facts.telling import Updated


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer was told at one time."""

    #: `update`, `promise`, `restored` or `resolved`.
    what: str
    #: When that was.
    at: datetime
    #: Who told them.
    by: str
    #: Of the event.
    seq: int
    #: The text as it reads now; None: there was none.
    body_id: int | None = None


@dataclass(slots=True)
class Updates:
    """What the customer was told (policy: Clocks)."""

    #: The last of it that reached them, with what it says: the update clock counts from then.
    last: tuple[Event, Updated] | None = None
    #: The last one that told of a resolution.
    closing: tuple[Event, Updated] | None = None
    #: What people wrote to the customer or promised, and still stands, in order.
    given: list[Event] = field(default_factory=list)
    #: By the `seq` of an update that was corrected, the text that holds now.
    edited: dict[int, int | None] = field(default_factory=dict)
    #: The `seq` of those that do not stand any more.
    taken_back: set[int] = field(default_factory=set)
    #: What the customer was to be told and did not get, by the `seq` that it would count by.
    undelivered: set[int] = field(default_factory=set)

    @property
    def last_at(self) -> datetime | None:
        """When the customer was told something last."""
        return None if self.last is None else self.last[0].at

    @property
    def last_seq(self) -> int | None:
        """The event by which they were."""
        return None if self.last is None else self.last[0].seq

    @property
    def last_told(self) -> Told | None:
        """What they were told then."""
        return None if self.last is None else self.told(*self.last)

    def told(self, event: Event, fact: Updated) -> Told:
        """What an update told, as it reads now."""
        what = "promise" if fact.promise is not None else "update"
        what = "resolved" if fact.resolved else "restored" if fact.restored else what
        return Told(what, event.at, event.actor, event.seq, self.edited.get(event.seq, event.body_id))


@dataclass(slots=True)
class Heard:
    """What the customer wrote, and who was notified of it."""

    #: When they last wrote more than thanks.
    asked_at: datetime | None = None
    #: When somebody of the desk was last notified of it.
    named_at: datetime | None = None
    #: It holds what would have been a ticket of its own, one too many (policy: Intake and people).
    beyond: bool = False


@dataclass(slots=True)
class Announced:
    """What the desk's channel heard of the ticket, beside its card (policy: Intake and people)."""

    #: The severity for which somebody was named there, while nobody had accepted the ticket.
    named_for: int | None = None
    #: The (clock, cycle) of what it was warned of.
    shown: set[tuple[str, int]] = field(default_factory=set)
    #: The `seq` by which a severity 1 was last said there; 0: it never was.
    aloud: int = 0
    #: The `seq` by which it was last said that this is over.
    over: int = 0

    @property
    def is_aloud(self) -> bool:
        """The channel heard of a severity 1, and not that it is over."""
        return self.aloud > self.over

    @property
    def said_over(self) -> int | None:
        """The `seq` of what the channel heard last, where that is that it is over."""
        return self.over if self.over > self.aloud else None

    def say_aloud(self, event: Event, severity: int | None) -> None:
        """It was shown there: where that speaks of a severity 1, the channel is to hear the end of it."""
        if severity == 1:
            self.aloud = max(self.aloud, event.seq)

    def say_over(self, event: Event) -> None:
        """It is over: the channel hears so once, where it heard of it."""
        if self.aloud > self.over:
            self.over = event.seq
