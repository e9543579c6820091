"""What Vigie planned is on record, and is never planned again (policy: Warnings and breaches)."""

from __future__ import annotations

from triage.agreements import parted
from triage.event import Event
from triage.facts.ahead import Breached, Planned, Proposed, Reminded, Unacknowledged, Unanswered, Warned
from triage.folding.handler import Handlers
from triage.folding.running import Fold


def _planned(state: Fold, event: Event, fact: Planned) -> None:
    if event.said is None:
        return
    state.said.add(event.said)
    if isinstance(fact, Warned | Breached) and fact.shown:
        state.announced.shown.add((event.said[0], event.said[2]))
        state.say_aloud(event)
    if isinstance(fact, Breached) and event.said[1] == "breach" and parted(fact.clock) is None:
        state.breached.append((event, fact))


HANDLERS: Handlers = {
    Warned: _planned,
    Breached: _planned,
    Proposed: _planned,
    Unacknowledged: _planned,
    Reminded: _planned,
    Unanswered: _planned,
}
