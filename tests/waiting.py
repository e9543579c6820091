"""Waiting for a state instead of for a time: how soon it comes is another matter, on a busy machine above all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
LONGEST_SECONDS = 30.0  # long enough for any machine; only a failing test waits for all of it


async def becomes(read: Callable[[], Value], wanted: Value) -> None:
    """Wait until `read()` answers `wanted`; AssertionError, with what it answered last, when it never does."""
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            while read() != wanted:  # noqa: ASYNC110  what is read rings no bell
                await asyncio.sleep(0.005)
    except TimeoutError:
        assert read() == wanted
