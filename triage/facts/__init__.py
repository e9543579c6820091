"""What events say, beyond when it happened and who did it: one class for each kind. An event is stored as data and read
back by its class.

A new kind of event is a member of `triage.event.Kind`, a class here, and what the fold makes of it (`triage.folding`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from triage.event import Fact, Kind
from triage.facts import ahead, elsewhere, escalating, handing, owning, rating, sorting, state, telling, together

_MODULES = (sorting, owning, handing, telling, state, escalating, ahead, rating, together, elsewhere)
FACTS: dict[Kind, type[Fact]] = {
    fact.KIND: fact
    for module in _MODULES
    for fact in vars(module).values()
    if isinstance(fact, type) and issubclass(fact, Fact) and "KIND" in vars(fact)
}
"""The class of each kind."""

_READERS: dict[str, Callable[[Mapping[str, Any], int], Fact]] = {
    kind.value: fact.from_data for kind, fact in FACTS.items()
}


def read_fact(kind: str, data: Mapping[str, Any], version: int) -> Fact:
    """What a stored event says. Raises NewerDataError where a later release wrote it."""
    return _READERS[kind](data, version)
