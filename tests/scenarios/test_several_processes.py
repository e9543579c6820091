"""Several processes share one desk by the database alone: none leads, none has work of its own, and what one records
the others know at once."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest

from bot.app import Vigie
from bot.server.settings import LOCAL_API, Settings
from scheduler.runner import Runner
from tests.chaos.stage import Program, stage
from tests.fakes.other_slack import APP_TOKEN, USUAL, OtherSlack, Team, other_slack
from tests.postgres import PostgresServer
from tests.scenarios.test_on_one_machine import cards
from tests.scenarios.test_teams_doors import Connector
from tests.waiting import LONGEST_SECONDS, becomes

TEAM, DESK = "T0ACME", "CDESK0001"
SOON = 2.0  # seconds until a card is there; the sweep alone would take up to fifteen

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is found by the sweep."""

    async def never(_: Runner) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Runner, "_sweeps", never)


@asynccontextmanager
async def in_socket_mode(folder: Path, url: str, slack: OtherSlack) -> AsyncIterator[list[Program]]:
    """Two web processes whose sockets Slack sends to in turn, and a worker in this one."""
    slack.add(Team(TEAM, "xoxb-1"))
    settings: dict[str, Any] = {
        "VIGIE_DATABASE_URL": url, "VIGIE_CHANNEL": DESK, "SLACK_API_URL": f"{slack.url}api/",
        "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": APP_TOKEN,
    }  # fmt: skip
    web = [Program(folder, f"web-{n}", "run", "--role", "web", **settings) for n in (1, 2)]
    worker = Vigie(Settings(**settings, VIGIE_PORT=0), role="worker")
    try:
        await worker.start()
        await asyncio.gather(*(each.start() for each in web))
        await slack.until(lambda: slack.connections == 4)
        yield web
    finally:
        await asyncio.gather(*(each.end(signal.SIGTERM) for each in web))
        await worker.stop()


def tickets(url: str) -> list[int]:
    with psycopg.connect(url) as asking:
        return [number for (number,) in asking.execute("SELECT number FROM ticket ORDER BY number")]


async def opened(slack: OtherSlack, number: int) -> float:
    """Open a ticket; in how many seconds its card was there."""
    status, answer = await slack.command(TEAM, "UANA", f"new sev3 Trouble {number}", DESK)
    began = time.monotonic()
    assert (status, f"#{number}" in str(answer)) == (200, True)
    await slack.until(lambda: number in cards(slack), LONGEST_SECONDS)
    return time.monotonic() - began


@pytest.mark.usefixtures("no_sweep")
async def test_what_any_socket_brings_is_answered_once_and_the_worker_has_it_said_at_once(tmp_path: Path) -> None:
    with PostgresServer() as server:
        async with other_slack(USUAL) as slack, in_socket_mode(tmp_path, server.url, slack):
            took = [await opened(slack, number) for number in range(1, 6)]
            assert sorted(took)[2] < SOON
            server.stop()
            server.start()
            await opened(slack, 6)  # said as soon as the worker listens again
            said = {"type": "message", "user": "UANA", "text": "It is the router", "channel": DESK, "ts": "99.1",
                    "thread_ts": slack.card(TEAM, 1)["ts"]}  # fmt: skip
            answers = [await slack.event(TEAM, said, "EvSAME") for _ in range(4)]  # to each socket once
            assert {status for status, _ in answers} == {200}
            with psycopg.connect(server.url) as asking:
                (noted,) = asking.execute("SELECT count(*) FROM event WHERE kind = 'noted'").fetchone() or ()
            assert (noted, tickets(server.url)) == (1, [1, 2, 3, 4, 5, 6])
            assert set(cards(slack).values()) == {1}


