"""Recording a reply to a message of ours that was not on record when it came, once it is."""

from __future__ import annotations

from datetime import datetime

from bot.commands.held_reply import KEPT_FOR, LOOK_EVERY, kept_reply, may_answer_us
from bot.commands.intake import point_out
from bot.commands.messages import hear
from bot.desk.runtime import DeskRuntime
from scheduler.sender import Drop, Result, Retry
from storage.outbox import Outgoing


async def hear_held(desk: DeskRuntime, item: Outgoing, now: datetime) -> Result:
    """Record it as of when it was written. Where it turns out to answer nothing of ours, it is pointed out to the desk
    as any other."""
    message = kept_reply(item.data)
    may_answer = await may_answer_us(desk, message)  # before the look, or it could come on record between the two
    if await hear(desk, message, now):
        return Drop("what it answers came on record, and it was heard")
    if may_answer and now - item.planned_at < KEPT_FOR:
        return Retry(now + LOOK_EVERY, "what it answers may not be on record yet", counts=False)
    await point_out(desk, message, now)
    return Drop("it answers nothing of ours")
