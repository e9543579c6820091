"""Checkpoints of SQLite's write-ahead log, beside the writer: what was committed is copied into the file by a thread of
its own.

SQLite would do it within the commit that makes the log long, and whoever waits for that one would wait for the copying
of all before it, too.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from threading import Event, Lock, Thread

from sqlalchemy import Engine

EVERY = 25  # commits: about the thousand pages after which SQLite would do it
TRIES = 3  # the log begins anew only once all of it was copied, and meanwhile more was committed perhaps
LONGEST = 8000  # pages of the log; from there on SQLite does it within a commit after all


class Checkpoints:
    """Copies after some commits. `engine`: to connect by; none of its connections is kept by anybody else."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        #: Held while it copies; two at the same time would refuse each other.
        self.copying = Lock()
        self._commits = 0
        self._wanted, self._ends = Event(), False
        self._thread = Thread(target=self._run, name="checkpoints", daemon=True)

    def committed(self) -> None:
        """Something was. To be called by one thread only."""
        self._commits += 1
        if self._commits % EVERY == 0:
            if not self._thread.is_alive():
                self._thread.start()
            self._wanted.set()

    def close(self) -> None:
        """Finish what is being copied, then end."""
        self._ends = True
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        while self._wanted.wait() and not self._ends:
            self._wanted.clear()
            # A full disk, say: the next one tries again, and until then everything stands in the log.
            with suppress(sqlite3.Error), self.copying, closing(self._engine.raw_connection()) as connection:
                for _ in range(TRIES):
                    is_busy, pages, copied = connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                    if is_busy or copied == pages:
                        break
