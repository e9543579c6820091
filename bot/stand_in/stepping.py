"""Moving the workspace's time forward: through every due instant, or in one leap."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

from bot.stand_in.ground import Ground
from bot.stand_in.shapes import Json

PATIENCE = 14.0
LAST_WORD = 1.0  # so much longer for what is told whoever was given up on
SMALLEST = 0.001
PAUSES = (0.002, 0.005, 0.01, 0.02, 0.05)
_SILENT = "the bot does not answer: "


async def advance(ground: Ground, minutes: float, *, jump: bool) -> Json:
    """Moves time on by `minutes`. Each due instant of the bot and each retry is run at its own instant.

    With `jump` time leaps there at once, as after an outage. Answers when nothing is due any more, 15 s at most; the
    time is moved even if the bot does not answer, and is the same for both if it listens at all.
    """
    async with ground.stepping:
        give_up = time.monotonic() + PATIENCE
        target = ground.now.seconds() + minutes * 60
        try:
            if jump:
                ground.move_to(target)
                await _tell(ground, give_up)
                await _run_retries(ground)
                return _now(ground)
            if not await _step(ground, target, give_up):
                await _leave_behind(ground, target)
                return _now(ground) | {"ok": False, "error": "the bot is still busy after 15 s"}
        except (ConnectionError, TimeoutError) as error:
            await _leave_behind(ground, target)
            reason = str(error) or "no answer in time"
            return _now(ground) | {"ok": False, "error": _SILENT + reason}
        return _now(ground)


async def _step(ground: Ground, target: float, give_up: float) -> bool:
    """Walks to `target`; whether the bot came to rest there in time."""
    pauses = 0
    last = 0.0
    while True:
        # First what people did: the bot has all of it on record then, and rests only once nothing more has come.
        sent = await _run_retries(ground)
        attempts = _attempts(ground)
        answer = await _tell(ground, give_up)
        came = _attempts(ground) > attempts
        present = ground.now.seconds()
        due = _next(ground, answer)
        arrived = present >= target
        # What is kept for later (a rate limit, a retry) is no reason to stand still on the way; what is under way is.
        busy = not answer.get("idle", True) and (arrived or due is None)
        if time.monotonic() >= give_up:
            return False
        if came:
            pauses = await _pause(pauses)
        elif due is not None and present < due <= target:
            # The same instant again means that being there changed nothing: go past it, however little.
            ground.move_to(max(due, last + SMALLEST))
            last = max(due, last + SMALLEST)
            pauses = 0
        elif (due is not None and due <= present) or busy or sent:
            pauses = await _pause(pauses)
        elif arrived:
            return True
        else:
            ground.move_to(target)


async def _leave_behind(ground: Ground, target: float) -> None:
    """Moves to `target` without waiting for the bot any longer. It is told: else it would take what people do next for
    something of an earlier time."""
    ground.move_to(target)
    with suppress(ConnectionError, TimeoutError):
        await _tell(ground, time.monotonic() + LAST_WORD)


async def _pause(pauses: int) -> int:
    """A moment, the longer the more there were; how many there are now."""
    await asyncio.sleep(PAUSES[min(pauses, len(PAUSES) - 1)])
    return pauses + 1


async def _tell(ground: Ground, give_up: float) -> Json:
    answers = await ground.ask_all("now", {"offset": ground.now.offset}, give_up - time.monotonic())
    for answer in answers:
        if answer.get("ok") is False:
            raise ConnectionError(str(answer.get("error")))
    dues = [answer["next_due"] for answer in answers if isinstance(answer.get("next_due"), str)]
    return {"next_due": min(dues, key=_instant_of, default=None), "idle": all(a.get("idle", True) for a in answers)}


async def _run_retries(ground: Ground) -> int:
    sent = 0
    for queue in ground.queues:
        sent += await queue.run_due()
    for queue in ground.queues:
        await queue.settle()
    return sent


def _attempts(ground: Ground) -> int:
    return sum(queue.attempts for queue in ground.queues)


def _next(ground: Ground, answer: Json) -> float | None:
    """The earliest instant at which the bot or a retry has something to do."""
    found = (_instant(answer.get("next_due")), *(queue.next_due() for queue in ground.queues))
    return min((one for one in found if one is not None), default=None)


def _instant(told: Any) -> float | None:
    return _instant_of(told) if isinstance(told, str) else None


def _instant_of(told: str) -> float:
    return datetime.fromisoformat(told).timestamp()


def _now(ground: Ground) -> Json:
    return {"ok": True, "now": ground.now.iso()}
