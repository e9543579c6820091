"""Several ways to the same answers: timed in turn on the same inputs, and their answers compared."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Any

from benchmarks.figure import percentile

ROUND_SECONDS = 0.05  # a way that is done sooner goes over its inputs again
SAME, DIFFERENT = "the same", "different"


def equal(ours: Any, theirs: Any) -> str:
    """How an answer stands to ours where both mean to say the same."""
    return SAME if ours == theirs else DIFFERENT


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the answers: `call` is timed on `inputs`, which are its arguments in the form that it likes best.

    Afterwards `read` puts an answer as the others are, and `judge` says in a few words how it stands to ours:
    `DIFFERENT` is what should not be, other words name what else the answer was found to say. `note` is what one has to
    know to read its figures.
    """

    name: str
    call: Callable[..., Any]
    inputs: Sequence[tuple[Any, ...]]
    read: Callable[[Any], Any] = lambda answer: answer
    judge: Callable[[Any, Any], str] = equal
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a way: its answers, and how many seconds one call took."""

    way: Way
    answers: list[Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many `times` as fast as the fastest other a way is, whether the answers `agreed`, and all there is to say."""

    times: float
    agreed: bool
    detail: dict[str, Any]


async def in_turn(ways: Sequence[Way], rounds: int) -> list[Ran]:
    """Run every way once a round, so that a slow moment of the machine meets all of them; the median round counts."""
    seconds: list[list[float]] = [[] for _ in ways]
    answers: list[list[Any]] = [[] for _ in ways]
    for _ in range(rounds):
        for number, way in enumerate(ways):
            answers[number], took = _round(way)
            seconds[number].append(took)
            await asyncio.sleep(0)  # a benchmark whose time is up ends here
    return [
        Ran(way, [way.read(answer) for answer in found], percentile(took, 0.5))
        for way, found, took in zip(ways, answers, seconds, strict=True)
    ]


def compared(ran: Sequence[Ran]) -> Comparison:
    """The first of them, which is ours, beside the others."""
    ours, *others = ran
    detail: dict[str, Any] = {ours.way.name: {"per_second": round(1 / ours.seconds), "inputs": len(ours.answers)}}
    agreed = True
    for theirs in others:
        pairs = zip(ours.answers, theirs.answers, strict=True)
        found = Counter(theirs.way.judge(*pair) for pair in pairs)
        agreed = agreed and not found[DIFFERENT]
        detail[theirs.way.name] = {
            "per_second": round(1 / theirs.seconds),
            "compared": len(theirs.answers),
            "agreed": found.pop(SAME, 0),
            "different": found.pop(DIFFERENT, 0),
            "instead": dict(found),  # what the rest say, found to be so
            "note": theirs.way.note,
        }
    return Comparison(min(theirs.seconds for theirs in others) / ours.seconds, agreed, detail)


def _round(way: Way) -> tuple[list[Any], float]:
    """The answers to all inputs, and how many seconds one call took."""
    began, passes = time.perf_counter(), 0
    while True:
        answers = list(starmap(way.call, way.inputs))
        passes += 1
        passed = time.perf_counter() - began
        if passed >= ROUND_SECONDS:
            return answers, passed / passes / len(answers)
