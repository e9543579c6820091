"""How many cases a second `vigie sla evaluate FILE` answers, run as people run it."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.cases import OFFICES, Case, simple, tickets
from benchmarks.compare import DIFFERENT, equal
from benchmarks.figure import Figure, at_least, percentile, without_bar
from benchmarks.processes import VIGIE, done

SEED = 20
SIMPLE, TICKETS, COMPARED, RUNS = 100_000, 20_000, 2000, 3
BAR = 20_000.0


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """Cases a second, the start of the program included: simple ones, which have a bar, then whole tickets."""
    one, other, runs = (500, 100, 1) if quick else (SIMPLE, TICKETS, RUNS)
    random = Random(SEED)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _, start = await _evaluated(folder, [], runs)
        for given, figure in (
            (simple(random, one), partial(at_least, "evaluate.rate", bar=BAR)),
            (tickets(random, other), partial(without_bar, "evaluate.tickets")),
        ):
            answers, seconds = await _evaluated(folder, given, runs)
            found = _judged(given, answers)
            yield figure(
                value=len(given) / seconds,
                unit="cases/s",
                valid=complete(given, answers) and DIFFERENT not in found,
                cases=len(given),
                calendars=len(OFFICES),
                seconds=round(seconds, 3),
                start_seconds=round(start, 3),
                without_start=round(len(given) / (seconds - start)),
                answered=sum("result" in answer for answer in answers),
                beside_businesstimedelta=found,
            )


async def _evaluated(folder: Path, given: Sequence[Case], runs: int) -> tuple[list[dict[str, Any]], float]:
    """The answers of the program, and the seconds that the median of its runs took."""
    asked, answered = folder / "cases.jsonl", folder / "answers.jsonl"
    asked.write_text("".join(json.dumps(case) + "\n" for case in given), encoding="utf-8")
    seconds = [await done((*VIGIE, "sla", "evaluate", asked.name), folder, answered) for _ in range(runs)]
    return [json.loads(line) for line in answered.read_text(encoding="utf-8").splitlines()], percentile(seconds, 0.5)


def complete(given: Sequence[Case], answers: Sequence[dict[str, Any]]) -> bool:
    """Whether every case was answered, in order."""
    return [case["id"] for case in given] == [answer["id"] for answer in answers if "result" in answer]


def _judged(given: Sequence[Case], answers: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How the first answers stand to those of businesstimedelta; of a ticket, as far as that can tell."""
    from benchmarks import peers  # noqa: PLC0415  only `make bench` installs the libraries

    rules = {office.timezone: peers.rule(office) for office in OFFICES}
    found = Counter(
        equal(_part(answer.get("result"), theirs), theirs)
        for case, answer in list(zip(given, answers, strict=False))[:COMPARED]
        for theirs in [peers.answer(rules[case["timezone"]], case)]
    )
    return dict(found)


def _part(result: Any, of: Any) -> Any:
    """A result, or as much of it as the other one tells."""
    return {name: result.get(name) for name in of} if isinstance(of, dict) and isinstance(result, dict) else result
