"""Slack's limits: about one message a second per channel, after a burst; and so many calls a minute of a method."""

from __future__ import annotations

BURST = 10
# Calls a minute of what an app does by itself, by its tier; what answers a person at once is not counted here.
TIERS = {
    "chat.update": 50, "chat.delete": 50, "conversations.open": 50, "chat.postEphemeral": 100, "views.publish": 100,
}  # fmt: skip


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


class MethodLimit:
    """A bucket per method that holds a minute's calls and fills by as many in a minute of the workspace's time."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, method: str, now: float) -> float:
        """Counts one call. 0 when it may be made, else the seconds after which it may (nothing is counted)."""
        if method not in TIERS:
            return 0
        most = float(TIERS[method])
        level, then = self._buckets.get(method, (most, now))
        level = min(most, level + max(0.0, now - then) * most / 60)
        if level < 1:
            self._buckets[method] = (level, now)
            return (1 - level) * 60 / most
        self._buckets[method] = (level - 1, now)
        return 0

    def clear(self) -> None:
        """Every method is rested."""
        self._buckets.clear()
