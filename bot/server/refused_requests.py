"""What is refused at the door leaves one counted line a minute, however often somebody knocks: never a line each."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import structlog
from aiohttp import web

log = structlog.get_logger(__name__)
EVERY_SECONDS = 60.0


@dataclass
class Refusals:
    """Counted by why. Nothing is said at once, so that no request of a stranger writes a line; a minute after the first
    one says how many there were."""

    #: How many were refused since the last line, by why.
    counts: Counter[str] = field(default_factory=Counter)
    _timer: asyncio.TimerHandle | None = None

    def count(self, why: str) -> None:
        """One more was refused."""
        self.counts[why] += 1
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS, self.say)

    def refuse(self, why: str, status: int) -> web.Response:
        """Count one, and the answer to it, behind which nothing more is read."""
        self.count(why)
        answer = web.Response(status=status)
        answer.force_close()
        return answer

    def say(self) -> None:
        """Say how many were refused since the last time, if any were."""
        self.close()
        if self.counts:
            log.warning("requests refused", **{why: self.counts[why] for why in sorted(self.counts)})
            self.counts.clear()

    def close(self) -> None:
        """Wait no longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
