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

LONGEST_SECONDS = 1500  # all of it: with the set-up, `make bench` ends within half an hour whatever happens
# The quick ones first: what they leave of their share is the others'.
ALL: dict[str, Callable[..., AsyncIterator[Figure]]] = {
    "hours": hours.measure,
    "fold": fold.measure,
    "statements": statements.measure,
    "verbs": verbs.measure,
    "commits": commits.measure,
    "evaluate": evaluate.measure,
    "triage": triage.measure,
    "startup": startup.measure,
    "acknowledgement": acknowledgement.measure,
    "teams_ack": teams_ack.measure,
    "sustained": sustained.measure,
    "memory": memory.measure,
    "lateness": lateness.measure,
    "attack": attack.measure,
    "looking": looking.measure,
    "move": move.measure,
    "search": finding.measure,
    "api": api.measure,
    "assignment": assignment.measure,
    "audit": audit.measure,
    "claims": claims.measure,
    "floods": floods.measure,
    "jobs": jobs.measure,
    "sweep": sweep.measure,
    "million": million.measure,
    "workers": workers.measure,
    "minute": minute.measure,
}


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
    held, end = True, time.monotonic() + LONGEST_SECONDS
    for position, name in enumerate(names):
        share = (end - time.monotonic()) / (len(names) - position)
        async for figure in _figures(name, share, quick=quick):
            print(figure.line(), flush=True)
            held = held and figure.holds
    return 0 if held else 1


async def _figures(name: str, seconds: float, *, quick: bool) -> AsyncIterator[Figure]:
    """The figures of one benchmark; where it breaks off, one that says so, and the others still run."""
    try:
        async with asyncio.timeout(seconds):
            async for figure in ALL[name](quick=quick):
                yield figure
    except Exception as error:  # noqa: BLE001  whatever it is, the next benchmark can do without this one
        traceback.print_exc()
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        yield Figure(f"{name}.failed", None, "", None, holds=False, detail={"error": reason})


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # standard output is the figures
    sys.exit(main())
