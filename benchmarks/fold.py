"""How long it takes to know where a ticket stands: the fold over all that ever happened to it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from benchmarks.figure import Figure, at_most, percentile, spread
from benchmarks.histories import BUSY, live
from triage.event import Event
from triage.fold import fold
from triage.moving import STAMPED
from triage.terms import Agreement

SEED = 200
EVENTS, TICKETS, FOLDS = 200, 20, 100
BAR = 300.0
AGREEMENTS, TIMES = ("network", "carrier", "inner"), 3.0
EVERY = timedelta(minutes=12)
# No ticket is like these; they show what costs most.
ONE_SIDED: dict[str, Mapping[str, int]] = {
    "updates": {"update": 1},
    "waiting_and_resuming": {"wait": 1, "resume": 1},
    "severity_changes": {"severity": 1},
}


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """The median over tickets of 200 events to which all sorts of things happened; and how many times as long it takes
    with three agreements beside the customer's."""
    tickets, folds = (2, 3) if quick else (TICKETS, FOLDS)
    random = Random(SEED)
    histories = [live(random, EVENTS, BUSY, EVERY) for _ in range(tickets)]
    await asyncio.sleep(0)
    taken = [_microseconds(events, folds) for events in histories]
    kinds = Counter(event.kind.value for events in histories for event in events)
    yield at_most(
        "fold.200_events",
        percentile([one for each in taken for one in each], 0.5),
        "us",
        BAR,
        valid=all(_same_in_any_order(random, events) for events in histories),
        tickets=tickets,
        one_fold=spread([one for each in taken for one in each]),
        slowest_ticket=round(max(percentile(each, 0.5) for each in taken), 2),
        events_of_a_ticket={kind: round(number / tickets, 1) for kind, number in kinds.most_common()},
        one_sided={
            name: round(percentile(_microseconds(live(random, EVENTS, tries, timedelta(seconds=30)), folds), 0.5), 2)
            for name, tries in ONE_SIDED.items()
        },
    )
    times, same = _times_as_long(histories, folds)
    yield at_most("fold.three_agreements", times, "times", TIMES, valid=same, beside="the customer's", tickets=tickets)


def _times_as_long(histories: Sequence[Sequence[Event]], folds: int) -> tuple[float, bool]:
    """How many times as long a fold takes with three agreements beside the customer's from the opening on, the median
    over histories of pairs of folds, one after the other; and whether each agreement stands as the customer's does."""
    found, same = [], True
    for events in histories:
        agreed = [_agreed(event) for event in events]
        pairs = [(_microseconds(events, 1)[0], _microseconds(agreed, 1)[0]) for _ in range(folds)]
        found.append(percentile([more for _, more in pairs], 0.5) / percentile([one for one, _ in pairs], 0.5))
        ticket = fold(agreed)
        same = same and all(ticket.agreements[name] == ticket.clocks for name in AGREEMENTS)
    return percentile(found, 0.5), same


def _agreed(event: Event) -> Event:
    """The event, the terms that it stamps with agreements that say the same as they do."""
    fact: Any = event.fact
    if not isinstance(fact, STAMPED):
        return event
    agreements = tuple(Agreement(name, fact.terms) for name in AGREEMENTS)
    return replace(event, fact=replace(fact, terms=replace(fact.terms, agreements=agreements)))


def _microseconds(events: Sequence[Event], folds: int) -> list[float]:
    """What each of so many folds took."""
    found = []
    for _ in range(folds):
        began = time.perf_counter()
        fold(events)
        found.append((time.perf_counter() - began) * 1e6)
    return found


def _same_in_any_order(random: Random, events: Sequence[Event]) -> bool:
    return fold(random.sample(events, len(events))) == fold(events)
