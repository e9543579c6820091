"""A desk moves in: three hundred open tickets of another help desk come at once, and what the channel gets of that."""

from __future__ import annotations

import asyncio
import csv
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import main
from tests.scenarios.chat import ENGINEER, MANAGER, Chat
from tests.scenarios.seen import everything


def write(path: Path, begins: datetime, tickets: int, closed: int) -> None:
    """An export as Zendesk heads it: tickets of the last three weeks, some of this hour."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(["ID", "Subject", "Status", "Priority", "Type", "Created at", "Solved at", "Organization"])
        for number in range(tickets + closed):
            reported = begins - timedelta(minutes=7 + 97 * number % (21 * 24 * 60))
            solved = f"{reported + timedelta(hours=2):%Y-%m-%d %H:%M:%S} UTC" if number >= tickets else ""
            table.writerow([
                9000 + number, f"Line {number} is down", "Solved" if solved else ("Open", "Pending")[number % 2],
                ("Urgent", "High", "Normal")[number % 3], "Incident", f"{reported:%Y-%m-%d %H:%M:%S} UTC", solved,
                "Acme" if number % 5 == 0 else "",
            ])  # fmt: skip


@pytest.mark.slow
async def test_three_hundred_open_tickets_are_one_message_and_each_goes_on_when_somebody_touches_it(
    chat: Chat, begins: datetime, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    write(tmp_path / "export.csv", begins - timedelta(hours=3), 300, 60)
    assert await asyncio.to_thread(main, ["import", "tickets", "export.csv", "--yes"]) == 0
    await chat.settled()
    [told] = await chat.messages(MANAGER)
    said = everything(told)
    assert "300 open tickets came from another help desk." in said
    late = re.search(r"A deadline of \*?(\d+)\*? had passed already. First: #\d+", said)
    assert late is not None
    assert int(late[1]) > 280
    assert "60 more were closed there" in said
    assert told.get("pings") in (None, []), "nobody is notified"

    await chat.advance(45)
    posted = await chat.messages(MANAGER)
    assert len(posted) <= 9, "what falls due from now on is said, as of any ticket: of a handful it does"
    assert not any("overdue" in everything(each) for each in posted)
    assert "Line 1 is down" in await chat.command(ENGINEER, "search 9001")

    await chat.command(ENGINEER, "update 1 The carrier is on site")
    await chat.settled()
    assert "Line 0 is down" in everything(await chat.card())
    assert any("The carrier is on site" in each for each in await chat.thread(await chat.card()))
