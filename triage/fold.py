"""The running state of a fold: told a ticket's events in order, it knows where the ticket stands after each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from triage.clocks import Clock, Clocks, ClockState
from triage.event import Event, Fact
from triage.facts.ahead import Breached, Planned, Proposed, Reminded, Warned
from triage.facts.escalating import (
    Endorsed,
    Escalated,
    EscalationAsked,
    EscalationUndone,
    ReactionRemoved,
    ReasonGiven,
)
from triage.facts.owning import Acknowledged, Assigned, Unassigned
from triage.facts.sorting import (
    CategoryChanged,
    Confirmed,
    CustomerCorrected,
    Dismissed,
    Linked,
    Merged,
    Opened,
    ReportCorrected,
    Retargeted,
    SeverityChanged,
    TermsMoved,
    Unlinked,
)
from triage.facts.state import (
    Relapsed,
    Reopened,
    Resolved,
    Restored,
    Resumed,
    Snoozed,
    Unresolved,
    Waited,
)
from triage.facts.telling import (
    CustomerWrote,
    Delivered,
    Edited,
    Noted,
    Redacted,
    TakenBack,
    Undelivered,
    Updated,
)
from triage.terms import ClockKind, Terms

Said = tuple[str, str, int]
"""(clock, step, cycle) of something that was planned: unique in the ticket."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the ticket waits for: `customer` (pauses the clocks that the terms list), `vendor` or `maintenance`.

    `body_id` is the reason, `until` the moment the agent wants to be reminded at. `asked` is the update by which they
    were asked for something, while it stands, and `question_id` its text.
    """

    what: str
    since: datetime
    seq: int
    recorded_at: datetime
    until: datetime | None = None
    body_id: int | None = None
    asked: int | None = None
    question_id: int | None = None


@dataclass(frozen=True, slots=True)
class Climb:
    """A level that was reached: who asked, when, and the event it rests on.

    `reason_id` is the body of its reason, `explained` whether one was given. `stands`: by a reaction that is still on
    its message; `endorsed_by` are others whose reactions came on top of it and stand.
    """

    level: int
    actor: str
    at: datetime
    seq: int
    explained: bool = False
    reason_id: int | None = None
    by_reaction: bool = False
    stands: bool = False
    endorsed_by: tuple[str, ...] = ()
    acknowledged_by: str | None = None


@dataclass(frozen=True, slots=True)
class OpenBreach:
    """A breach that nobody has answered for yet, and the event that put it on record."""

    clock: ClockKind
    cycle: int
    at: datetime
    seq: int
    severity: int | None

    @property
    def key(self) -> tuple[str, int]:
        """Of which deadline it is."""
        return self.clock, self.cycle


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer was told at one time, and by whom: `what` is update, promise, restored or resolved; `body_id`
    the text as it reads now, None where there was none."""

    what: str
    at: datetime
    by: str
    seq: int
    body_id: int | None = None


