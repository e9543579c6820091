"""Kill the bot at random instants while people work and deadlines fall due, then count what was lost, doubled or early.

    .venv/bin/python -m tests.chaos [--kills 80] [--seed 1] [--minutes 60] [--postgres] [--sockets]
        [--platforms slack,teams] [--keep]

The chat is never killed: what was posted there is the record. What people were told is done is written down beside
it, and a small model of the policy says from that alone what is due when. It ends with a JSON object that says whether
it holds and counts kills, what was acknowledged, due and said, and what was lost, doubled or early; each thing that is
wrong stands in `wrong`. Exit 0: nothing lost, said or recorded twice, early, missing or unexpected, and one card a
ticket.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.loop import kill_for_a_while
from tests.chaos.stage import stage


async def main(chosen: argparse.Namespace) -> int:
    """One run."""
    folder = Path(tempfile.mkdtemp(prefix="vigie-chaos-", dir=chosen.folder))
    platforms = chosen.platforms.split(",")
    began, stopping = time.monotonic(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)

    def is_enough() -> bool:
        return stopping.is_set() or time.monotonic() - began > 60 * chosen.minutes

    async with stage(folder, postgres=chosen.postgres, sockets=chosen.sockets, platforms=platforms) as on:
        run = await kill_for_a_while(on, kills=chosen.kills, seed=chosen.seed, say=_progress, is_enough=is_enough)
    which = {
        "engine": "postgresql" if chosen.postgres else "sqlite", "over": "sockets" if chosen.sockets else "http",
        "platforms": chosen.platforms, "seed": chosen.seed,
    }  # fmt: skip
    sys.stdout.write(json.dumps({**which, **run.figures()}, indent=1) + "\n")
    if chosen.keep:
        sys.stdout.write(f"kept in {folder}\n")
    else:
        shutil.rmtree(folder)
    return int(bool(run.verdict.wrong))


def _progress(line: str) -> None:
    sys.stderr.write(f"\r{line}")
    sys.stderr.flush()


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=80)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="judge what there is after so long; Ctrl-C: at once")
    parser.add_argument("--postgres", action="store_true", help="a web process and two workers on PostgreSQL")
    parser.add_argument("--sockets", action="store_true", help="the chat speaks through sockets, not over HTTP")
    parser.add_argument("--platforms", default="slack", help="on which platforms the desk is: slack or slack,teams")
    parser.add_argument("--folder", help="where to work")
    parser.add_argument("--keep", action="store_true", help="keep the folder: databases and logs")
    return parser


if __name__ == "__main__":
    sys.exit(asyncio.run(main(arguments().parse_args())))
