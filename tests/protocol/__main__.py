"""Explore worlds with a digest that have too many states for the suite: some minutes.

    .venv/bin/python -m tests.protocol

Exit 0: in every order everything is said once.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from storage.database import Database
from storage.migrate import migrate
from tests.protocol.digests import DigestDecisions, DigestModel
from tests.protocol.model import World

WORLDS = (World(), World(workers=1, deaths=1, breaks=1), World(deaths=1))


def main() -> int:
    """One world after the other."""
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="vigie-protocol-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'vigie.db'}")
        migrate(database)
        decisions = DigestDecisions(database)
        for world in WORLDS:
            found = DigestModel(decisions, world).explore()
            wrong += len(found.wrong)
            sys.stdout.write(f"{world}: {found.states} states, {found.steps} steps, wrong: {found.wrong}\n")
        database.close_now()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
