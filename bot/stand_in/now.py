"""The workspace's time: real time plus one stored offset, and the ids of messages that come from it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from bot.stand_in.record import Record


def stored_offset(path: Path) -> float:
    """The offset in a workspace's file, in seconds, for whoever only looks; 0 where there is no such file."""
    if not path.exists():
        return 0.0
    # Not for reading alone, which would leave files beside it.
    with closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=rw", uri=True)) as file:
        file.execute("pragma query_only=on")
        found = file.execute("select value from meta where key = 'offset'").fetchone()
    return float(json.loads(found[0])) if found else 0.0


class Now:
    """Answers what time it is in the workspace, in seconds since 1970, and hands out unique ids."""

    def __init__(self, record: Record, real: Callable[[], float] = time.time) -> None:
        self._record = record
        self.real = real
        self.load()

    def load(self) -> None:
        """Reads offset and last id from the record again (at the start and after a reset)."""
        self.offset: float = self._record.get("offset", 0.0)
        self._last: int = self._record.get("last_ts", 0)

    def seconds(self) -> float:
        """The workspace's now as a Unix time."""
        return self.real() + self.offset

    def iso(self) -> str:
        """The workspace's now as an ISO instant in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC).isoformat()

    def move_to(self, instant: float) -> None:
        """Makes `instant` (Unix time) the present; time never goes back, so an earlier instant changes nothing."""
        self.offset = max(self.offset, instant - self.real())
        self._record.set("offset", self.offset)

    def next_ts(self) -> str:
        """A new id, `SECONDS.MICROS`, later than every one before it. Store it with `keep` in what it names."""
        self._last = max(self._last + 1, int(self.seconds() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def next_ms(self) -> str:
        """The same in whole milliseconds: `1485983408511`."""
        self._last = max((self._last // 1000 + 1) * 1000, int(self.seconds() * 1000) * 1000)
        return str(self._last // 1000)

    def keep(self) -> None:
        """Writes the last id down; called inside the transaction that stores a message."""
        self._record.set("last_ts", self._last)
