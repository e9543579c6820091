"""So many requests at once, and so many more a second: whoever asks for more is told to come back later."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Bucket:
    """What one caller has left."""

    #: How many may come at once.
    most: float
    #: Within how many seconds as many more may.
    within: float
    _left: float = field(init=False)
    _at: float = 0.0

    def __post_init__(self) -> None:
        self._left = self.most

    def is_full(self, now: float) -> bool:
        """Whether nothing is missing by then."""
        return self._left + (now - self._at) * self.most / self.within >= self.most

    def take(self, now: float) -> bool:
        """Whether one more may come in. `now`: a time that never goes back, in seconds."""
        self._left = min(self.most, self._left + (now - self._at) * self.most / self.within)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
