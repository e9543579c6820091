"""What a case says of its clocks: which of them each kind of waiting stops, and what each starts at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from triage.case_fields import CaseError
from triage.terms import CUSTOMER, STARTS, USUAL_STARTS, ClockKind

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
    kind = extra.get("kind")
    if kind is None:
        return CUSTOMER
    if not isinstance(kind, str):
        raise CaseError(f'events: {kind!r} is no kind of waiting; write a name, such as "vendor".')
    return kind


def read_starts(given: object, words: Sequence[str]) -> dict[ClockKind, str]:
    """By clock: what it starts at, where that is not the usual; `words`: those of events, each a start as well. Raises
    CaseError for what is none."""
    if given is None:
        return {}
    known = dict.fromkeys((*STARTS, *words))
    if isinstance(given, str):
        given = dict.fromkeys(CLOCKS, given)
    if not isinstance(given, Mapping) or any(clock not in CLOCKS for clock in given):
        raise CaseError(f'starts: give an object of {", ".join(CLOCKS)}, such as {{"restore": "created"}}.')
    given = {clock: start for clock, start in given.items() if start is not None}
    for clock, start in given.items():
        if not isinstance(start, str) or start not in known:
            raise CaseError(f"starts: {clock} is {start!r}; use {', '.join(known)}.")
    starts = {ClockKind(clock): start for clock, start in given.items()}
    return {kind: start for kind, start in starts.items() if start != USUAL_STARTS[kind]}


def _clocks(name: str, given: object) -> frozenset[ClockKind]:
    if given is None or isinstance(given, str):
        given = CLOCKS if given == "all" else [given] if given else []
    if not isinstance(given, list | tuple) or any(clock not in CLOCKS for clock in given):
        raise CaseError(f"{name} is {given!r}; give a list of {', '.join(CLOCKS)}.")
    return frozenset(map(ClockKind, given))
