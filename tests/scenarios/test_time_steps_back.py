"""Time steps back, as after a reset of the workspace or a correction of the clock: nobody is left in silence."""

from __future__ import annotations

from tests.scenarios.chat import ENGINEER, Chat
from tests.scenarios.seen import everything


async def test_after_a_reset_the_channel_that_was_just_posted_to_is_not_mute(chat: Chat) -> None:
    await chat.advance(60)
    await chat.command(ENGINEER, "new sev3 before")
    await chat.settled()
    assert (await chat.post("reset"))["ok"]
    await chat.command(ENGINEER, "new sev1 after reset")
    assert "after reset" in everything(await chat.card())
