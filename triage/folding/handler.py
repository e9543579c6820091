"""What a handler of the fold is, and the one that several facts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from triage.event import Event, Fact
from triage.facts.escalating import EscalationUndone
from triage.facts.owning import Unassigned
from triage.facts.state import Unresolved
from triage.facts.telling import TakenBack
from triage.folding.running import Fold

Handlers = dict[type[Fact], Callable[[Fold, Event, Any], None] | None]
"""By what an event says: what it makes of the ticket. None: it is shown in the history and moves nothing."""


def undoes(state: Fold, _: Event, fact: TakenBack | Unassigned | Unresolved | EscalationUndone) -> None:
    """What that one did is left out when the ticket is folded again."""
    state.undone.add(fact.undoes)