async def test_a_worker_that_is_killed_is_replaced_by_the_other_within_half_a_minute(tmp_path: Path) -> None:
    async with stage(tmp_path, postgres=True) as on:
        _web, one, other = on.cluster.programs
        chat, state = on.chat, await on.chat.state()
        desk = next(each["id"] for each in state["channels"] if each["kind"] == "desk")
        ana = next(each["id"] for each in state["users"] if each["name"].startswith("Ana"))
        await other.end(signal.SIGTERM)
        await chat.post("fault", method="chat.postMessage", delay=10, count=1)  # the chat hangs
        done = await chat.post("command", channel=desk, user=ana, command="/ticket", text="new sev3 Link down")
        assert done["ok"]
        claimed = "SELECT count(*) FROM outbox WHERE state = 'claimed'"
        await becomes(lambda: on.query(claimed), [(1,)])
        await other.start()
        await one.end()
        began = time.monotonic()
        await becomes(lambda: on.query("SELECT state FROM outbox WHERE audience = 'card'"), [("sent",)])
        assert time.monotonic() - began < 30
        shown = [each for each in await chat.messages(desk, ana) if "Link down" in json.dumps(each.get("blocks"))]
        assert len([each for each in shown if not each.get("ephemeral_for")]) == 1


async def test_what_teams_sends_to_two_processes_acts_once_and_either_goes_on_with_it(
    tmp_path: Path, shared_postgres: str, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    common: dict[str, Any] = {"VIGIE_DATABASE_URL": shared_postgres, "VIGIE_PORT": 0, "VIGIE_LOCAL": "teams"}
    one = Vigie(Settings(**common), answer_within=LONGEST_SECONDS)
    await one.start()
    other = Vigie(Settings(**common, SLACK_API_URL=f"{one.address}{LOCAL_API}"), role="web")
    await other.start()
    try:
        async with http.get(f"{one.address}/_control/state") as answer:
            state = await answer.json()
        first, second = (Connector(each, http, state) for each in (one, other))
        opening = first.says("new sev1 Link down")
        assert {await each.post(opening, each.token()) for each in (first, second)} == {200}
        taking = second.says("take 1", "1700000000002")
        assert {await each.post(taking, each.token()) for each in (second, first)} == {200}
        with psycopg.connect(shared_postgres) as asking:
            kinds = Counter(kind for (kind,) in asking.execute("SELECT kind FROM event").fetchall())
        assert (kinds["opened"], kinds["assigned"], tickets(shared_postgres)) == (1, 1, [1])
    finally:
        await other.stop()
        await one.stop()


async def test_all_processes_that_join_one_local_workspace_go_by_its_time(tmp_path: Path) -> None:
    with PostgresServer() as server:
        usual = {"VIGIE_DATABASE_URL": server.url, "VIGIE_LOCAL": "slack"}
        chat = Program(tmp_path, "chat", "local", **usual)
        roles = ("web", "worker", "web", "worker")
        programs: list[Program] = []
        try:
            await chat.start()
            settings = {**usual, "SLACK_API_URL": f"{chat.address}{LOCAL_API}"}
            programs += [
                Program(tmp_path, f"{role}-{n}", "run", "--role", role, **settings) for n, role in enumerate(roles)
            ]
            for program in programs:
                await program.start()
            async with aiohttp.ClientSession() as session:
                await told_in_time(session, chat.address, programs[1])
        finally:
            await asyncio.gather(*(each.end() for each in [*programs, chat]))


async def told_in_time(session: aiohttp.ClientSession, address: str, worker: Program) -> None:
    """A breach is said once by two workers, and by the one that is left."""

    async def call(name: str, **body: Any) -> None:
        async with session.post(f"{address}/_control/{name}", json=body) as answer:
            found = await answer.json()
            assert found["ok"], found

    async def breaches(number: int) -> list[str]:
        async with session.get(f"{address}/_control/messages/C0SUPPORTD1") as answer:
            said = [each["text"] for each in (await answer.json())["messages"]]
        return [each for each in said if f"of #{number} " in each and "is breached" in each]

    ana = {"channel": "C0SUPPORTD1", "user": "U0ANAREYES1", "command": "/ticket"}
    await call("command", **ana, text="new sev1 Link down")
    await call("advance", minutes=20)
    assert len(await breaches(1)) == 1
    await worker.end()
    await call("command", **ana, text="new sev1 Core router gone")
    await call("advance", minutes=20)
    assert len(await breaches(2)) == 1
