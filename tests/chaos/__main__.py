"""Kill the bot at random instants while people work and deadlines fall due, then count what was lost, doubled or early.

    .venv/bin/python -m tests.chaos [--kills 200] [--seed 1] [--minutes 120] [--engines sqlite,postgresql] [--desk 2]
        [--keep]

On each engine several desks are tried (`tests.chaos.desks`), some at a time, and both engines beside each other. The
chat is killed too, but loses nothing that it has answered for: what was posted there is the record. What people were
told is done is written down beside it, and a small model of the policy says from that alone what is due when. For each
desk and each engine it prints a JSON object that says whether it holds and counts kills, what was acknowledged, due and
said, and what was lost, doubled or early; each thing that is wrong stands in `wrong`. Exit 0: nothing lost, said or
recorded twice, early, missing or unexpected, and one card a ticket.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

from tests.chaos.crowd import kill_in_a_crowd
from tests.chaos.desks import DESKS, POSTGRESQL, Desk, shares
from tests.chaos.loop import HOUR, Run, kill_for_a_while
from tests.chaos.migrating import kill_migrations
from tests.chaos.retaining import kill_while_it_deletes
from tests.chaos.verdict import Verdict

OF_APART = 25  # of so many kills one is in a migration, one in a crowd, and one where what is old is deleted


async def main(chosen: argparse.Namespace) -> int:
    """One run."""
    began, stopping = time.monotonic(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)

    def is_enough() -> bool:
        return stopping.is_set() or time.monotonic() - began > 60 * chosen.minutes

    engines = [_on_engine(each, chosen, is_enough) for each in chosen.engines.split(",")]
    return int(not all(await asyncio.gather(*engines)))


async def _on_engine(engine: str, chosen: argparse.Namespace, is_enough: Callable[[], bool]) -> bool:
    """Its desks, some at a time; whether all hold."""
    desks = list(enumerate(DESKS[engine]))
    desks = [each for each in desks if chosen.desk is None or each[0] == chosen.desk]
    apart = chosen.kills // OF_APART
    of_each, places = shares(chosen.kills - 3 * apart, len(desks)), asyncio.Semaphore(chosen.at_once)

    async def judged(name: str, seed: int, trying: Coroutine[Any, Any, Run]) -> Run:
        async with places:
            try:
                run = await trying
            except Exception:  # noqa: BLE001  the others go on
                run = Run(Verdict(), 0, 0.0, 0.0)
                run.verdict.add("broke", traceback.format_exc())
        _print({"desk": name, "seed": seed, **run.figures()})
        return run

    trying = [
        judged(desk.name, seed, _at_desk(desk, kills, seed, chosen, is_enough))
        for (number, desk), kills in zip(desks, of_each, strict=True)
        for seed in (chosen.seed + 100 * number,)
    ]
    if apart:
        name = f"{engine}: migrations, a crowd, a month later"
        trying.append(judged(name, chosen.seed, _apart(desks[0][1], apart, chosen, is_enough)))
    runs = await asyncio.gather(*trying)
    whole = Run.of(runs)
    _print({"engine": engine, "desks": len(runs), "seed": chosen.seed, **whole.figures()})
    return not whole.verdict.wrong and whole.kills >= chosen.kills


async def _at_desk(desk: Desk, kills: int, seed: int, chosen: argparse.Namespace, is_enough: Callable[[], bool]) -> Run:
    with _folder(desk, chosen) as folder:
        async with desk.stage(folder) as on:
            return await kill_for_a_while(
                on, kills=kills, seed=seed, besides=True, say=lambda line: _progress(f"{desk.name}: {line}"),
                is_enough=is_enough,
            )  # fmt: skip


async def _apart(desk: Desk, kills: int, chosen: argparse.Namespace, is_enough: Callable[[], bool]) -> Run:
    """While the database is brought up to date, where more falls due than can be said, and where what is old is
    deleted."""
    verdict, began = Verdict(), time.monotonic()
    with _folder(desk, chosen) as folder:
        done = await kill_migrations(
            folder, verdict, postgres=desk.engine == POSTGRESQL, kills=kills, seed=chosen.seed, is_enough=is_enough
        )
        _progress(f"{desk.engine}: {done} migrations killed")
        async with desk.stage(folder) as on:
            done += await kill_in_a_crowd(on, verdict, kills=kills, seed=chosen.seed, is_enough=is_enough)
            done += await kill_while_it_deletes(on, verdict, kills=kills, seed=chosen.seed, is_enough=is_enough)
            return Run(verdict, done, time.monotonic() - began, on.chat.offset / HOUR)


@contextlib.contextmanager
def _folder(desk: Desk, chosen: argparse.Namespace) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="vigie-chaos-", dir=chosen.folder))
    try:
        yield folder
    finally:
        if chosen.keep:
            _print({"kept": str(folder), "desk": desk.name})
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _print(found: object) -> None:
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    sys.stdout.flush()


def _progress(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, help="on each engine, shared by its desks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=120, help="judge what there is after so long; Ctrl-C: at once")
    parser.add_argument("--engines", default=",".join(DESKS), help="sqlite, postgresql, or both")
    parser.add_argument("--desk", type=int, help="one of each engine's desks alone, by its place, from 0")
    parser.add_argument("--at-once", type=int, default=2, help="desks of an engine that are tried at the same time")
    parser.add_argument("--folder", help="where to work")
    parser.add_argument("--keep", action="store_true", help="keep the folders: databases and logs")
    return parser


if __name__ == "__main__":
    sys.exit(asyncio.run(main(arguments().parse_args())))
