"""What a case says of its clocks: which of them each kind of waiting stops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triage.case_fields import CaseError
from triage.terms import CUSTOMER, ClockKind

CLOCKS = tuple(kind.value for kind in ClockKind)


def read_waiting(given: object) -> dict[str, frozenset[ClockKind]]:
    """By kind of waiting: the clocks that it stops. Raises CaseError for what is none."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise CaseError('waiting: give an object of lists of clocks, such as {"vendor": ["restore"]}.')
    return {kind: _clocks(f"waiting: {kind}", clocks) for kind, clocks in given.items()}


def kind_of_waiting(extra: Mapping[str, Any]) -> str:
    """What a `waiting` event waits for. Raises CaseError for what is no name."""
    kind = extra.get("kind", CUSTOMER)
    if not isinstance(kind, str):
        raise CaseError(f'events: {kind!r} is no kind of waiting; write a name, such as "vendor".')
    return kind


def _clocks(name: str, given: object) -> frozenset[ClockKind]:
    if not isinstance(given, list) or any(clock not in CLOCKS for clock in given):
        raise CaseError(f"{name} is {given!r}; give a list of {', '.join(CLOCKS)}.")
    return frozenset(map(ClockKind, given))
