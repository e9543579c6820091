"""Who has a ticket: its owner, whom Vigie chose, which group has the work, who is asked to take it over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from triage.facts.owning import Reason


@dataclass(frozen=True, slots=True)
class Offer:
    """Whom Vigie chose for the ticket, while they have not answered and nobody else has it (policy: Assignment)."""

    #: They; None: nobody who could have it was there.
    to: str | None
    #: Of the event by which they were chosen.
    seq: int
    #: Since when they have had the whole time to answer.
    at: datetime
    #: Why they were.
    why: Reason | None = None
    #: By when they owe an answer; None: they are only proposed.
    answer_by: datetime | None = None
    #: When it is looked again for somebody; None: once somebody comes, or something changes.
    again_at: datetime | None = None

    def renewed(self, at: datetime) -> Offer:
        """The same, with the whole time to answer from then on, unless it lasts longer anyway."""
        if self.answer_by is None or at < self.at:
            return self
        return replace(self, at=at, answer_by=at + (self.answer_by - self.at))


@dataclass(frozen=True, slots=True)
class Handed:
    """What a group was handed, while it has not acknowledged that (policy: Assignment)."""

    #: Of the event by which it was.
    seq: int
    #: When it was.
    at: datetime
    #: By when the desk asks it for an acknowledgement; None: only its agreement may.
    answer_by: datetime | None


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
