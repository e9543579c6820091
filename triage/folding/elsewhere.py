"""What a ticket is called elsewhere."""

from __future__ import annotations

from triage.event import Event
from triage.facts.elsewhere import Referenced, Unreferenced
from triage.folding.handler import Handlers
from triage.folding.running import Fold
from triage.parts.elsewhere import Reference


def _referenced(state: Fold, event: Event, _: Referenced) -> None:
    state.references[event.seq] = Reference(event.seq, event.body_id)


def _unreferenced(state: Fold, _: Event, fact: Unreferenced) -> None:
    state.references.pop(fact.of, None)


HANDLERS: Handlers = {
    Referenced: _referenced,
    Unreferenced: _unreferenced,
}
