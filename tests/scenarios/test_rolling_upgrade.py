"""The release before and this one side by side on one database, while one replaces the other."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.chaos.stage import Program
from tests.earlier import code_of_before
from tests.fakes.other_slack import SECRET, USUAL, OtherSlack, Team, other_slack
from tests.postgres import PostgresServer
from tests.scenarios.test_on_one_machine import cards
from tests.waiting import LONGEST_SECONDS

TEAM, DESK = "T0ACME", "CDESK0001"

pytestmark = [pytest.mark.slow, pytest.mark.long]


async def says(slack: OtherSlack, process: Program, text: str) -> str:
    """Type that where this process hears it; what it answers."""
    slack.events_url = f"{process.address}/slack/events"
    status, answer = await slack.command(TEAM, "UANA", text, DESK)
    assert status == 200
    return str(answer)


async def test_old_and_new_work_side_by_side_and_the_old_one_does_not_start_again(tmp_path: Path) -> None:
    try:
        code_of_before(tmp_path / "before")
    except LookupError as error:
        pytest.skip(str(error))
    with PostgresServer() as server:
        async with other_slack(USUAL) as slack:
            slack.add(Team(TEAM, "xoxb-1"))
            settings = {
                "VIGIE_DATABASE_URL": server.url, "VIGIE_CHANNEL": DESK, "SLACK_API_URL": f"{slack.url}api/",
                "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SECRET,
            }  # fmt: skip
            old = Program(tmp_path, "old", "run", **settings, PYTHONPATH=str(tmp_path / "before"))
            new = Program(tmp_path, "new", "run", **settings)
            try:
                await old.start()
                assert "#1" in await says(slack, old, "new sev3 Before")
                await new.start()  # it brings the database up to date while the other works
                assert "#2" in await says(slack, new, "new sev3 New")
                assert "#3" in await says(slack, old, "new sev3 Old")
                for process, others in ((new, 3), (old, 2)):
                    assert "is yours" in await says(slack, process, f"take {others}")
                    assert "was given" in await says(slack, process, f"update {others} We are on it")
                await slack.until(lambda: set(cards(slack)) == {1, 2, 3}, LONGEST_SECONDS)
                await new.end(signal.SIGTERM)
                assert "#4" in await says(slack, old, "new sev3 Without the new one")
                await slack.until(lambda: set(cards(slack)) == {1, 2, 3, 4}, LONGEST_SECONDS)
                assert set(cards(slack).values()) == {1}
                await old.end(signal.SIGTERM)
                with pytest.raises(RuntimeError, match="newer Vigie"):
                    await old.start()
            finally:
                await asyncio.gather(old.end(), new.end())