class Fold:
    """What is known after the events so far. Tell it the next, by (at, seq), through `HANDLERS`; read it when done."""

    def __init__(self, opened: Event, fact: Opened, events: Sequence[Event], unheard: Collection[int] = ()) -> None:
        self.events = events
        self.unheard = unheard  # what the customer was told and did not get, or only later: its telling does not count
        self.terms = fact.terms
        self.claimed = fact.claimed
        self.confirmed = fact.confirmed
        self.opened_at = opened.at
        self.reported_at = fact.reported_at
        self.report_limit = opened.at
        self.requester = fact.requester
        self.customer = fact.customer
        self.skills = fact.skills
        self.requested_date = fact.requested_date
        self.clocks = Clocks(opened.at, self.reported_at, self.terms, opened)
        self.assignee: str | None = None
        self.group: str | None = None
        self.acknowledged = False
        self.waited: tuple[Event, Waited] | None = None
        self.asked: int | None = None  # the seq of the question that this wait is for
        self.restored_at: datetime | None = None
        self.down_again_at: datetime | None = None
        self.resolved_at: datetime | None = None
        self.automatic = fact.automatic
        self.dismissed_at: datetime | None = None
        self.continued_as: int | None = None
        self.last_update: tuple[Event, Updated] | None = None
        self.closing: tuple[Event, Updated] | None = None  # the last one that told of a resolution
        self.updates: list[Event] = []  # what somebody wrote to the customer or promised, and still stands
        self.edited: dict[int, int | None] = {}
        self.taken_back: set[int] = set()
        self.last_asked: Event | None = None
        self.named_at: datetime | None = None  # when somebody was last notified of what the customer wrote
        self.severity_since = self.reported_at
        self.severity_event = opened
        self.climbs: list[Climb] = []
        self.standing: dict[str, int] = {}
        self.escalation_asked = False
        self.breached: list[tuple[Event, Breached]] = []
        # Somebody updated or acknowledged, however long ago that happened: what was breached until then is seen to.
        self.answers = [0]
        self.said: set[Said] = set()
        self.shown: set[tuple[str, int]] = set()  # (clock, cycle) of what the channel was warned of
        self.accepted = False  # the assignee has taken it, or answered since it was given to them
        self.named_for = fact.falls_to
        # By seq: when a severity 1 was last said in the channel, and when that was last over.
        self.aloud, self.over = 0, 0
        if self.named_for is not None:
            self.say_aloud(opened)
        self.corrections = 0
        self.snoozed_until: datetime | None = None
        self.links: dict[int, None] = {}  # numbers of other tickets, in order
        self.merged_into: int | None = None
        self.undoable: dict[str, Event] = {}
        self.overtaken: dict[str, Event] = {}  # what was undoable until somebody else moved on from it
        self.last_taken_back: Event | None = None
        self.undone: set[int] = set()  # events that are to be left out; fold again without them
        # What the customer was told and did not get, or only later; fold again without its telling.
        self.untold: set[int] = set()
        self.undelivered: set[int] = set()

    @property
    def waiting(self) -> Waiting | None:
        """What the ticket waits for, if it does."""
        if self.waited is None:
            return None
        event, fact = self.waited
        asked = next((update for update in reversed(self.updates) if update.seq == self.asked), None)
        return Waiting(
            fact.what, event.at, event.seq, event.recorded_at, fact.until, event.body_id,
            asked=None if asked is None else asked.seq,
            question_id=None if asked is None else self.edited.get(asked.seq, asked.body_id),
        )  # fmt: skip

    def say_aloud(self, event: Event) -> None:
        """It was shown in the channel: where that speaks of a severity 1, the channel is to hear the end of it."""
        if self.terms.severity == 1:
            self.aloud = max(self.aloud, event.seq)

    def say_over(self, event: Event) -> None:
        """It is over: the channel hears so once, where it heard of it."""
        if self.aloud > self.over:
            self.over = event.seq

    def answer(self, event: Event) -> None:
        """Somebody updated or acknowledged: what was breached until then is seen to."""
        self.answers.append(event.seq)
        if event.actor == self.assignee:
            self.accepted = True

    @property
    def last_told(self) -> Told | None:
        """What the customer was told last."""
        return None if self.last_update is None else self._told(*self.last_update)

    @property
    def resolution(self) -> Told | None:
        """What was said when the ticket was resolved, while it is."""
        return None if self.resolved_at is None or self.closing is None else self._told(*self.closing)

    def _told(self, event: Event, fact: Updated) -> Told:
        what = "promise" if fact.promise is not None else "update"
        what = "resolved" if fact.resolved else "restored" if fact.restored else what
        return Told(what, event.at, event.actor, event.seq, self.edited.get(event.seq, event.body_id))

    def overtake(self, verb: str) -> None:
        """What somebody did by that verb can't be undone any more: something else was made of it."""
        if (done := self.undoable.pop(verb, None)) is not None:
            self.overtaken[verb] = done

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


def _breach(event: Event, fact: Breached) -> OpenBreach:
    return OpenBreach(ClockKind(fact.clock), fact.cycle, event.at, event.seq, fact.severity)


def _retargeted(state: Fold, event: Event, fact: Retargeted) -> None:
    _retarget(state, event, fact.terms, falls_to=fact.falls_to, reported_at=fact.reported_at)


def _terms_moved(state: Fold, event: Event, fact: TermsMoved) -> None:
    _retarget(state, event, fact.terms)


def _retarget(
    state: Fold, event: Event, terms: Terms, *, falls_to: int | None = None, reported_at: datetime | None = None
) -> None:
    before, state.terms = state.terms.severity, terms
    severity = terms.severity
    if severity not in (1, 2):
        state.named_for = None
    if falls_to is not None:
        state.named_for = falls_to
    if state.named_for is not None:
        state.say_aloud(event)
    raised = severity is not None and before is not None and severity < before
    if severity != before:
        state.severity_event = event
    if raised:
        state.snoozed_until = None
    if reported_at is not None:  # this is another trouble than the one the ticket was opened for
        state.reported_at = state.severity_since = reported_at
        state.report_limit, state.severity_event, state.corrections = event.at, event, 0
        state.clocks.correct_report(state.reported_at, event)
    elif raised:
        state.severity_since = event.at
    end = raised or (before is None and _promised_beyond_terms(state, event.at))
    state.clocks.retarget(event.at, terms, event, end_promise=end)


def _promised_beyond_terms(state: Fold, at: datetime) -> bool:
    """Whether the open promise lies further ahead than the severity that is now in force lets anyone promise."""
    promise, limit = state.clocks.promise, state.terms.promise_limit
    return promise is not None and limit is not None and promise - at > timedelta(seconds=limit)


