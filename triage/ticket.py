"""The ticket: a fold over its stored events. Same events, same terms: the same ticket."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from triage.clocks import KINDS, Clock, Mark
from triage.event import Event
from triage.facts.sorting import Opened
from triage.fold import HANDLERS, Climb, Fold, OpenBreach, Said, Told, Waiting
from triage.instants import Span
from triage.terms import Category, ClockKind, Terms

_AT, _SEQ = attrgetter("at"), attrgetter("seq")


class Status(StrEnum):
    """Where a ticket stands, in the words that cards use."""

    OPEN = "open"
    WAITING = "waiting"
    RESTORED = "restored"  # service is back, the rest of the work goes on
    RESOLVED = "resolved"
    DISMISSED = "dismissed"  # it never was one


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket as its events tell it. `version` is the seq of its last event.

    `severity` is what is in force; `claimed` is what a requester or customer typed, shown and never in force by
    itself. `said` holds the (clock, step, cycle) of every warning, breach, proposal and reminder on record.
    `report_limit` is when the report was put on record, so it cannot be corrected to later; `down_since` is the report,
    or the last time it failed again; `last_asked_at` is when the customer last wrote more than thanks, `named_at` when
    somebody was last notified of that. Thresholds of
    escalation count from `severity_since`. `standing` counts each person's escalating reactions that are still on a
    message; `escalation_asked`: somebody asked for the next level, and nobody climbed since. `group` has the work in
    hand for the assignee, who still owns the ticket.
    `links` are the numbers of other tickets; `merged_into` that of the one which goes on for this one; `continued_as`
    that of the one which a late answer opened. `automatic`: nobody asked for it, it was taken in.
    `updates` are what people wrote to the customer and still stands; by their seq `edited` has the text that holds now,
    `taken_back` those that do not stand any more. `last_told` is what the customer was told last, `resolution` what was
    said when it was resolved, while it is. `shown` holds the (clock, cycle) of what the channel was warned of.
    `is_accepted`: its assignee has taken it, or answered since it was given to them; `named_for` is the severity for
    which somebody was named while nobody had; `is_aloud`: the channel heard of a severity 1, and not that it is over;
    `said_over`: the seq of what it heard last, where that is that it is over.
    `undelivered` is what the customer was to be told and did not get, by the seq that it would count by.
    """

    version: int
    category: Category | None
    severity: int | None
    claimed: int | None
    confirmed: bool
    terms: Terms
    opened_at: datetime
    reported_at: datetime
    report_limit: datetime
    down_since: datetime
    requester: str
    clocks: dict[ClockKind, Clock]
    waits: tuple[Span, ...]
    severity_since: datetime
    severity_mark: Mark
    assignee: str | None = None
    group: str | None = None
    acknowledged: bool = False
    customer: str | None = None
    skills: tuple[str, ...] = ()
    waiting: Waiting | None = None
    promise: datetime | None = None
    restored_at: datetime | None = None
    resolved_at: datetime | None = None
    automatic: bool = False
    dismissed_at: datetime | None = None
    continued_as: int | None = None
    last_update_at: datetime | None = None
    last_update_seq: int | None = None
    last_told: Told | None = None
    resolution: Told | None = None
    last_asked_at: datetime | None = None
    named_at: datetime | None = None
    climbs: tuple[Climb, ...] = ()
    standing: dict[str, int] = field(default_factory=dict)
    escalation_asked: bool = False
    breaches: tuple[OpenBreach, ...] = ()
    said: frozenset[Said] = frozenset()
    shown: frozenset[tuple[str, int]] = frozenset()
    is_accepted: bool = False
    named_for: int | None = None
    is_aloud: bool = False
    said_over: int | None = None
    corrections: int = 0
    requested_date: datetime | None = None
    snoozed_until: datetime | None = None
    links: tuple[int, ...] = ()
    merged_into: int | None = None
    updates: tuple[Event, ...] = ()
    edited: dict[int, int | None] = field(default_factory=dict)
    taken_back: frozenset[int] = frozenset()
    undelivered: frozenset[int] = frozenset()
    last_undoable: dict[str, Event] = field(default_factory=dict)
    overtaken: dict[str, Event] = field(default_factory=dict)
    last_taken_back: Event | None = None

    @property
    def status(self) -> Status:
        """The one word for where the ticket stands."""
        if self.dismissed_at is not None:
            return Status.DISMISSED
        if self.resolved_at is not None:
            return Status.RESOLVED
        if self.waiting is not None:
            return Status.WAITING
        return Status.RESTORED if self.restored_at is not None else Status.OPEN

    @property
    def level(self) -> int:
        """The escalation level that was reached; 0 before the first climb."""
        return self.climbs[-1].level if self.climbs else 0

    @property
    def is_open(self) -> bool:
        """Whether there is still work on it."""
        return self.resolved_at is None and self.dismissed_at is None

    @property
    def severity_said(self) -> int | None:
        """The severity in force, or, until somebody has confirmed one, what was claimed."""
        return self.severity if self.confirmed else self.claimed

    @property
    def next_due(self) -> datetime | None:
        """The earliest deadline of its running clocks."""
        return min((c.due for c in self.clocks.values() if c.due is not None), default=None)


