"""Moving the workspace's time forward: through every due instant, or in one leap."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any

from bot.slack_emulator.shapes import Json
from bot.slack_emulator.workspace import Workspace

PATIENCE = 15.0
SMALLEST = 0.001
PAUSES = (0.002, 0.005, 0.01, 0.02, 0.05)
_SILENT = "the bot does not answer: "


async def advance(workspace: Workspace, minutes: float, *, jump: bool) -> Json:
    """Moves time on by `minutes`. Each due instant of the bot and each retry is run at its own instant.

    With `jump` time leaps there at once, as after an outage. Answers when nothing is due any more, 15 s at most; the
    time is moved even if the bot does not answer.
    """
    async with workspace.stepping:
        give_up = time.monotonic() + PATIENCE
        target = workspace.now.seconds() + minutes * 60
        try:
            if jump:
                workspace.move_to(target)
                await _tell(workspace, give_up)
                await _run_retries(workspace)
                return _now(workspace)
            if not await _step(workspace, target, give_up):
                return _now(workspace) | {"ok": False, "error": "the bot is still busy after 15 s"}
        except (ConnectionError, TimeoutError) as error:
            workspace.move_to(target)
            reason = str(error) or "no answer in time"
            return _now(workspace) | {"ok": False, "error": _SILENT + reason}
        return _now(workspace)


async def _step(workspace: Workspace, target: float, give_up: float) -> bool:
    """Walks to `target`; whether the bot came to rest there in time."""
    pauses = 0
    last = 0.0
    while True:
        # First what people did: the bot has all of it on record then, and rests only once nothing more has come.
        sent = await _run_retries(workspace)
        attempts = workspace.outgoing.attempts
        answer = await _tell(workspace, give_up)
        came = workspace.outgoing.attempts > attempts
        present = workspace.now.seconds()
        due = _next(workspace, answer)
        arrived = present >= target
        # What is kept for later (a rate limit, a retry) is no reason to stand still on the way; what is under way is.
        busy = not answer.get("idle", True) and (arrived or due is None)
        if time.monotonic() >= give_up:
            workspace.move_to(target)
            return False
        if came:
            pauses = await _pause(pauses)
        elif due is not None and present < due <= target:
            # The same instant again means that being there changed nothing: go past it, however little.
            workspace.move_to(max(due, last + SMALLEST))
            last = max(due, last + SMALLEST)
            pauses = 0
        elif (due is not None and due <= present) or busy or sent:
            pauses = await _pause(pauses)
        elif arrived:
            return True
        else:
            workspace.move_to(target)


async def _pause(pauses: int) -> int:
    """A moment, the longer the more there were; how many there are now."""
    await asyncio.sleep(PAUSES[min(pauses, len(PAUSES) - 1)])
    return pauses + 1


async def _tell(workspace: Workspace, give_up: float) -> Json:
    if workspace.bot_url is None:
        return {"next_due": None, "idle": True}
    answer = await workspace.delivery.ask(
        f"{workspace.bot_url}/now", {"offset": workspace.now.offset}, give_up - time.monotonic()
    )
    if answer.get("ok") is False:
        raise ConnectionError(str(answer.get("error")))
    return answer


async def _run_retries(workspace: Workspace) -> int:
    sent = await workspace.outgoing.run_due()
    await workspace.outgoing.settle()
    return sent


def _next(workspace: Workspace, answer: Json) -> float | None:
    """The earliest instant at which the bot or a retry has something to do."""
    found = (_instant(answer.get("next_due")), workspace.outgoing.next_due())
    return min((one for one in found if one is not None), default=None)


def _instant(told: Any) -> float | None:
    return datetime.fromisoformat(told).timestamp() if isinstance(told, str) else None


def _now(workspace: Workspace) -> Json:
    return {"ok": True, "now": workspace.now.iso()}
