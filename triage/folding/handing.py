"""What is handed over, and to whom (policy: Handing over). It is over as soon as somebody else has the ticket."""

from __future__ import annotations

from dataclasses import replace

from triage.event import Event
from triage.facts.handing import HandoverAsked, HandoverDeclined
from triage.folding.handler import Handlers
from triage.folding.running import Fold
from triage.parts.owning import Handover


def _asked(state: Fold, event: Event, fact: HandoverAsked) -> None:
    state.ownership.handover = Handover(fact.to, event.actor, event.at, event.seq)


def _declined(state: Fold, event: Event, _: HandoverDeclined) -> None:
    asked = state.ownership.handover
    if asked is not None and asked.to == event.actor and asked.declined_at is None:
        state.ownership.handover = replace(asked, declined_at=event.at)


HANDLERS: Handlers = {
    HandoverAsked: _asked,
    HandoverDeclined: _declined,
}
