"""The parts of a ticket, in groups. During a fold the handlers change them; the ticket that comes out has them as they
are after its last event, and nobody changes them afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from triage.clocks import Mark
from triage.event import Event
from triage.facts.owning import Reason
from triage.facts.telling import Updated
from triage.terms import ClockKind

Said = tuple[str, str, int]
"""(clock, step, cycle) of something that was planned: unique in the ticket."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the ticket waits for (policy: Clocks)."""

    #: `customer` (pauses the clocks that the terms list), `vendor` or `maintenance`.
    what: str
    #: When it began to wait.
    since: datetime
    #: Of the event by which it did.
    seq: int
    #: When that was put on record.
    recorded_at: datetime
    #: When the agent wants to be reminded; None: after the days that the policy names.
    until: datetime | None = None
    #: The reason, as text.
    body_id: int | None = None
    #: The `seq` of the update by which they were asked for something, while it stands.
    asked: int | None = None
    #: Its text as it reads now.
    question_id: int | None = None


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


@dataclass(frozen=True, slots=True)
class OpenBreach:
    """A breach that nobody has answered for yet (policy: Warnings and breaches)."""

    #: Which clock ran out.
    clock: ClockKind
    #: The `seq` of the event that set the deadline.
    cycle: int
    #: When the deadline passed.
    at: datetime
    #: Of the event that put it on record.
    seq: int
    #: What was in force then.
    severity: int | None

    @property
    def key(self) -> tuple[str, int]:
        """Of which deadline it is."""
        return self.clock, self.cycle


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
class Report:
    """When the customer reported the trouble: restore and escalation count from then (policy: Clocks)."""

    #: That instant (UTC).
    at: datetime
    #: When that was put on record: it cannot be corrected to later.
    limit: datetime
    #: How often it was corrected.
    corrections: int = 0


@dataclass(slots=True)
class Outage:
    """Whether service is back (policy: Clocks)."""

    #: Since when service is back, by a workaround or a repair; None: it is not.
    restored_at: datetime | None = None
    #: When it last failed again; None: never since the report.
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Whom Vigie chose for the ticket, while they have not answered and nobody else has it (policy: Assignment)."""

    #: They; None: nobody who could have it was there.
    to: str | None
    #: Of the event by which they were chosen.
    seq: int
    #: When they were.
    at: datetime
    #: Why they were.
    why: Reason | None = None
    #: By when they owe an answer; None: they are only proposed.
    answer_by: datetime | None = None
    #: When it is looked again for somebody; None: once somebody comes, or something changes.
    again_at: datetime | None = None

    def renewed(self, at: datetime) -> Offer:
        """The same, with the whole time to answer from then on, unless it lasts longer anyway."""
        if self.answer_by is None:
            return self
        return replace(self, answer_by=max(self.answer_by, at + (self.answer_by - self.at)))


@dataclass(frozen=True, slots=True)
class Handed:
    """What a group was handed, while it has not acknowledged that (policy: Assignment)."""

    #: Of the event by which it was.
    seq: int
    #: When it was.
    at: datetime
    #: By when it owes an acknowledgement.
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """Its owner asked somebody to take it over (policy: Handing over)."""

    #: Who is asked.
    to: str
    #: Who asks.
    by: str
    #: When they did.
    at: datetime
    #: Of the event by which they did.
    seq: int
    #: When whoever is asked said that they cannot; None: they have not.
    declined_at: datetime | None = None


@dataclass(slots=True)
class Ownership:
    """Who has the ticket (policy: Intake and people)."""

    #: Who owns it; None: nobody.
    assignee: str | None = None
    #: The group that has the work in hand for them.
    group: str | None = None
    #: The customer was told who owns it.
    acknowledged: bool = False
    #: Its owner has taken it, or answered since it was given to them.
    is_accepted: bool = False
    #: Who is asked to take it over; None: nobody.
    handover: Handover | None = None
    #: Whom Vigie chose, until they answer.
    offer: Offer | None = None
    #: Whom Vigie does not choose again until somebody has accepted it, or a person has assigned it.
    tried: tuple[str, ...] = ()
    #: What the group owes an acknowledgement of.
    handed: Handed | None = None

    @property
    def answer_by(self) -> datetime | None:
        """By when its owner, whom Vigie chose, owes an answer; None: they owe none."""
        return self.offer.answer_by if self.offer is not None and self.offer.to == self.assignee else None


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
class Rating:
    """How the customer found it (policy: Satisfaction)."""

    #: The `seq` of the resolution in force; None: it is not resolved, or only because another ticket goes on for it.
    cycle: int | None = None
    #: The resolution after which they were asked last; None: they never were.
    asked_for: int | None = None
    #: Whether they are satisfied; None: they have not said.
    good: bool | None = None
    #: Who of them said so.
    by: str | None = None
    #: When.
    at: datetime | None = None
    #: A word of theirs, as text.
    body_id: int | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the question stands and waits for an answer."""
        return self.good is None and self.asked_for is not None and self.asked_for == self.cycle


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


@dataclass(slots=True)
class Undo:
    """What somebody did by a reaction or by mistake, and can take back (policy: Escalation)."""

    #: By verb: what whoever did it can still undo.
    undoable: dict[str, Event] = field(default_factory=dict)
    #: By verb: what was undoable until somebody else moved on from it.
    overtaken: dict[str, Event] = field(default_factory=dict)
    #: The last update that was taken back, by the event that did so.
    taken_back: Event | None = None

    def overtake(self, verb: str) -> None:
        """What somebody did by that verb can't be undone any more: something else was made of it."""
        if (done := self.undoable.pop(verb, None)) is not None:
            self.overtaken[verb] = done


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
