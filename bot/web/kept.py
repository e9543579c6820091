"""Pages that were just rendered: several who look at the same get the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic

MOST = 64
SECONDS = 1.0


class Kept:
    """For some seconds, and never longer than until something is known to have changed."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, tuple[float, str]] = OrderedDict()
        self._times_forgotten = 0

    async def get(self, key: Hashable, make: Callable[[], Awaitable[str]]) -> str:
        """What was made for that just now, else made now."""
        at, page = self._pages.get(key, (float("-inf"), ""))
        if monotonic() - at <= SECONDS:
            return page
        before = self._times_forgotten
        page = await make()
        if before == self._times_forgotten:  # else it may show what was before that
            self._pages[key] = (monotonic(), page)
            self._pages.move_to_end(key)
            while len(self._pages) > MOST:
                self._pages.popitem(last=False)
        return page

    def forget(self) -> None:
        """Something changed: nobody gets what was before."""
        self._times_forgotten += 1
        self._pages.clear()