def _confirmed(state: Fold, event: Event, fact: Confirmed) -> None:
    state.confirmed = True
    _retargeted(state, event, fact)


def _report_corrected(state: Fold, event: Event, fact: ReportCorrected) -> None:
    corrected = fact.reported_at
    if state.severity_since == state.reported_at:
        state.severity_since = corrected
    state.reported_at = corrected
    state.corrections += 1
    state.clocks.correct_report(corrected, event)


def _assigned(state: Fold, event: Event, fact: Assigned) -> None:
    if fact.assignee != state.assignee:
        state.snoozed_until, state.accepted = None, False
    state.assignee = fact.assignee
    if event.actor == state.assignee:
        state.accepted = True
    state.overtake("take")
    if fact.taken:  # its group stays at work
        state.undoable["take"] = event
    else:
        state.group = fact.group
    if fact.acknowledged and event.seq not in state.unheard:
        state.acknowledged = True
        state.clocks.respond(event.at)
        state.answers.append(event.seq)


def _updated(state: Fold, event: Event, fact: Updated) -> None:
    if fact.resolved:
        state.closing = event, fact
    elif not fact.restored:
        state.updates.append(event)
    if event.seq in state.unheard:
        return
    if fact.question and state.waited is not None:
        state.asked = event.seq
    clocks = state.clocks
    state.last_update = event, fact
    state.answer(event)
    if clocks.responded_at is None:
        clocks.respond(event.at)
    clocks.reply(event.at, event, fact.promise)


def _customer_wrote(state: Fold, event: Event, fact: CustomerWrote) -> None:
    if not fact.thanks:
        state.last_asked = event
    if fact.named:
        state.named_at = event.recorded_at
    state.clocks.customer_wrote(event.at, event)


def _waited(state: Fold, event: Event, fact: Waited) -> None:
    state.waited, state.asked = (event, fact), fact.asked
    if fact.what == "customer":
        state.clocks.wait(event.at, event)


def _resumed(state: Fold, event: Event, _: Resumed) -> None:
    state.waited = None
    state.clocks.resume(event.at, event)


def _restored(state: Fold, event: Event, _: Restored) -> None:
    state.restored_at = state.restored_at or event.at
    state.say_over(event)
    state.clocks.restore(event.at, event)


def _relapsed(state: Fold, event: Event, fact: Relapsed) -> None:
    state.restored_at, state.down_again_at = None, event.at
    if fact.shown:
        state.say_aloud(event)
    state.clocks.relapse(event.at, event)


def _resolved(state: Fold, event: Event, _: Resolved) -> None:
    state.waited = None
    state.escalation_asked = False
    state.resolved_at = event.at
    state.restored_at = state.restored_at or event.at
    state.say_over(event)
    state.undoable["resolve"] = event
    state.clocks.close(event.at, event)


def _dismissed(state: Fold, event: Event, _: Dismissed) -> None:
    state.waited = None
    state.dismissed_at = event.at
    state.clocks.close(event.at, event)


def _reopened(state: Fold, event: Event, fact: Reopened) -> None:
    state.resolved_at = state.restored_at = None
    state.down_again_at = event.at
    if fact.falls_to is not None:
        state.named_for = fact.falls_to
    if fact.shown or fact.falls_to is not None:
        state.say_aloud(event)
    state.overtake("resolve")
    state.clocks.reopen(event.at, event, counts=fact.counts)


def _escalated(state: Fold, event: Event, fact: Escalated) -> None:
    by_reaction = fact.by_reaction
    state.say_aloud(event)
    if by_reaction:
        state.standing[event.actor] = state.standing.get(event.actor, 0) + 1
    state.escalation_asked = False
    state.climbs.append(
        Climb(
            fact.level, event.actor, event.at, event.seq,
            explained=not by_reaction, reason_id=event.body_id, by_reaction=by_reaction, stands=by_reaction,
        )
    )  # fmt: skip


def _escalation_asked(state: Fold, _event: Event, _fact: EscalationAsked) -> None:
    state.escalation_asked = True


def _endorsed(state: Fold, event: Event, _: Endorsed) -> None:
    actor = event.actor
    state.standing[actor] = state.standing.get(actor, 0) + 1
    if state.climbs and actor not in (state.climbs[-1].actor, *state.climbs[-1].endorsed_by):
        state.climbs[-1] = replace(state.climbs[-1], endorsed_by=(*state.climbs[-1].endorsed_by, actor))


def _reaction_removed(state: Fold, event: Event, _: ReactionRemoved) -> None:
    actor = event.actor
    left = state.standing.get(actor, 0) - 1
    state.standing[actor] = max(0, left)
    if left <= 0:
        state.climbs = [
            replace(
                climb,
                stands=climb.stands and climb.actor != actor,
                endorsed_by=tuple(other for other in climb.endorsed_by if other != actor),
            )
            for climb in state.climbs
        ]


