"""The running state of a fold: told a ticket's events in order, it knows where the ticket stands after each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from triage.clocks import Clock, Clocks, ClockState
from triage.event import Event, Kind, read_stamp
from triage.terms import ClockKind, terms_from_data

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

    def __init__(self, opened: Event, events: Sequence[Event]) -> None:
        data = opened.data
        self.events = events
        self.terms = terms_from_data(data["terms"])
        self.claimed: int | None = data.get("claimed")
        self.confirmed: bool = data["confirmed"]
        self.opened_at = opened.at
        self.reported_at = read_stamp(data["reported_at"])
        self.report_limit = opened.at
        self.requester: str = data["requester"]
        self.customer: str | None = data.get("customer")
        self.skills: tuple[str, ...] = tuple(data.get("skills", ()))
        self.requested_date = _read(data, "requested_date")
        self.clocks = Clocks(opened.at, self.reported_at, self.terms, opened)
        self.assignee: str | None = None
        self.group: str | None = None
        self.acknowledged = False
        self.waited: Event | None = None
        self.asked: int | None = None  # the seq of the question that this wait is for
        self.restored_at: datetime | None = None
        self.down_again_at: datetime | None = None
        self.resolved_at: datetime | None = None
        self.automatic: bool = data.get("automatic", False)
        self.dismissed_at: datetime | None = None
        self.continued_as: int | None = None
        self.last_update: Event | None = None
        self.closing: Event | None = None  # the last one that told of a resolution
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
        self.breached: list[Event] = []
        # Somebody updated or acknowledged, however long ago that happened: what was breached until then is seen to.
        self.answers = [0]
        self.said: set[Said] = set()
        self.shown: set[tuple[str, int]] = set()  # (clock, cycle) of what the channel was warned of
        self.accepted = False  # the assignee has taken it, or answered since it was given to them
        self.named_for: int | None = opened.data.get("falls_to")
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
        event = self.waited
        if event is None:
            return None
        asked = next((update for update in reversed(self.updates) if update.seq == self.asked), None)
        return Waiting(
            event.data["for"], event.at, event.seq, event.recorded_at, _read(event.data, "until"), event.body_id,
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
        return None if self.last_update is None else self._told(self.last_update)

    @property
    def resolution(self) -> Told | None:
        """What was said when the ticket was resolved, while it is."""
        return None if self.resolved_at is None or self.closing is None else self._told(self.closing)

    def _told(self, event: Event) -> Told:
        what = next((word for word in ("resolved", "restored", "promise") if word in event.data), "update")
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
        found = (_breach(event) for event in self.breached if event.seq > answered)
        return tuple(
            breach
            for breach in found
            if (clock := clocks.get(breach.clock)) is not None
            and clock.state is ClockState.RUNNING
            and clock.cycle == breach.cycle
        )


def _breach(event: Event) -> OpenBreach:
    data = event.data
    return OpenBreach(ClockKind(data["clock"]), data["cycle"], event.at, event.seq, data.get("severity"))


def _retarget(state: Fold, event: Event) -> None:
    data, before = event.data, state.terms.severity
    state.terms = terms_from_data(data["terms"])
    severity = state.terms.severity
    if severity not in (1, 2):
        state.named_for = None
    state.named_for = data.get("falls_to", state.named_for)
    if state.named_for is not None:
        state.say_aloud(event)
    raised = severity is not None and before is not None and severity < before
    if severity != before:
        state.severity_event = event
    if raised:
        state.snoozed_until = None
    if "reported_at" in data:  # this is another trouble than the one the ticket was opened for
        state.reported_at = state.severity_since = read_stamp(data["reported_at"])
        state.report_limit, state.severity_event, state.corrections = event.at, event, 0
        state.clocks.correct_report(state.reported_at, event)
    elif raised:
        state.severity_since = event.at
    end = raised or (before is None and _promised_beyond_terms(state, event.at))
    state.clocks.retarget(event.at, state.terms, event, end_promise=end)


def _promised_beyond_terms(state: Fold, at: datetime) -> bool:
    """Whether the open promise lies further ahead than the severity that is now in force lets anyone promise."""
    promise, limit = state.clocks.promise, state.terms.promise_limit
    return promise is not None and limit is not None and promise - at > timedelta(seconds=limit)


def _confirmed(state: Fold, event: Event) -> None:
    state.confirmed = True
    _retarget(state, event)


def _report_corrected(state: Fold, event: Event) -> None:
    corrected = read_stamp(event.data["reported_at"])
    if state.severity_since == state.reported_at:
        state.severity_since = corrected
    state.reported_at = corrected
    state.corrections += 1
    state.clocks.correct_report(corrected, event)


def _assigned(state: Fold, event: Event) -> None:
    if event.data["assignee"] != state.assignee:
        state.snoozed_until, state.accepted = None, False
    state.assignee = event.data["assignee"]
    if event.actor == state.assignee:
        state.accepted = True
    if "group" in event.data:  # told by whoever assigned it; to take a ticket leaves its group at work
        state.group = event.data["group"]
        state.overtake("take")
    else:
        state.overtake("take")
        state.undoable["take"] = event
    if event.data.get("acknowledged") and "untold" not in event.data:
        state.acknowledged = True
        state.clocks.respond(event.at)
        state.answers.append(event.seq)


def _updated(state: Fold, event: Event) -> None:
    if "resolved" in event.data:
        state.closing = event
    elif "restored" not in event.data:
        state.updates.append(event)
    if "untold" in event.data:
        return
    if "question" in event.data and state.waited is not None:
        state.asked = event.seq
    promise, clocks = event.data.get("promise"), state.clocks
    state.last_update = event
    state.answer(event)
    if clocks.responded_at is None:
        clocks.respond(event.at)
    clocks.reply(event.at, event, read_stamp(promise) if promise else None)


def _customer_wrote(state: Fold, event: Event) -> None:
    if not event.data.get("thanks"):
        state.last_asked = event
    if event.data.get("named"):
        state.named_at = event.recorded_at
    state.clocks.customer_wrote(event.at, event)


def _waited(state: Fold, event: Event) -> None:
    state.waited, state.asked = event, event.data.get("asked")
    if event.data["for"] == "customer":
        state.clocks.wait(event.at, event)


def _resumed(state: Fold, event: Event) -> None:
    state.waited = None
    state.clocks.resume(event.at, event)


def _restored(state: Fold, event: Event) -> None:
    state.restored_at = state.restored_at or event.at
    state.say_over(event)
    state.clocks.restore(event.at, event)


def _relapsed(state: Fold, event: Event) -> None:
    state.restored_at, state.down_again_at = None, event.at
    if "shown" in event.data:
        state.say_aloud(event)
    state.clocks.relapse(event.at, event)


def _resolved(state: Fold, event: Event) -> None:
    state.waited = None
    state.escalation_asked = False
    state.resolved_at = event.at
    state.restored_at = state.restored_at or event.at
    state.say_over(event)
    state.undoable["resolve"] = event
    state.clocks.close(event.at, event)


def _dismissed(state: Fold, event: Event) -> None:
    state.waited = None
    state.dismissed_at = event.at
    state.clocks.close(event.at, event)


def _reopened(state: Fold, event: Event) -> None:
    state.resolved_at = state.restored_at = None
    state.down_again_at = event.at
    state.named_for = event.data.get("falls_to", state.named_for)
    if "falls_to" in event.data or "shown" in event.data:
        state.say_aloud(event)
    state.overtake("resolve")
    state.clocks.reopen(event.at, event, counts=bool(event.data.get("counts")))


def _escalated(state: Fold, event: Event) -> None:
    by_reaction = bool(event.data.get("by_reaction"))
    state.say_aloud(event)
    if by_reaction:
        state.standing[event.actor] = state.standing.get(event.actor, 0) + 1
    state.escalation_asked = False
    state.climbs.append(
        Climb(
            event.data["level"], event.actor, event.at, event.seq,
            explained=not by_reaction, reason_id=event.body_id, by_reaction=by_reaction, stands=by_reaction,
        )
    )  # fmt: skip


def _escalation_asked(state: Fold, _: Event) -> None:
    state.escalation_asked = True


def _endorsed(state: Fold, event: Event) -> None:
    actor = event.actor
    state.standing[actor] = state.standing.get(actor, 0) + 1
    if state.climbs and actor not in (state.climbs[-1].actor, *state.climbs[-1].endorsed_by):
        state.climbs[-1] = replace(state.climbs[-1], endorsed_by=(*state.climbs[-1].endorsed_by, actor))


def _reaction_removed(state: Fold, event: Event) -> None:
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


def _reason_given(state: Fold, event: Event) -> None:
    level = event.data["level"]
    state.climbs = [
        replace(climb, explained=True, reason_id=event.body_id) if climb.level == level else climb
        for climb in state.climbs
    ]


def _acknowledged(state: Fold, event: Event) -> None:
    state.answer(event)
    if state.climbs and state.climbs[-1].acknowledged_by is None:
        state.climbs[-1] = replace(state.climbs[-1], acknowledged_by=event.actor)


def _customer_corrected(state: Fold, event: Event) -> None:
    state.customer = event.data["customer"]


def _snoozed(state: Fold, event: Event) -> None:
    state.snoozed_until = _read(event.data, "until")


def _linked(state: Fold, event: Event) -> None:
    state.links[event.data["number"]] = None
    if event.data.get("continued"):
        state.continued_as = event.data["number"]


def _unlinked(state: Fold, event: Event) -> None:
    state.links.pop(event.data["number"], None)


def _merged(state: Fold, event: Event) -> None:
    state.merged_into = event.data["number"]
    state.links[event.data["number"]] = None
    state.waited = None
    state.resolved_at = event.at
    state.undoable.clear()
    state.clocks.close(event.at, event, restored=False)


def _edited(state: Fold, event: Event) -> None:
    state.edited[event.data["update"]] = event.body_id


def _taken_back(state: Fold, event: Event) -> None:
    state.taken_back.add(event.data["undoes"])
    state.last_taken_back = event
    _undoes(state, event)


def _undelivered(state: Fold, event: Event) -> None:
    told = event.data["of"]
    state.untold.add(told)
    state.undelivered.add(told)
    update = state.last_update
    # Warnings start again from here, where nothing that did arrive has met the clock or moved it since.
    state.clocks.untold(event, update=update is None or update.seq < told)


def _delivered(state: Fold, event: Event) -> None:
    state.undelivered.discard(event.data["of"])
    told = next((each for each in state.events if each.seq == event.data["of"]), None)
    if told is None or "untold" not in told.data:
        return
    state.answers.append(event.seq)
    state.clocks.respond(event.at)
    if told.kind is Kind.ASSIGNED:
        state.acknowledged = True
        return
    promise = _read(told.data, "promise")
    state.last_update = replace(told, at=event.at)
    state.clocks.reply(event.at, event, promise if promise is not None and promise > event.at else None)


def _planned(state: Fold, event: Event) -> None:
    """A warning, breach, proposal or reminder went on record: it is never planned again."""
    if event.said is None:
        return
    state.said.add(event.said)
    if event.data.get("shown"):
        state.shown.add((event.said[0], event.said[2]))
        state.say_aloud(event)
    if event.said[1] == "breach":
        state.breached.append(event)


def _undoes(state: Fold, event: Event) -> None:
    state.undone.add(event.data["undoes"])


def _read(data: Any, key: str) -> datetime | None:
    text = data.get(key)
    return read_stamp(text) if text else None


# None: shown in the history, moves nothing.
HANDLERS: dict[Kind, Callable[[Fold, Event], None] | None] = {
    Kind.OPENED: None,
    Kind.CONFIRMED: _confirmed,
    Kind.SEVERITY_CHANGED: _retarget,
    Kind.CATEGORY_CHANGED: _retarget,
    Kind.TERMS_MOVED: _retarget,
    Kind.REPORT_CORRECTED: _report_corrected,
    Kind.ASSIGNED: _assigned,
    Kind.UNASSIGNED: _undoes,
    Kind.UPDATED: _updated,
    Kind.NOTED: None,
    Kind.CUSTOMER_WROTE: _customer_wrote,
    Kind.WAITED: _waited,
    Kind.RESUMED: _resumed,
    Kind.RESTORED: _restored,
    Kind.RELAPSED: _relapsed,
    Kind.RESOLVED: _resolved,
    Kind.DISMISSED: _dismissed,
    Kind.REOPENED: _reopened,
    Kind.UNRESOLVED: _undoes,
    Kind.ESCALATED: _escalated,
    Kind.ESCALATION_ASKED: _escalation_asked,
    Kind.REASON_GIVEN: _reason_given,
    Kind.ENDORSED: _endorsed,
    Kind.REACTION_REMOVED: _reaction_removed,
    Kind.ESCALATION_UNDONE: _undoes,
    Kind.ACKNOWLEDGED: _acknowledged,
    Kind.CUSTOMER_CORRECTED: _customer_corrected,
    Kind.EDITED: _edited,
    Kind.TAKEN_BACK: _taken_back,
    Kind.UNDELIVERED: _undelivered,
    Kind.DELIVERED: _delivered,
    Kind.REDACTED: None,
    Kind.SNOOZED: _snoozed,
    Kind.LINKED: _linked,
    Kind.UNLINKED: _unlinked,
    Kind.MERGED: _merged,
    Kind.WARNED: _planned,
    Kind.BREACHED: _planned,
    Kind.PROPOSED: _planned,
    Kind.REMINDED: _planned,
}
