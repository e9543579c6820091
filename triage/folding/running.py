"""The running state of a fold: what is known after the events so far."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from triage.agreements import Agreements
from triage.clocks import Clock, Clocks, ClockState
from triage.event import Event
from triage.facts.ahead import Breached
from triage.facts.sorting import Opened
from triage.facts.state import Waited
from triage.parts.ahead import OpenBreach, Said
from triage.parts.elsewhere import Reference
from triage.parts.escalating import Escalation
from triage.parts.owning import Ownership
from triage.parts.rating import Rating
from triage.parts.state import Outage, Report, Waiting
from triage.parts.telling import Announced, Heard, Updates
from triage.parts.together import Together
from triage.parts.undo import Undo
from triage.terms import RESPONDED, ClockKind


class Fold:
    """Tell it the next event, by (at, seq), through `triage.folding.HANDLERS`; read it when done."""

    def __init__(self, opened: Event, fact: Opened, events: Sequence[Event], unheard: Collection[int] = ()) -> None:
        #: All that are to be told, in order.
        self.events = events
        #: By `seq`: what the customer was told and did not get, or only later, so that its telling does not count.
        self.unheard = unheard
        self.terms = fact.terms
        self.claimed = fact.claimed
        self.confirmed = fact.confirmed
        self.suggested = fact.suggested
        self.opened_at = opened.at
        self.requester = fact.requester
        self.customer = fact.customer
        self.skills = fact.skills
        self.requested_date = fact.requested_date
        self.automatic = fact.automatic
        self.agreements, self.clocks, self.every = _begun(opened, fact)
        self.report = Report(fact.reported_at, limit=opened.at)
        self.outage = Outage()
        self.ownership = Ownership()
        self.escalation = Escalation(fact.reported_at, opened)
        self.updates = Updates()
        self.heard = Heard()
        self.rating = Rating()
        self.announced = Announced(fact.falls_to)
        if fact.falls_to is not None:
            self.announced.say_aloud(opened, fact.terms.severity)
        self.undo = Undo()
        self.together = Together()
        #: The wait that goes on, and the `seq` of the question that it is for.
        self.waited: tuple[Event, Waited] | None = None
        self.asked: int | None = None
        self.snoozed_until: datetime | None = None
        self.resolved_at: datetime | None = None
        self.dismissed_at: datetime | None = None
        #: Numbers of other tickets, in order.
        self.links: dict[int, None] = {}
        #: What it is called elsewhere, by the `seq` that tells it, in order.
        self.references: dict[int, Reference] = {}
        self.merged_into: int | None = None
        self.continued_as: int | None = None
        #: What was planned, and which of it are deadlines that passed.
        self.said: set[Said] = set()
        self.breached: list[tuple[Event, Breached]] = []
        #: By `seq`: somebody updated or acknowledged, however long ago that happened: what was breached until then is
        #: seen to.
        self.answers = [0]
        #: By `seq`: events that are to be left out; fold again without them.
        self.undone: set[int] = set()
        #: By `seq`: what the customer was told and did not get, or only later; fold again without its telling.
        self.untold: set[int] = set()

    @property
    def waiting(self) -> Waiting | None:
        """What the ticket waits for, if it does."""
        if self.waited is None:
            return None
        event, fact = self.waited
        asked = next((update for update in reversed(self.updates.given) if update.seq == self.asked), None)
        return Waiting(
            fact.what, event.at, event.seq, event.recorded_at, fact.until, event.body_id,
            asked=None if asked is None else asked.seq,
            question_id=None if asked is None else self.updates.edited.get(asked.seq, asked.body_id),
        )  # fmt: skip

    def respond(self, event: Event) -> None:
        """The customer was answered, or told who owns the ticket."""
        if self.clocks.responded_at is None:
            self.clocks.respond(event.at)
            self.clocks.begin(RESPONDED, event.at, event)
        if self.agreements.running:
            self.agreements.respond(event.at, event)

    def close(self, event: Event, *, restored: bool = True) -> None:
        """The ticket is at its end."""
        self.clocks.close(event.at, event, restored=restored)
        self.agreements.close(event.at, event, restored=restored)

    def say_aloud(self, event: Event) -> None:
        """The channel heard of the ticket as it is now."""
        self.announced.say_aloud(event, self.terms.severity)

    def answer(self, event: Event) -> None:
        """Somebody updated or acknowledged: what was breached until then is seen to."""
        self.answers.append(event.seq)
        if event.actor == self.ownership.assignee:
            self.ownership.is_accepted = True
            self.ownership.offer, self.ownership.tried = None, ()

    def act(self, event: Event) -> None:
        """Somebody did something to it: whoever Vigie gave it to has answered then, and nobody else is asked."""
        offer = self.ownership.offer
        if offer is not None and offer.answer_by is not None and event.actor == offer.to:
            self.ownership.offer = None

    def open_breaches(self, clocks: dict[ClockKind, Clock]) -> tuple[OpenBreach, ...]:
        """Breaches that nobody answered for after they were put on record, of clocks that are still as late."""
        if not self.breached:
            return ()
        answered = max(self.answers)
        found = (_breach(event, fact) for event, fact in self.breached if event.seq > answered)
        return tuple(
            breach
            for breach in found
            if (clock := clocks.get(breach.clock)) is not None
            and clock.state is ClockState.RUNNING
            and clock.cycle == breach.cycle
        )


def _begun(opened: Event, fact: Opened) -> tuple[Agreements, Clocks, Sequence[Clocks]]:
    """The agreements, the clocks of the customer's, and those of every one that holds: each is told what happens."""
    main = Clocks(opened.at, fact.reported_at, fact.terms, opened)
    agreements = Agreements(main)
    agreements.open(fact.terms, opened.at, fact.reported_at, opened)
    if fact.confirmed:
        for clocks in agreements.clocks:
            clocks.begin("confirmed", opened.at, opened)
    return agreements, main, agreements.clocks


def _breach(event: Event, fact: Breached) -> OpenBreach:
    return OpenBreach(ClockKind(fact.clock), fact.cycle, event.at, event.seq, fact.severity)
