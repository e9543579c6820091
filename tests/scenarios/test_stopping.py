"""Told to stop it is gone within ten seconds, whatever hangs, and leaves what it was doing so that nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import create_engine, text

from bot.app import Vigie
from storage.database import Database
from storage.database import database_url as address_of
from tests.conftest import absent
from tests.fakes.other_slack import APP_TOKEN, SECRET, OtherSlack, Team, other_slack
from tests.postgres import PostgresServer, PostgresUnavailableError
from tests.scenarios.test_kill import Program
from tests.waiting import LONGEST_SECONDS, becomes

TEAM, DESK = "T0ACME", "CDESK0001"
SECONDS = 10.0


@pytest.fixture
async def slack() -> AsyncIterator[OtherSlack]:
    """A server of Slack's API that is not ours."""
    async with slack_server() as server:
        yield server


@asynccontextmanager
async def slack_server() -> AsyncIterator[OtherSlack]:
    async with other_slack() as server:
        server.add(Team(TEAM, "xoxb-1"))
        yield server


async def started(slack: OtherSlack, folder: Path, url: str, **more: str) -> Program:
    """The program as a process of its own, connected to that server."""
    mode = {} if "SLACK_APP_TOKEN" in more else {"SLACK_SIGNING_SECRET": SECRET}
    program = Program(
        folder, "run", VIGIE_DATABASE_URL=url, VIGIE_PORT="0", VIGIE_CHANNEL=DESK, SLACK_API_URL=f"{slack.url}api/",
        SLACK_BOT_TOKEN="xoxb-1", **mode, **more,
    )  # fmt: skip
    line = await program.start()
    assert "ready" in line, line
    slack.events_url = line.split(" on ")[1].strip() + "/slack/events"
    return program


async def stopped(program: Program, *more: signal.Signals) -> float:
    """Tell it to stop, and once more with each of `more`; how many seconds it took."""
    assert program.process is not None
    began = time.monotonic()
    program.process.send_signal(signal.SIGTERM)
    for number in more:
        await asyncio.sleep(0.2)
        program.process.send_signal(number)
    _, said = await asyncio.wait_for(program.process.communicate(), 3 * SECONDS)
    assert program.process.returncode == 0, said.decode()[-2000:]
    return time.monotonic() - began


def rows(url: str) -> list[Any]:
    """What was to be said, past the bot."""
    engine = create_engine(address_of(url))
    with engine.connect() as connection:
        found = connection.execute(text("SELECT kind, state, unsure, lease_until FROM outbox ORDER BY id")).all()
    engine.dispose()
    return [tuple(row) for row in found]


@pytest.mark.slow
@pytest.mark.apart
async def test_a_chat_that_hangs_and_half_a_request_hold_it_up_for_less_than_ten_seconds(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Whether the chat is reached over HTTP or by sockets: both at the same time, since it takes a while."""
    await asyncio.gather(*(
        _stopped_while_the_chat_hangs(tmp_path / way, sqlite_template, **more)
        for way, more in {"http": {}, "sockets": {"SLACK_APP_TOKEN": APP_TOKEN}}.items()
    ))  # fmt: skip


async def _stopped_while_the_chat_hangs(folder: Path, template: Path, **more: str) -> None:
    shutil.copytree(template.parent, folder)
    url = f"sqlite:///{folder / template.name}"
    async with slack_server() as slack:
        program = await started(slack, folder, url, **more)
        slack.stands_still = asyncio.Event()
        assert "#1" in (await slack.command(TEAM, "UANA", "new sev1 Link down", DESK))[1]["text"]
        await becomes(lambda: "chat.postMessage" in [method for method, *_ in slack.calls], True)
        host, port = slack.events_url.split("/")[2].split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nhalf")
        await writer.drain()
        assert await stopped(program, signal.SIGTERM, signal.SIGINT) < SECONDS
        slack.stands_still.set()
        writer.close()
    # What the chat may have taken is looked for before it is said again; nothing is held by a process that is gone.
    found = rows(url)
    assert {(kind, state) for kind, state, *_ in found} >= {("card", "pending")}
    assert all(unsure for kind, _, unsure, _ in found if kind == "card")
    assert all(lease is None for *_, lease in found)


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """PostgreSQL, to be stopped."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(PostgresServer())
        except PostgresUnavailableError as error:
            absent(str(error))


@pytest.mark.slow
@pytest.mark.apart
@pytest.mark.parametrize("trouble", ["away", "hangs"])
async def test_a_database_that_is_away_or_hangs_holds_it_up_for_less_than_ten_seconds(
    slack: OtherSlack, tmp_path: Path, server: PostgresServer, trouble: str
) -> None:
    program = await started(slack, tmp_path, server.url)
    assert "#1" in (await slack.command(TEAM, "UANA", "new sev1 Link down", DESK))[1]["text"]
    await slack.until(lambda: bool(slack.posted))
    if trouble == "away":
        server.kill()
        status, said = await slack.command(TEAM, "UANA", "update 1 We are on it", DESK)
        assert (status, "nothing was changed" in said["text"]) == (200, True), said
        assert await stopped(program) < SECONDS
        return
    with server.frozen():
        asking = asyncio.create_task(slack.command(TEAM, "UANA", "update 1 We are on it", DESK))
        await asyncio.sleep(0.3)
        assert await stopped(program) < SECONDS
    with pytest.raises(aiohttp.ClientError):
        await asking  # nobody was told that it is done


async def test_it_can_be_told_to_stop_while_it_starts(tmp_path: Path, sqlite_database: str) -> None:
    async with slack_server() as slow:
        slow.stands_still = asyncio.Event()
        program = Program(
            tmp_path, "run", VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT="0", VIGIE_CHANNEL=DESK,
            SLACK_API_URL=f"{slow.url}api/", SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SECRET,
        )  # fmt: skip
        starting = asyncio.create_task(program.start())
        await becomes(lambda: bool(slow.calls), True)
        starting.cancel()
        await asyncio.wait((starting,))
        assert await stopped(program) < SECONDS
        slow.stands_still.set()


async def test_a_process_whose_worker_has_died_ends_so_that_it_is_started_anew(
    vigie: Vigie, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert vigie.runner is not None
    broken = asyncio.create_task(vigie.broken())

    async def dies(*_: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(Database, "read", dies)
    vigie.runner.nudge()
    await asyncio.wait_for(broken, LONGEST_SECONDS)
    monkeypatch.undo()
    assert vigie.runner.trouble == "nobody holds the clocks"
