"""The clock of a machine is wrong, or is set while Vigie runs there: what falls due is said once, and in time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from socket import gethostname

import aiohttp
import psycopg
import pytest
from pydantic import SecretStr

from bot import app
from bot.app import Vigie
from bot.desk.now import Now
from bot.server.settings import Settings
from tests.fakes.other_slack import SECRET, USUAL, OtherSlack, Team, other_slack
from tests.waiting import becomes

TEAM, DESK = "T0ACME", "CDESK0001"
APART = timedelta(seconds=30)
SECOND = timedelta(seconds=1)

TEN_MINUTES = timedelta(minutes=10)
TICKETS, WARNED_AFTER = 3, TEN_MINUTES


@pytest.fixture
async def slack() -> AsyncIterator[OtherSlack]:
    """A chat."""
    async with other_slack(USUAL) as running, aiohttp.ClientSession() as session:
        running.add(Team(TEAM, "xoxb-1"))
        running.session = session
        yield running


def settings(slack: OtherSlack, url: str) -> Settings:
    """Of a bot that is connected to it, by its database."""
    return Settings(
        VIGIE_DATABASE_URL=url, VIGIE_PORT=0, VIGIE_CHANNEL=DESK, SLACK_API_URL=f"{slack.url}api/",
        SLACK_BOT_TOKEN=SecretStr("xoxb-1"), SLACK_SIGNING_SECRET=SecretStr(SECRET),
    )  # fmt: skip


@pytest.fixture
async def replicas(slack: OtherSlack, postgres_database: str) -> AsyncIterator[list[Vigie]]:
    """One whose machine's clock is right, and one whose is ahead."""
    ours = settings(slack, postgres_database)
    async with AsyncExitStack() as closing:
        found = [Vigie(ours), Vigie(ours, now=Now(machine=lambda: datetime.now(UTC) + APART))]
        for each in found:
            await each.start()
            closing.push_async_callback(each.stop)
        slack.slow = 0.3  # so that what one is sending the other may find
        yield found


async def type_command(slack: OtherSlack, text: str) -> None:
    """Somebody types that."""
    status, answer = await slack.command(TEAM, "UANA", text, DESK)
    assert status == 200, answer


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


@pytest.mark.slow
@pytest.mark.long
async def test_half_a_minute_apart_nothing_is_doubled_early_or_lost(slack: OtherSlack, replicas: list[Vigie]) -> None:
    opened: list[datetime] = []
    for number in range(TICKETS):
        slack.events_url = f"{replicas[number % 2].address}/slack/events"
        opened.append(datetime.now(UTC))
        await type_command(slack, f"new sev1 Trouble {number}")
    await at_rest(slack, replicas, 2 * TICKETS)  # a card, and whom it falls to
    _, health = await slack.command(TEAM, "UANA", "health", DESK)
    assert f"The clock of the machine {gethostname()} is 30 seconds ahead of the database's" in str(health)
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


@pytest.mark.parametrize(
    "step", [pytest.param(TEN_MINUTES, marks=pytest.mark.slow), -TEN_MINUTES], ids=["forward", "back"]
)
async def test_it_is_set_while_something_is_on_its_way_and_that_comes_soon_and_once(
    slack: OtherSlack, database_url: str, step: timedelta
) -> None:
    vigie = Vigie(settings(slack, database_url))
    await vigie.start()
    slack.events_url, slack.slow = f"{vigie.address}/slack/events", 0.1
    try:
        await type_command(slack, "new sev3 Link down")
        await becomes(lambda: len(slack.posted), 1)
        slack.refusing["chat.postMessage"] = "ratelimited"
        await type_command(slack, "escalate 1 impact has grown")
        await becomes(lambda: len(slack.asked("chat.postMessage")) > 1, True)
        slack.refusing.clear()
        await type_command(slack, "new sev3 Disk full")  # its card waits as well, or is just being posted
        vigie.now.machine = lambda: datetime.now(UTC) + step
        assert vigie.runner is not None
        vigie.runner.nudge()  # as the sweep does
        await type_command(slack, "new sev3 Fan broken")
        await at_rest(slack, [vigie], 4)
    finally:
        await vigie.stop()
    found = " ".join(said(slack))
    assert sorted(said(slack).values()) == [1, 1, 1, 1]
    assert all(words in found for words in ("#1 Link down - ", "#1 Link down was escalated", "#2 Disk full", "#3 Fan"))


@pytest.mark.slow
async def test_a_server_that_shows_another_time_is_followed_as_soon_as_it_is_reached(
    slack: OtherSlack, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "TIME_EVERY", timedelta(hours=1))
    vigie = Vigie(settings(slack, postgres_database))
    await vigie.start()
    try:
        seconds = vigie.now.steady
        vigie.now.steady = lambda: seconds() + 40  # as if that server's clock were so much behind
        assert vigie.now() - datetime.now(UTC) > 39 * SECOND
        with psycopg.connect(postgres_database, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' "
                "AND datname = current_database()"
            )
        await becomes(lambda: abs(vigie.now() - datetime.now(UTC)) < SECOND, True)
    finally:
        await vigie.stop()