def _reason_given(state: Fold, event: Event, fact: ReasonGiven) -> None:
    level = fact.level
    state.climbs = [
        replace(climb, explained=True, reason_id=event.body_id) if climb.level == level else climb
        for climb in state.climbs
    ]


def _acknowledged(state: Fold, event: Event, _: Acknowledged) -> None:
    state.answer(event)
    if state.climbs and state.climbs[-1].acknowledged_by is None:
        state.climbs[-1] = replace(state.climbs[-1], acknowledged_by=event.actor)


def _customer_corrected(state: Fold, _: Event, fact: CustomerCorrected) -> None:
    state.customer = fact.customer


def _snoozed(state: Fold, _: Event, fact: Snoozed) -> None:
    state.snoozed_until = fact.until


def _linked(state: Fold, _: Event, fact: Linked) -> None:
    state.links[fact.number] = None
    if fact.continued:
        state.continued_as = fact.number


def _unlinked(state: Fold, _: Event, fact: Unlinked) -> None:
    state.links.pop(fact.number, None)


def _merged(state: Fold, event: Event, fact: Merged) -> None:
    state.merged_into = fact.number
    state.links[fact.number] = None
    state.waited = None
    state.resolved_at = event.at
    state.undoable.clear()
    state.clocks.close(event.at, event, restored=False)


def _edited(state: Fold, event: Event, fact: Edited) -> None:
    state.edited[fact.update] = event.body_id


def _taken_back(state: Fold, event: Event, fact: TakenBack) -> None:
    state.taken_back.add(fact.undoes)
    state.last_taken_back = event
    _undoes(state, event, fact)


def _undelivered(state: Fold, event: Event, fact: Undelivered) -> None:
    told = fact.of
    state.untold.add(told)
    state.undelivered.add(told)
    update = state.last_update
    # Warnings start again from here, where nothing that did arrive has met the clock or moved it since.
    state.clocks.untold(event, update=update is None or update[0].seq < told)


def _delivered(state: Fold, event: Event, fact: Delivered) -> None:
    state.undelivered.discard(fact.of)
    told = next((each for each in state.events if each.seq == fact.of), None)
    if told is None or told.seq not in state.unheard:
        return
    state.answers.append(event.seq)
    state.clocks.respond(event.at)
    if not isinstance(told.fact, Updated):
        state.acknowledged = True
        return
    promise = told.fact.promise
    state.last_update = replace(told, at=event.at), told.fact
    state.clocks.reply(event.at, event, promise if promise is not None and promise > event.at else None)


def _planned(state: Fold, event: Event, fact: Planned) -> None:
    """A warning, breach, proposal or reminder went on record: it is never planned again."""
    if event.said is None:
        return
    state.said.add(event.said)
    if isinstance(fact, Warned | Breached) and fact.shown:
        state.shown.add((event.said[0], event.said[2]))
        state.say_aloud(event)
    if isinstance(fact, Breached) and event.said[1] == "breach":
        state.breached.append((event, fact))


def _undoes(state: Fold, _: Event, fact: TakenBack | Unassigned | Unresolved | EscalationUndone) -> None:
    state.undone.add(fact.undoes)


# None: shown in the history, moves nothing.
HANDLERS: dict[type[Fact], Callable[[Fold, Event, Any], None] | None] = {
    Opened: None,
    Confirmed: _confirmed,
    SeverityChanged: _retargeted,
    CategoryChanged: _retargeted,
    TermsMoved: _terms_moved,
    ReportCorrected: _report_corrected,
    Assigned: _assigned,
    Unassigned: _undoes,
    Updated: _updated,
    Noted: None,
    CustomerWrote: _customer_wrote,
    Waited: _waited,
    Resumed: _resumed,
    Restored: _restored,
    Relapsed: _relapsed,
    Resolved: _resolved,
    Dismissed: _dismissed,
    Reopened: _reopened,
    Unresolved: _undoes,
    Escalated: _escalated,
    EscalationAsked: _escalation_asked,
    ReasonGiven: _reason_given,
    Endorsed: _endorsed,
    ReactionRemoved: _reaction_removed,
    EscalationUndone: _undoes,
    Acknowledged: _acknowledged,
    CustomerCorrected: _customer_corrected,
    Edited: _edited,
    TakenBack: _taken_back,
    Undelivered: _undelivered,
    Delivered: _delivered,
    Redacted: None,
    Snoozed: _snoozed,
    Linked: _linked,
    Unlinked: _unlinked,
    Merged: _merged,
    Warned: _planned,
    Breached: _planned,
    Proposed: _planned,
    Reminded: _planned,
}
