"""Explore worlds that have too many states for the suite: three workers, a process that stands still beside another,
dead letters that somebody has tried again or drops, digests. Some minutes; with a word, those whose name has it.

    .venv/bin/python -m tests.protocol [stalls]

Exit 0: in every order everything is said once.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

import structlog

from storage.database import Database
from storage.migrate import migrate
from tests.protocol.decisions import Decisions, Impatient
from tests.protocol.digests import DigestDecisions, DigestModel
from tests.protocol.model import Model, World

DIGESTS = (
    World(), World(workers=1, deaths=1, breaks=1), World(deaths=1),
    World(workers=1, refusals=1, deaths=1, by_hand=True),
)  # fmt: skip
WORLDS = (
    World(workers=3), World(stalls=1), World(workers=1, stalls=1, deaths=1),
    World(workers=1, stalls=1, can_tell=False, repeated=True), World(refusals=1, by_hand=True),
    World(workers=1, refusals=1, breaks=1, deaths=1, by_hand=True),
)  # fmt: skip
IMPATIENT = (World(workers=1, slow=2, by_hand=True), World(slow=1, by_hand=True))


def main(named: str = "") -> int:
    """One world after the other."""
    wrong = 0
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(prefix="vigie-protocol-") as folder:
        for n, (make, decide, worlds) in enumerate((
            (Model, Decisions, WORLDS), (Model, Impatient, IMPATIENT), (DigestModel, DigestDecisions, DIGESTS),
        )):  # fmt: skip
            database = Database(f"sqlite:///{Path(folder) / f'vigie-{n}.db'}")
            migrate(database)
            decisions = decide(database)
            for world in worlds:
                told = f"{decide.__name__} {_chosen(world)}"
                if named not in told:
                    continue
                found = make(decisions, world).explore()  # type: ignore[arg-type]
                wrong += len(found.wrong)
                sys.stdout.write(f"{told}: {found.states} states, {found.steps} steps, wrong: {found.wrong}\n")
                sys.stdout.flush()
            database.close_now()
    return 1 if wrong else 0


def _chosen(world: World) -> dict[str, object]:
    return {each.name: getattr(world, each.name) for each in fields(World) if getattr(world, each.name) != each.default}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
