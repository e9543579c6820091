"""How the customer found it (policy: Satisfaction)."""

from __future__ import annotations

from triage.event import Event
from triage.facts.rating import Rated, RatingAsked
from triage.folding.handler import Handlers
from triage.folding.running import Fold


def _asked(state: Fold, event: Event, fact: RatingAsked) -> None:
    if event.said is not None:
        state.said.add(event.said)
    state.rating.asked_for = fact.cycle


def _rated(state: Fold, event: Event, fact: Rated) -> None:
    rating = state.rating
    rating.good, rating.by, rating.at = fact.good, event.actor, event.at
    rating.body_id = event.body_id or rating.body_id


HANDLERS: Handlers = {
    RatingAsked: _asked,
    Rated: _rated,
}
