"""Pages that were just rendered: several who look at the same get the same."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from time import monotonic
from typing import Any

MOST = 64
SECONDS = 1.0


class Kept:
    """For some seconds, and never longer than until something is known to have changed. Whoever asks while it is being
    made waits for that."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, tuple[float, str]] = OrderedDict()
        self._making: dict[tuple[int, Hashable], asyncio.Task[str]] = {}
        self._times_forgotten = 0

    async def get(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, str]]) -> str:
        """What was made for that just now, else made now."""
        at, page = self._pages.get(key, (float("-inf"), ""))
        if monotonic() - at <= SECONDS:
            return page
        now = (self._times_forgotten, key)
        making = self._making.get(now)
        if making is None:
            making = self._making[now] = asyncio.create_task(make())
            making.add_done_callback(partial(self._made, now))
        return await asyncio.shield(making)  # whoever goes away stops it for nobody else

    def forget(self) -> None:
        """Something changed: nobody gets what was before."""
        self._times_forgotten += 1
        self._pages.clear()

    def _made(self, now: tuple[int, Hashable], making: asyncio.Task[str]) -> None:
        del self._making[now]
        before, key = now
        if making.cancelled() or making.exception() is not None or before != self._times_forgotten:
            return  # it may show what was before that
        self._pages[key] = (monotonic(), making.result())
        self._pages.move_to_end(key)
        while len(self._pages) > MOST:
            self._pages.popitem(last=False)