def fold(events: Iterable[Event]) -> Ticket:
    """The ticket that `events` tell of, folded by (at, seq), whatever the order they come in.

    What was undone is left out. Raises ValueError where no `opened` is among them.
    """
    known = tuple(events)
    return _ticket(read(known), max(event.seq for event in known))


def read(events: Iterable[Event]) -> Fold:
    """The state that `fold` makes its ticket from; its `events` are those that count, in order."""
    ordered = sorted(events, key=_SEQ)
    ordered.sort(key=_AT)  # stable, so by (at, seq); comparing one thing at a time is the quicker way
    state = _told(ordered)
    if not (state.undone or state.untold):
        return state
    return _told([event for event in ordered if event.seq not in state.undone], state.untold)


def _told(ordered: Sequence[Event], unheard: Collection[int] = ()) -> Fold:
    state = _begin(ordered, unheard)
    for event in ordered:
        fact = event.fact
        handler = HANDLERS[type(fact)]
        if handler is not None:
            handler(state, event, fact)
    return state


def unfold(events: Iterable[Event]) -> Iterator[tuple[Event, Fold]]:
    """Each event that counts, in order, with the one state as it is after it."""
    known = read(events)
    state = _begin(known.events, known.unheard)
    for event in known.events:
        handler = HANDLERS[type(event.fact)]
        if handler is not None:
            handler(state, event, event.fact)
        yield event, state


def _begin(ordered: Sequence[Event], unheard: Collection[int]) -> Fold:
    for event in ordered:
        if isinstance(event.fact, Opened):
            return Fold(event, event.fact, ordered, unheard)
    raise ValueError("These events do not tell of a ticket: none of them is its opening.")


def _ticket(state: Fold, version: int) -> Ticket:
    counting = KINDS if state.dismissed_at is None else ()
    clocks = {kind: clock for kind in counting if (clock := state.clocks.clock(kind)) is not None}
    update = state.last_update
    return Ticket(
        version=version,
        category=state.terms.category,
        severity=state.terms.severity,
        claimed=state.claimed,
        confirmed=state.confirmed,
        terms=state.terms,
        opened_at=state.opened_at,
        reported_at=state.reported_at,
        report_limit=state.report_limit,
        down_since=state.down_again_at or state.reported_at,
        requester=state.requester,
        clocks=clocks,
        waits=tuple(state.clocks.waits),
        severity_since=state.severity_since,
        severity_mark=state.severity_event,
        assignee=state.assignee,
        group=state.group,
        acknowledged=state.acknowledged,
        customer=state.customer,
        skills=state.skills,
        waiting=state.waiting,
        promise=state.clocks.promise if state.resolved_at is None and state.dismissed_at is None else None,
        restored_at=state.restored_at,
        resolved_at=state.resolved_at,
        automatic=state.automatic,
        dismissed_at=state.dismissed_at,
        continued_as=state.continued_as,
        last_update_at=None if update is None else update[0].at,
        last_update_seq=None if update is None else update[0].seq,
        last_told=state.last_told,
        resolution=state.resolution,
        last_asked_at=None if state.last_asked is None else state.last_asked.at,
        named_at=state.named_at,
        climbs=tuple(state.climbs),
        standing=state.standing,
        escalation_asked=state.escalation_asked,
        breaches=state.open_breaches(clocks),
        said=frozenset(state.said),
        shown=frozenset(state.shown),
        is_accepted=state.accepted,
        named_for=state.named_for,
        is_aloud=state.aloud > state.over,
        said_over=state.over if state.over > state.aloud else None,
        corrections=state.corrections,
        requested_date=state.requested_date,
        snoozed_until=state.snoozed_until,
        links=tuple(state.links),
        merged_into=state.merged_into,
        updates=tuple(state.updates),
        edited=state.edited,
        taken_back=frozenset(state.taken_back),
        undelivered=frozenset(state.undelivered),
        last_undoable=state.undoable,
        overtaken=state.overtaken,
        last_taken_back=state.last_taken_back,
    )
