"""Play weeks of a desk, and hold what the engine says of every ticket against a simple model of the rules.

    .venv/bin/python -m tests.simulation [--seed 1] [--seeds 1] [--weeks 3] [--tickets 300] [--database URL]

Exit 0: no warning, breach, proposal, call or naming was missing, doubled, early, late, or to the wrong person.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import monotonic

from storage.database import Database
from storage.migrate import migrate
from tests.simulation.play import play


async def main(chosen: argparse.Namespace) -> int:
    """Some seeds, one after the other."""
    wrong = 0
    for seed in range(chosen.seed, chosen.seed + chosen.seeds):
        with tempfile.TemporaryDirectory(prefix="vigie-simulation-") as folder:
            url = f"sqlite:///{Path(folder) / 'vigie.db'}"
            prepare(url)
            began = monotonic()
            played = await play(url, seed, weeks=chosen.weeks, tickets=chosen.tickets)
        tales = played.differences()
        wrong += len(tales)
        said = len(played.world.said)
        said_of = Counter(each.kind for each in (*(said for _, said in played.world.said), *played.world.announced))
        counts = ", ".join(f"{name} {count}" for name, count in sorted((played.counts + said_of).items()))
        sys.stdout.write(
            f"seed {seed}: {len(played.tickets)} tickets, {said} notices, {len(tales)} tickets differ, "
            f"{monotonic() - began:.1f} s ({counts})\n"
        )
        sys.stdout.write("".join(f"\n{tale}\n" for tale in tales[: chosen.show]))
        sys.stdout.flush()
    return int(bool(wrong))


def prepare(url: str) -> None:
    """Make the tables."""
    database = Database(url)
    migrate(database)
    database.close_now()


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="how many, from that one on")
    parser.add_argument("--weeks", type=float, default=3)
    parser.add_argument("--tickets", type=int, default=300)
    parser.add_argument("--show", type=int, default=2, help="how many differing tickets are told")
    return parser


if __name__ == "__main__":
    sys.exit(asyncio.run(main(arguments().parse_args())))
