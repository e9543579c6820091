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
    kept = rating.body_id if rating.of == rating.cycle else None
    rating.good, rating.of, rating.by, rating.at = fact.good, rating.cycle, event.actor, event.at
    rating.body_id = event.body_id or kept


HANDLERS: Handlers = {
    RatingAsked: _asked,
    Rated: _rated,
}
