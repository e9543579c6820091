"""Told to stop while commands are on their way: each that was accepted is answered, over HTTP and over sockets."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from storage.database import Database
from storage.listing import list_tickets
from tests.fakes.other_slack import APP_TOKEN, SECRET, Json, OtherSlack, Team, other_slack
from tests.scenarios.test_kill import Program

TEAM = "T0ACME"
MANY = 60


@pytest.fixture(params=["http", "sockets"])
def mode(request: pytest.FixtureRequest) -> str:
    """How it is reached."""
    found: str = request.param
    return found


@pytest.fixture
def url(request: pytest.FixtureRequest, mode: str) -> str:
    """The database: PostgreSQL where it is reached by sockets."""
    found: str = request.getfixturevalue("shared_postgres" if mode == "sockets" else "sqlite_database")
    return found


@pytest.fixture
async def running(mode: str, url: str, tmp_path: Path) -> AsyncIterator[tuple[OtherSlack, Program]]:
    """The program as a process of its own, connected to a server."""
    async with other_slack() as slack:
        slack.add(Team(TEAM, "xoxb-1"))
        key = {"SLACK_APP_TOKEN": APP_TOKEN} if mode == "sockets" else {"SLACK_SIGNING_SECRET": SECRET}
        program = Program(
            tmp_path, "run", VIGIE_DATABASE_URL=url, VIGIE_PORT="0", VIGIE_CHANNEL="CDESK0001",
            SLACK_API_URL=f"{slack.url}api/", SLACK_BOT_TOKEN="xoxb-1", **key,
        )  # fmt: skip
        line = await program.start()
        assert "ready" in line, line
        slack.events_url = line.split(" on ")[1].strip() + "/slack/events"
        yield slack, program
        await program.end(signal.SIGKILL)


async def attempt(slack: OtherSlack, number: int) -> tuple[int, Json]:
    """A command; status 0 where it was not accepted any more."""
    try:
        return await slack.command(TEAM, "UANA", f"new sev1 Link {number} down", "CDESK0001")
    except aiohttp.ClientConnectorError:
        return 0, {}


async def test_every_command_that_was_accepted_is_answered_and_kept(
    running: tuple[OtherSlack, Program], url: str
) -> None:
    slack, program = running
    first = await attempt(slack, 0)
    assert "#1" in first[1]["text"]
    under_way = [asyncio.create_task(attempt(slack, number)) for number in range(1, MANY + 1)]
    await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
    assert await program.end(signal.SIGTERM) == 0
    answers = [first, *await asyncio.gather(*under_way)]
    # Sockets: what was not acknowledged (504 here) had not been taken up either.
    assert {status for status, _ in answers} <= {200, 0, 503, 504}
    told = {answer["text"].split("#")[1].split()[0].strip("*:.,") for status, answer in answers if status == 200}
    database = Database(url)
    kept = {str(row.number) for row in database.read_now(lambda session: list_tickets(session, 1, limit=1000))}
    database.close_now()
    assert told == kept
    assert len(told) > 1
