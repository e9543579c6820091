"""The fold (event sourcing): a ticket is what its events make of it, applied one after another in the order in which
they happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import attrgetter

from triage.clocks import KINDS, Clock
from triage.event import Event
from triage.facts.sorting import Opened
from triage.folding import HANDLERS
from triage.folding.running import Fold
from triage.terms import ClockKind
from triage.ticket import Ticket

_AT, _SEQ = attrgetter("at"), attrgetter("seq")


def fold(events: Iterable[Event]) -> Ticket:
    """The ticket of these events. They are applied by (at, seq), whatever the order they come in; undone ones are left
    out. Raises ValueError where no `opened` is among them."""
    known = tuple(events)
    return _ticket(read(known), max(map(_SEQ, known)))


def read(events: Iterable[Event]) -> Fold:
    """The state from which `fold` makes the ticket. Its `events` are those that count, in order."""
    ordered = sorted(events, key=_SEQ)
    ordered.sort(key=_AT)  # stable, so by (at, seq); comparing one thing at a time is the quicker way
    state = _told(ordered)
    if not (state.undone or state.untold):
        return state
    return _told([event for event in ordered if event.seq not in state.undone], state.untold)


def unfold(events: Iterable[Event]) -> Iterator[tuple[Event, Fold]]:
    """Each event that counts, in order, with the state after it. It is the same state object each time: read it before
    going on."""
    known = read(events)
    state = _begin(known.events, known.unheard)
    for event in known.events:
        handler = HANDLERS[type(event.fact)]
        if handler is not None:
            handler(state, event, event.fact)
        yield event, state


def _told(ordered: Sequence[Event], unheard: Collection[int] = ()) -> Fold:
    state = _begin(ordered, unheard)
    for event in ordered:
        fact = event.fact
        handler = HANDLERS[type(fact)]
        if handler is not None:
            handler(state, event, fact)
    return state


def _begin(ordered: Sequence[Event], unheard: Collection[int]) -> Fold:
    for event in ordered:
        if isinstance(event.fact, Opened):
            return Fold(event, event.fact, ordered, unheard)
    raise ValueError("These events do not tell of a ticket: none of them is its opening.")


def _ticket(state: Fold, version: int) -> Ticket:
    counting = KINDS if state.dismissed_at is None else ()
    clocks = {kind: clock for kind in counting if (clock := state.clocks.clock(kind)) is not None}
    return Ticket(
        version=version,
        terms=state.terms,
        claimed=state.claimed,
        confirmed=state.confirmed,
        suggested=state.suggested,
        opened_at=state.opened_at,
        requester=state.requester,
        customer=state.customer,
        skills=state.skills,
        requested_date=state.requested_date,
        automatic=state.automatic,
        clocks=clocks,
        agreements=_agreements(state),
        waits=tuple(state.clocks.waits),
        waiting=state.waiting,
        promise=state.clocks.promise if state.resolved_at is None and state.dismissed_at is None else None,
        breaches=state.open_breaches(clocks),
        said=frozenset(state.said),
        snoozed_until=state.snoozed_until,
        resolved_at=state.resolved_at,
        dismissed_at=state.dismissed_at,
        links=tuple(state.links),
        references=tuple(state.references.values()),
        merged_into=state.merged_into,
        continued_as=state.continued_as,
        report=state.report,
        outage=state.outage,
        ownership=state.ownership,
        escalation=state.escalation,
        updates=state.updates,
        heard=state.heard,
        rating=state.rating,
        announced=state.announced,
        undo=state.undo,
        together=state.together,
    )


def _agreements(state: Fold) -> dict[str, dict[ClockKind, Clock]]:
    if state.dismissed_at is not None or not (state.agreements.running or state.agreements.ended):
        return {}
    return {
        name: {kind: clock for kind in KINDS if (clock := run.clocks.clock(kind)) is not None}
        for name, run in state.agreements.last.items()
    }
