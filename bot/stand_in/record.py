"""The local workspace's file: everything that must outlive a kill of the process, in one SQLite database.

Writes are small and synchronous; WAL without a sync per commit keeps them near 0.05 ms and still loses nothing when
the process is killed (only a power cut could). Each stand-in has tables of its own in it, whose rows are JSON texts,
read back by the module of each noun.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.stand_in.shapes import dumps

SCHEMA = "create table if not exists meta (key text primary key, value text not null) without rowid;"


class Record:
    """One open file. Not safe across processes: a workspace is one process."""

    def __init__(self, path: Path | str) -> None:
        """Opens or makes the file; `:memory:` is allowed. Raises sqlite3.Error when it cannot be written."""
        # The loop's thread writes; start-up and tests may open and close it elsewhere.
        self.db = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
        self._depth = 0
        self._tables = ["meta"]
        try:
            self.db.execute("pragma journal_mode = wal")
            self.db.execute("pragma synchronous = normal")
            self.hold((), SCHEMA)
        except sqlite3.Error:
            self.db.close()
            raise

    def hold(self, tables: tuple[str, ...], schema: str) -> None:
        """Make these tables, by that SQL, where they are not there yet; `wipe` empties them from now on."""
        self.db.executescript(f"begin; {schema} commit;")
        self._tables += tables

    def close(self) -> None:
        """Closes the file; calling it twice is harmless."""
        self.db.close()

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Everything inside is written together or not at all; may be nested."""
        self._depth += 1
        if self._depth == 1:
            self.db.execute("begin immediate")
        try:
            yield
        except BaseException:
            if self._depth == 1:
                self.db.execute("rollback")
            raise
        else:
            if self._depth == 1:
                self.db.execute("commit")
        finally:
            self._depth -= 1

    def get(self, key: str, default: Any = None) -> Any:
        """The stored value of `key`."""
        row = self.db.execute("select value from meta where key = ?", (key,)).fetchone()
        return default if row is None else json.loads(row[0])

    def set(self, key: str, value: Any) -> None:
        """Stores any JSON value under `key`."""
        self.db.execute("insert or replace into meta values (?, ?)", (key, dumps(value)))

    def wipe(self, keep: tuple[str, ...] = ()) -> None:
        """Empties the file, except the `keep` keys of `get`."""
        kept = {key: self.get(key) for key in keep}
        with self.atomic():
            for table in self._tables:
                self.db.execute(f"delete from {table}")  # noqa: S608 - names from `hold`
            for key, value in kept.items():
                if value is not None:
                    self.set(key, value)


def open_record(path: Path | str) -> Record:
    """Opens the workspace's file, making it when it is not there."""
    return Record(path)
