"""Quiet hours that somebody has, whatever the time is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.scenarios.chat import Chat


async def be_quiet(chat: Chat, person: str) -> None:
    """It is quiet from two hours ago until late tomorrow, in that person's own zone."""
    state = await chat.look_around()
    zone = next(each["tz"] for each in state["users"] if f"{chat.platform}:{each['id']}" == chat.key(person))
    hour = datetime.fromisoformat(state["now"]).astimezone(ZoneInfo(zone)).hour
    await chat.command(person, f"quiet {(hour - 2) % 24}:00-{(hour + 20) % 24}:00")
