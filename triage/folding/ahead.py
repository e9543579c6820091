"""What Vigie planned is on record, and is never planned again (policy: Warnings and breaches)."""

from __future__ import annotations

from triage.agreements import parted
from triage.event import Event
from triage.facts.ahead import Breached, Planned, Proposed, Reminded, Unacknowledged, Unanswered, Warned
from triage.folding.handler import Handlers
from triage.folding.running import Fold


def _planned(state: Fold, event: Event, _: Planned) -> None:
    if event.said is not None:
        state.said.add(event.said)


def _warned(state: Fold, event: Event, fact: Warned | Breached) -> None:
    said = event.said
    if said is None:
        return
    state.said.add(said)
    if fact.shown:
        state.announced.shown.add((said[0], said[2]))
        state.say_aloud(event)


def _breached(state: Fold, event: Event, fact: Breached) -> None:
    _warned(state, event, fact)
    if event.said is not None and event.said[1] == "breach" and parted(fact.clock) is None:
        state.breached.append((event, fact))


HANDLERS: Handlers = {
    Warned: _warned,
    Breached: _breached,
    Proposed: _planned,
    Unacknowledged: _planned,
    Reminded: _planned,
    Unanswered: _planned,
}
