"""The clocks of a desk's country change over a weekend: what was planned on Friday is said on Monday at the right
instant, once, in Paris and in New York, in spring and in autumn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import Vigie
from bot.server.settings import Settings
from tests.scenarios.chat import ENGINEER, Chat
from tests.scenarios.seen import Message, everything
from tests.waiting import LONGEST_SECONDS

PARIS, NEW_YORK = "Europe/Paris", "America/New_York"
HOUR, SECOND, SOON = timedelta(hours=1), timedelta(seconds=1), timedelta(seconds=15)
#: The Friday before, how long the weekend then is from Friday 15:00 to Monday 11:00 on the clocks there, and on which
#: engine that is tried.
CHANGES = {
    "Paris in spring": (PARIS, "2026-03-27", 67, "sqlite"),
    "Paris in autumn": (PARIS, "2026-10-23", 69, "postgresql"),
    "New York in spring": (NEW_YORK, "2026-03-06", 67, "postgresql"),
    "New York in autumn": (NEW_YORK, "2026-10-30", 69, "sqlite"),
}
POLICY = """
desks: {{support: {{timezone: {zone}}}}}
people: {{{ana}: {{hours: {{mon-fri: "09:00-17:00"}}, timezone: {zone}}}}}
targets:
  2: {{response: none, update: none, restore: 66h}}
  3: {{response: none, update: none, restore: 4 business hours}}
lead_times: {{restore: {{2: [2h], 3: [30m]}}}}
"""


def three_on_friday(day: str, zone: str) -> datetime:
    """By the clocks there."""
    return datetime.fromisoformat(f"{day} 15:00").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


TOLD = [
    pytest.param(
        zone, three_on_friday(day, zone), hours * HOUR, engine, id=change,
        marks=() if change == "Paris in spring" else pytest.mark.slow,
    )
    for change, (zone, day, hours, engine) in CHANGES.items()
]  # fmt: skip


@pytest.fixture
async def vigie(
    zone: str, database_url: str, sockets: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Vigie]:
    """That of a desk there, at which Ana works from nine to five."""
    monkeypatch.chdir(tmp_path)
    policy = tmp_path / "policy.yml"
    policy.write_text(POLICY.format(zone=zone, ana=ENGINEER), encoding="utf-8")
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_POLICY=policy, **sockets)
    running = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=("slack",))
    await running.start()
    yield running
    await running.stop()


def when(found: list[Message], words: str) -> datetime:
    """When that was said, the one time that it was."""
    (said,) = [each.at for each in found if each.is_ours and words in everything(each)]
    return said


@pytest.mark.parametrize(("zone", "begins", "weekend", "database_url"), TOLD, indirect=["database_url"])
async def test_over_a_change_of_clock_all_is_said_at_the_right_instant(
    chat: Chat, zone: str, weekend: timedelta
) -> None:
    opened = datetime.fromisoformat((await chat.get("state"))["now"])
    for words in ("new sev2 Link down", "take 1", "new sev3 Odd lamp", "take 2"):
        await chat.command(ENGINEER, words)
    monday = opened + weekend
    assert monday.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") == "Mon 11:00", "by the clocks there"
    await chat.advance((weekend + 6 * HOUR) / timedelta(minutes=1))
    desk, alone = await chat.messages(ENGINEER), await chat.written_to(ENGINEER)
    for said, due in {
        f"Last call. <@{ENGINEER}>: Restore of #1": opened + 64 * HOUR,
        "Restore of #1 Link down is breached": opened + 66 * HOUR,
        f"Last call. <@{ENGINEER}>: Restore of #2": monday - HOUR / 2,
        "Restore of #2 Odd lamp is breached": monday,
    }.items():
        assert -SECOND < when(desk, said) - due <= SOON, "messages are dated to the second"
    ends = [each.at.astimezone(ZoneInfo(zone)) for each in alone if "Your shift ends" in everything(each)]
    assert [f"{each:%a %H:%M}" for each in ends] == ["Fri 16:30", "Mon 16:30"]
