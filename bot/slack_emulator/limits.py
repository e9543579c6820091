"""Slack's posting limit: about one message a second per channel, after a burst."""

from __future__ import annotations

BURST = 10


class PostingLimit:
    """A bucket per channel that holds ten and fills by one a second of the workspace's time."""

    def __init__(self, burst: int = BURST) -> None:
        self._burst = burst
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, channel: str, now: float) -> float:
        """Takes one message out. 0 when it may be posted, else the seconds after which it may (nothing is taken)."""
        level, then = self._buckets.get(channel, (float(self._burst), now))
        level = min(float(self._burst), level + max(0.0, now - then))
        if level < 1:
            self._buckets[channel] = (level, now)
            return 1 - level
        self._buckets[channel] = (level - 1, now)
        return 0

    def clear(self) -> None:
        """Every channel is rested."""
        self._buckets.clear()
