"""Where a ticket stands: waiting, restored, resolved, open again (policy: Clocks)."""

from __future__ import annotations

from triage.event import Event
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
from triage.folding.handler import Handlers, undoes
from triage.folding.running import Fold


def _waited(state: Fold, event: Event, fact: Waited) -> None:
    state.act(event)
    state.waited, state.asked = (event, fact), fact.asked
    for clocks in state.every:
        clocks.begin("waiting", event.at, event)
    state.clocks.wait(event.at, event, fact.what)
    state.agreements.wait(state.terms, fact.what, event.at, event)


def _resumed(state: Fold, event: Event, _: Resumed) -> None:
    state.waited = None
    _renew(state, event)
    for clocks in state.every:
        clocks.resume(event.at, event)
    state.agreements.resume(event.at, event)


def _renew(state: Fold, event: Event) -> None:
    """Whoever owes an answer could not be missed meanwhile: they have the whole time again."""
    state.act(event)
    offer = state.ownership.offer
    state.ownership.offer = None if offer is None else offer.renewed(event.at)


def _restored(state: Fold, event: Event, _: Restored) -> None:
    state.act(event)
    state.outage.restored_at = state.outage.restored_at or event.at
    state.announced.say_over(event)
    for clocks in state.every:
        clocks.begin("restored", event.at, event)
        clocks.restore(event.at, event)


def _relapsed(state: Fold, event: Event, fact: Relapsed) -> None:
    state.act(event)
    state.outage.restored_at, state.outage.again_at = None, event.at
    if fact.shown:
        state.say_aloud(event)
    for clocks in state.every:
        clocks.relapse(event.at, event)


def _resolved(state: Fold, event: Event, fact: Resolved) -> None:
    state.waited = None
    state.escalation.asked = False
    state.resolved_at = event.at
    state.rating.cycle = event.seq
    state.outage.restored_at = state.outage.restored_at or event.at
    state.announced.say_over(event)
    if fact.by_reaction:
        state.undo.undoable["resolve"] = event
    state.close(event)


def _reopened(state: Fold, event: Event, fact: Reopened) -> None:
    state.resolved_at = None
    state.rating.cycle = None
    state.outage.restored_at, state.outage.again_at = None, event.at
    if fact.falls_to is not None:
        state.announced.named_for = fact.falls_to
    if fact.shown or fact.falls_to is not None:
        state.say_aloud(event)
    state.undo.overtake("resolve")
    _renew(state, event)
    state.clocks.reopen(event.at, event, counts=fact.counts)
    state.agreements.reopen(state.terms, event.at, event, counts=fact.counts)


def _snoozed(state: Fold, event: Event, fact: Snoozed) -> None:
    state.act(event)
    state.snoozed_until = fact.until


HANDLERS: Handlers = {
    Waited: _waited,
    Resumed: _resumed,
    Restored: _restored,
    Relapsed: _relapsed,
    Resolved: _resolved,
    Reopened: _reopened,
    Unresolved: undoes,
    Snoozed: _snoozed,
}
