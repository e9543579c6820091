"""No handler holds the loop: whoever else acts at that moment waits for nobody's reading, folding or drawing.

The loop itself says when it is held: the one test here that takes the time. The best of a few tries counts, so that a
machine which is busy with something else is no handler's fault.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_handler_holds_the_loop(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.get_running_loop()
    for number in range(15):
        await chat.command(ENGINEER, f"new sev{number % 3 + 1} Something is down, number {number}")
    await chat.advance(0.3)
    caplog.set_level(logging.WARNING, logger="asyncio")
    loop.slow_callback_duration = LONGEST
    loop.set_debug(True)
    try:
        loop.call_soon(time.sleep, 2 * LONGEST)
        await asyncio.sleep(0.001)
        assert slow(caplog), "the loop itself says when it is held"
        for name, act in ACTS.items():
            for attempt in range(TRIES):
                caplog.clear()
                await act(chat, attempt)
                await chat.advance(0.3)
                if not slow(caplog):
                    break
            else:
                pytest.fail(f"{name}: {slow(caplog)}")
    finally:
        loop.set_debug(False)


def slow(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the loop said of callbacks that took long."""
    return [record.getMessage() for record in caplog.records if record.name == "asyncio" and "took" in record.msg]
