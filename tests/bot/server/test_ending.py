"""The end of a process: each part has its time, one that hangs holds up no other."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import pytest

from bot.server.ending import GONE_BY, Closing


async def test_what_hangs_is_left_and_everything_before_it_is_closed_even_so() -> None:
    closed: list[str] = []
    closing = Closing()

    async def close(what: str) -> None:
        closed.append(what)

    closing.then(lambda: close("database"))
    closing.then(asyncio.Event().wait, by=0.02)
    closing.at_once(lambda: closed.append("door"))
    await closing.close()
    assert closed == ["door", "database"]


async def test_what_fails_keeps_nothing_else_open() -> None:
    closed: list[str] = []
    closing = Closing()

    async def fail() -> None:
        raise ConnectionError

    closing.at_once(lambda: closed.append("database"))
    closing.then(fail)
    with pytest.raises(ConnectionError):
        await closing.close()
    assert closed == ["database"]


async def test_time_that_one_part_has_used_another_has_not() -> None:
    closing, left = Closing(), list[float]()
    assert closing.left(5) == 5

    async def look() -> None:
        left.append(closing.left(0.5))

    closing.then(look)
    closing.then(lambda: asyncio.sleep(0.1))
    await closing.close()
    assert left[0] <= 0.4


@pytest.mark.parametrize(("closed", "code"), [("end.closed()", 0), ("pass", 1)])
def test_a_thread_that_hangs_keeps_no_process(closed: str, code: int) -> None:
    program = f"""
import threading
from bot.server.ending import LastResort
end = LastResort(0.05)
end.begin()
{closed}
threading.Event().wait()
"""
    began = time.monotonic()
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert found.returncode == code
    assert time.monotonic() - began < 60
    assert GONE_BY < 10
