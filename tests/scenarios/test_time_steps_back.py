"""Time steps back, as after a reset of the workspace or a correction of the clock, or is moved on by hand: nobody is
left in silence, or told that nobody looks."""

from __future__ import annotations

import asyncio

from tests.scenarios.chat import ENGINEER, Chat
from tests.scenarios.seen import everything


async def test_after_a_reset_the_channel_that_was_just_posted_to_is_not_mute(chat: Chat) -> None:
    await chat.advance(60)
    await chat.command(ENGINEER, "new sev3 before")
    await chat.settled()
    assert (await chat.post("reset"))["ok"]
    await chat.command(ENGINEER, "new sev1 after reset")
    assert "after reset" in everything(await chat.card())


async def test_where_time_is_moved_by_hand_health_says_that_all_is_well(chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev3 A light blinks")
    said = ""
    for minutes in (30, 60):
        await chat.advance(minutes)
        said = await chat.command(ENGINEER, "health")
        assert "nothing since" not in said, said
        for _ in range(50):
            if "last check" in said:
                break
            await asyncio.sleep(0.1)
            said = await chat.command(ENGINEER, "health")
    assert "last check" in said, said
