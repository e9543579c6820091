"""`python -m benchmarks`: run the benchmarks and print one JSON object a line.

Exit code 0 when every bar was met, 1 when one was not or could not be measured, 2 for a name that there is not.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from typing import NamedTuple

import structlog

from benchmarks import (
    acknowledgement,
    api,
    assignment,
    attack,
    audit,
    claims,
    commits,
    evaluate,
    finding,
    floods,
    fold,
    hours,
    jobs,
    lateness,
    looking,
    memory,
    million,
    minute,
    move,
    pages,
    report,
    startup,
    statements,
    sustained,
    sweep,
    teams_ack,
    triage,
    verbs,
    workers,
)
from benchmarks.figure import Figure


class Benchmark(NamedTuple):
    """What is measured."""

    measure: Callable[..., AsyncIterator[Figure]]
    #: In how many seconds: with what those before it have left of theirs. Else it is broken off.
    seconds: int


LONGEST_SECONDS = 1440  # all of it, whatever happens
# The quick ones first: what they leave of their time is the others'.
ALL = {
    "hours": Benchmark(hours.measure, 15),
    "fold": Benchmark(fold.measure, 5),
    "statements": Benchmark(statements.measure, 10),
    "verbs": Benchmark(verbs.measure, 10),
    "commits": Benchmark(commits.measure, 5),
    "evaluate": Benchmark(evaluate.measure, 25),
    "triage": Benchmark(triage.measure, 30),
    "startup": Benchmark(startup.measure, 20),
    "acknowledgement": Benchmark(acknowledgement.measure, 70),
    "teams_ack": Benchmark(teams_ack.measure, 35),
    "sustained": Benchmark(sustained.measure, 70),
    "memory": Benchmark(memory.measure, 85),
    "attack": Benchmark(attack.measure, 85),
    "floods": Benchmark(floods.measure, 85),
    "lateness": Benchmark(lateness.measure, 100),
    "looking": Benchmark(looking.measure, 40),
    "move": Benchmark(move.measure, 50),
    "search": Benchmark(finding.measure, 45),
    "api": Benchmark(api.measure, 150),
    "pages": Benchmark(pages.measure, 50),
    "assignment": Benchmark(assignment.measure, 15),
    "audit": Benchmark(audit.measure, 15),
    "report": Benchmark(report.measure, 40),
    "claims": Benchmark(claims.measure, 35),
    "jobs": Benchmark(jobs.measure, 10),
    "sweep": Benchmark(sweep.measure, 110),
    "million": Benchmark(million.measure, 110),
    "workers": Benchmark(workers.measure, 110),
    "minute": Benchmark(minute.measure, 180),
}
# Neighbours in that order that mostly wait, and have bars of a second or of megabytes: measured beside each other.
BESIDE = frozenset({"memory", "attack", "floods"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, or `arguments`, and run what it asks for; answers the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", metavar="NAME", help=f"one of {', '.join(ALL)}")
    parser.add_argument(
        "--quick", action="store_true", help="a tiny run, to see that it works; its figures mean little"
    )
    parser.add_argument("--list", action="store_true", help="print the names and do nothing")
    chosen = parser.parse_args(arguments)
    if chosen.only is not None and chosen.only not in ALL:
        print(f"python -m benchmarks: no benchmark {chosen.only}: choose one of {', '.join(ALL)}", file=sys.stderr)
        return 2
    names = [chosen.only] if chosen.only else list(ALL)
    if chosen.list:
        print("\n".join(names))
        return 0
    return asyncio.run(_run(names, quick=chosen.quick))


async def _run(names: list[str], *, quick: bool) -> int:
    held, spare = True, float(LONGEST_SECONDS) if len(names) == 1 else 0.0
    for beside in stages(names):
        end = time.monotonic() + spare + max(ALL[name].seconds for name in beside)
        held = all(await asyncio.gather(*(_printed(name, end, quick=quick) for name in beside))) and held
        spare = max(0.0, end - time.monotonic())
    return 0 if held else 1


def stages(names: Sequence[str]) -> list[list[str]]:
    """In order; together what is measured beside each other."""
    stages: list[list[str]] = []
    for name in names:
        if stages and name in BESIDE and stages[-1][-1] in BESIDE:
            stages[-1].append(name)
        else:
            stages.append([name])
    return stages


async def _printed(name: str, end: float, *, quick: bool) -> bool:
    """Print its figures as they come; whether every bar was met."""
    held = True
    async for figure in _figures(name, end - time.monotonic(), quick=quick):
        print(figure.line(), flush=True)
        held = held and figure.holds
    return held


async def _figures(name: str, seconds: float, *, quick: bool) -> AsyncIterator[Figure]:
    """The figures of one benchmark; where it breaks off, one that says so, and the others still run."""
    try:
        async with asyncio.timeout(seconds):
            async for figure in ALL[name].measure(quick=quick):
                yield figure
    except Exception as error:  # noqa: BLE001  whatever it is, the next benchmark can do without this one
        traceback.print_exc()
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        yield Figure(f"{name}.failed", None, "", None, holds=False, detail={"error": reason})


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # standard output is the figures
    sys.exit(main())
