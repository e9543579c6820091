"""In which order Slack said what it says of people and channels: an older answer never replaces a newer one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Order:
    """Numbers what is asked and heard, by when it was asked or heard, as long as anything of it is underway."""

    def __init__(self) -> None:
        self._last = 0
        self._underway = 0
        self._kept: dict[str, int] = {}  # the number of what was last kept, by the key of what it is about

    @contextmanager
    def underway(self) -> Iterator[None]:
        """Around asking, or hearing, until it is kept. When nothing is underway there is nothing older to come."""
        self._underway += 1
        try:
            yield
        finally:
            self._underway -= 1
            if not self._underway:
                self._kept.clear()

    def number(self) -> int:
        """The number of what is asked, or was heard, just now."""
        self._last += 1
        return self._last

    def takes(self, key: str, number: int) -> bool:
        """Whether nothing newer was kept of `key`. If so it is to be kept, and counts as kept from now on."""
        if number < self._kept.get(key, 0):
            return False
        self._kept[key] = number
        return True
