"""Time steps back, as after a reset of the workspace, or is moved on by hand, or the machine's clock is set: nobody is
left in silence, told twice, or told that nobody looks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.app import Vigie
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


TEN_MINUTES = timedelta(minutes=10)


def set_clock(vigie: Vigie, by: timedelta) -> None:
    """The clock of the machine is set to so much more than is right, while Vigie runs there."""
    vigie.now.machine = lambda: datetime.now(UTC) + by


async def told(chat: Chat, words: str) -> int:
    """How often these words were said in the desk's channel."""
    await chat.settled()
    return sum(words in everything(each) for each in await chat.messages(ENGINEER) if each.is_ours)


async def test_a_machines_clock_is_set_forward_and_back_again_and_everything_is_said_once(
    chat: Chat, vigie: Vigie, database_url: str
) -> None:
    """On PostgreSQL it is said when it is due: there the machine's clock is nobody's."""
    by_machine = database_url.startswith("sqlite")
    await chat.command(ENGINEER, "new sev1 Link down")
    await chat.card()
    set_clock(vigie, TEN_MINUTES)
    assert await told(chat, "Response of #1") == (1 if by_machine else 0)
    set_clock(vigie, timedelta(0))
    assert await told(chat, "Response of #1") == (1 if by_machine else 0)
    await chat.command(ENGINEER, "new sev1 Disk full")
    assert "Disk full" in everything(await chat.card(2)), "nobody waits for the old time to come round again"
    await chat.advance(11)
    for number in (1, 2):
        assert await told(chat, f"Response of #{number} ") == 1
    await chat.advance(6)
    for number, title in ((1, "Link down"), (2, "Disk full")):
        assert await told(chat, f"Response of #{number} {title} is due") == 1
        assert await told(chat, f"Response of #{number} {title} is breached") == 1
