"""Until when somebody waits for an answer: a transaction of theirs that cannot begin by then is not begun at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import TypeVar

from storage.errors import DatabaseBusyError

Answer = TypeVar("Answer")


class _Waiting:
    """Somebody who waits."""

    def __init__(self, until: float) -> None:
        self.until: float | None = until


_WHO: ContextVar[_Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def waiting(seconds: float) -> Iterator[None]:
    """Meanwhile somebody waits for so many seconds. What is begun beside it and goes on afterwards has the time that it
    needs."""
    who = _Waiting(monotonic() + seconds)
    token = _WHO.set(who)
    try:
        yield
    finally:
        who.until = None
        _WHO.reset(token)


async def in_time(future: Future[Answer]) -> Answer:
    """The answer of a transaction. Raises DatabaseBusyError where it could not begin while somebody waited: then it
    never does."""
    who = _WHO.get()
    if who is None or who.until is None:
        return await asyncio.wrap_future(future)
    given_up = False

    def give_up() -> None:
        nonlocal given_up
        given_up = future.cancel()  # False: it is under way, and will be answered

    timer = asyncio.get_running_loop().call_later(max(0.0, who.until - monotonic()), give_up)
    try:
        return await asyncio.wrap_future(future)
    except asyncio.CancelledError:
        if given_up:
            raise DatabaseBusyError("every connection to the database is in use") from None
        raise
    finally:
        timer.cancel()
