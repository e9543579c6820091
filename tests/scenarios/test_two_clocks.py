"""Two replicas on machines whose clocks are half a minute apart: what falls due is said once, and in time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import Vigie
from bot.desk.now import Now
from bot.server.settings import Settings
from tests.fakes.other_slack import SECRET, USUAL, OtherSlack, Team, other_slack
from tests.waiting import becomes

TEAM, DESK = "T0ACME", "CDESK0001"
APART = timedelta(seconds=30)
SECOND = timedelta(seconds=1)

TICKETS, WARNED_AFTER = 3, timedelta(minutes=10)

pytestmark = pytest.mark.slow


@pytest.fixture
async def slack() -> AsyncIterator[OtherSlack]:
    """A chat."""
    async with other_slack(USUAL) as running, aiohttp.ClientSession() as session:
        running.add(Team(TEAM, "xoxb-1"))
        running.session = session
        yield running


@pytest.fixture
async def replicas(slack: OtherSlack, postgres_database: str) -> AsyncIterator[list[Vigie]]:
    """One whose machine's clock is right, and one whose is ahead."""
    settings = Settings(
        VIGIE_DATABASE_URL=postgres_database, VIGIE_PORT=0, VIGIE_CHANNEL=DESK, SLACK_API_URL=f"{slack.url}api/",
        SLACK_BOT_TOKEN=SecretStr("xoxb-1"), SLACK_SIGNING_SECRET=SecretStr(SECRET),
    )  # fmt: skip
    async with AsyncExitStack() as closing:
        found = [Vigie(settings), Vigie(settings, now=Now(machine=lambda: datetime.now(UTC) + APART))]
        for each in found:
            await each.start()
            closing.push_async_callback(each.stop)
        slack.slow = 0.3  # so that what one is sending the other may find
        yield found


async def at_rest(slack: OtherSlack, replicas: list[Vigie], posts: int) -> None:
    """Wait until so much stands in the channel, and nothing is on its way."""

    def is_quiet() -> bool:
        runners = [each.runner for each in replicas]
        return all(runner is not None and runner.is_idle for runner in runners)

    await becomes(lambda: len(slack.posted) >= posts and is_quiet(), True)
    await asyncio.sleep(2 * slack.slow)  # somebody else may still have had it in hand
    await becomes(is_quiet, True)


def said(slack: OtherSlack) -> Counter[str]:
    """What was posted, up to the first instant in it, and how often."""
    return Counter(str(message["text"]).split(" <!date")[0] for message in slack.posted.values())


async def test_half_a_minute_apart_nothing_is_doubled_early_or_lost(slack: OtherSlack, replicas: list[Vigie]) -> None:
    opened: list[datetime] = []
    for number in range(TICKETS):
        slack.events_url = f"{replicas[number % 2].address}/slack/events"
        opened.append(datetime.now(UTC))
        status, answer = await slack.command(TEAM, "UANA", f"new sev1 Trouble {number}", DESK)
        assert status == 200, answer
    await at_rest(slack, replicas, 2 * TICKETS)  # a card, and whom it falls to
    cards = {ts for (_, _, ts), message in slack.posted.items() if "thread_ts" not in message}
    assert len(cards) == TICKETS
    moved = WARNED_AFTER - 2 * SECOND - (datetime.now(UTC) - opened[0])
    for each in replicas:
        each.now.move(moved)
        assert each.runner is not None
        each.runner.nudge()
    await at_rest(slack, replicas, 3 * TICKETS)
    assert set(said(slack).values()) == {1}, said(slack)
    for number, began in enumerate(opened):
        (warned,) = [
            datetime.fromtimestamp(int(float(ts)), UTC) + moved
            for (_, _, ts), message in slack.posted.items()
            if f"Response of #{number + 1} Trouble" in message["text"]
        ]
        assert warned >= began + WARNED_AFTER - 2 * SECOND, "both are kept to the second"
