"""All traffic with the bot, in the order it began, bounded; `GET /_control/log` shows it."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from bot.stand_in.shapes import Json, dumps

KEPT = 5_000


class Entry:
    """One exchange: its request is kept as text at once, its answer when it comes."""

    __slots__ = ("_began", "head", "request", "tail")

    def __init__(self, head: Json, request: Any) -> None:
        # Kept as text: five thousand cards as dictionaries would take ten times the memory.
        self.head = dumps(head)[1:-1]
        self.request = dumps(request)
        self.tail = '"status":null,"response":null,"ms":null'
        self._began = time.perf_counter()

    def end(self, status: int | None, response: Any) -> float:
        """Notes the answer; `status` None means none came. Returns the milliseconds it took."""
        ms = round((time.perf_counter() - self._began) * 1000, 2)
        self.tail = dumps({"status": status, "response": response, "ms": ms})[1:-1]
        return ms

    def text(self) -> str:
        """The entry as a JSON object."""
        return f'{{{self.head},"request":{self.request},{self.tail}}}'


class Log:
    """The last exchanges, oldest first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)

    def begin(self, at: str, direction: str, kind: str, method: str | None, request: Any) -> Entry:
        """Notes a request the moment it leaves or arrives; `at` is the workspace's now as ISO."""
        entry = Entry({"at": at, "direction": direction, "kind": kind, "method": method}, request)
        self._entries.append(entry)
        return entry

    def text(self) -> str:
        """A JSON list of all entries."""
        return "[" + ",".join(entry.text() for entry in self._entries) + "]"

    def clear(self) -> None:
        """Forgets everything."""
        self._entries.clear()
