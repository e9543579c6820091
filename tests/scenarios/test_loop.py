"""No handler holds the loop: whoever else acts at that moment waits for nobody's reading, folding or drawing.

The one test here that takes the time: of each callback of the loop, less what its thread waited for a processor, so
that a machine which is busy with something else is no handler's fault.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.chat import CUSTOMER, ENGINEER, MANAGER, Chat, say

LONGEST = 0.02
TRIES = 3

Act = Callable[[Chat, int], Awaitable[Any]]


async def form(chat: Chat, verb: str, **answers: str) -> None:
    await chat.press(ENGINEER, await chat.card(), verb)
    await chat.submit(ENGINEER, **answers)


ACTS: dict[str, Act] = {
    "new": lambda chat, n: chat.command(ENGINEER, f"new sev2 Link {n} down in Sydney"),
    "list": lambda chat, _: chat.command(ENGINEER, "list open"),
    "queue": lambda chat, _: chat.command(ENGINEER, "queue"),
    "show": lambda chat, _: chat.command(ENGINEER, "show 1"),
    "why": lambda chat, _: chat.command(ENGINEER, "why 1"),
    "what-if": lambda chat, _: chat.command(ENGINEER, "what-if 1 severity 2"),
    "help": lambda chat, _: chat.command(ENGINEER, "help"),
    "setup": lambda chat, _: chat.command(MANAGER, "setup"),
    "a promise in words": lambda chat, n: chat.command(ENGINEER, f"promise 1 in {n + 2} hours and 5 minutes"),
    "a wait in words": lambda chat, _: chat.command(ENGINEER, "wait 1 until tomorrow 9am they restart the router"),
    "update": lambda chat, n: chat.command(ENGINEER, f"update 1 Still on it {n}"),
    "a form": lambda chat, n: form(chat, "update", text=f"Found it {n}"),
    "a reaction": lambda chat, _: _reaction(chat),
    "an answer of the customer's": lambda chat, n: say(chat, CUSTOMER, f"Still down {n}", chat.customer),
    "a mention": lambda chat, n: say(chat, ENGINEER, f"@Vigie note 1 Seen {n}", chat.desk),
    "the home page": lambda chat, _: chat.post("open-home", user=MANAGER),
}  # fmt: skip


async def _reaction(chat: Chat) -> None:
    await chat.react(ENGINEER, await chat.card(), "eyes")
    await chat.react(ENGINEER, await chat.card(), "eyes", present=False)


@pytest.fixture
def slow() -> Iterator[list[str]]:
    """What the loop ran that held it for longer than LONGEST, as it happens."""
    schedule = Path("/proc/thread-self/schedstat")  # Linux says how long a thread was ready and not running
    descriptor = os.open(schedule, os.O_RDONLY) if schedule.exists() else None
    run, found = asyncio.Handle._run, []  # noqa: SLF001  the loop's own log tells wall time alone

    def queued() -> float:
        return 0.0 if descriptor is None else int(os.pread(descriptor, 100, 0).split()[1]) / 1e9

    def timed(handle: asyncio.Handle) -> None:
        began, waited = time.monotonic(), queued()
        run(handle)
        held = time.monotonic() - began - (queued() - waited)
        if held > LONGEST:
            found.append(f"{held:.3f} s: {handle!r}")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asyncio.Handle, "_run", timed)
        yield found
    if descriptor is not None:
        os.close(descriptor)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_handler_holds_the_loop(chat: Chat, slow: list[str]) -> None:
    for number in range(15):
        await chat.command(ENGINEER, f"new sev{number % 3 + 1} Something is down, number {number}")
    await chat.advance(0.3)
    asyncio.get_running_loop().call_soon(time.sleep, 2 * LONGEST)
    await asyncio.sleep(0.001)
    assert any("sleep" in each for each in slow), "whatever sleeps holds the loop"
    for name, act in ACTS.items():
        for attempt in range(TRIES):
            slow.clear()
            await act(chat, attempt)
            await chat.advance(0.3)
            if not slow:
                break
        else:
            pytest.fail(f"{name}: {slow}")
