"""Teams' limits: so many messages in so many seconds for each thread, so many looks at a roster, so many reactions."""

from __future__ import annotations

from collections import deque

#: Pairs of seconds and how many calls there may be in them: messages, looks at who is there, reactions.
PER_THREAD = ((1.0, 7), (2.0, 8), (30.0, 60), (3600.0, 1800))
ROSTERS = ((1.0, 14), (2.0, 16), (30.0, 120), (3600.0, 3600))
REACTIONS = ((1.0, 2),)


class Limit:
    """What was asked for lately, by thread, in the workspace's time."""

    def __init__(self, limits: tuple[tuple[float, int], ...]) -> None:
        self._limits = limits
        self._sent: dict[str, deque[float]] = {}

    def wait(self, thread: str, now: float) -> float:
        """Counts one call. 0 when it may be made, else the seconds after which it may (nothing is counted)."""
        sent = self._sent.setdefault(thread, deque(maxlen=max(most for _, most in self._limits)))
        found = 0.0
        for within, most in self._limits:
            lately = [at for at in sent if now - within < at <= now]
            if len(lately) >= most:
                found = max(found, lately[-most] + within - now)
        if found <= 0:
            sent.append(now)
        return max(0.0, found)

    def clear(self) -> None:
        """Every thread is rested."""
        self._sent.clear()
