"""The stage of the chaos: a local workspace that is never killed, and a bot in one process or in three that is.

The bot is a program with an address. Nothing of it is imported, so that whatever is wrong with it is not wrong here.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
from aiohttp import web

from tests.chaos.pager import Pager, pager_of
from tests.chaos.posts import SLACK, TEAMS, Json, as_slack, posted
from tests.postgres import PostgresServer
from tests.waiting import LONGEST_SECONDS

Query = Callable[[str], list[Any]]
STARTS = 3
UNREACHED = (aiohttp.ClientError, OSError, TimeoutError)
# `vigie local`, but that it waits for a busy machine longer than Slack does.
PATIENT = (
    "-c", f"import asyncio; from bot.cli.local import serve; asyncio.run(serve(answer_within={LONGEST_SECONDS}))"
)  # fmt: skip
WEB_AND_WORKERS = ("web", "worker", "worker")


class Program:
    """`vigie ARGUMENTS`. What it says on standard error is kept in a file beside its database."""

    program: tuple[str, ...] = ("-m", "bot")

    def __init__(self, folder: Path, name: str, *arguments: str, **environment: str) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("VIGIE_", "SLACK_", "TEAMS_"))}
        self.environment = {**kept, "VIGIE_PORT": "0", **environment}
        self.folder, self.name, self.arguments, self.address = folder, name, arguments, ""
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, within: float = 240) -> None:
        """Start it and wait until it is ready."""
        with (self.folder / f"{self.name}.err").open("ab") as err:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *self.program, *self.arguments, cwd=self.folder, env=self.environment,
                stdout=asyncio.subprocess.PIPE, stderr=err, start_new_session=True,  # Ctrl-C is for the loop
            )  # fmt: skip
        assert self.process.stdout is not None
        line = (await asyncio.wait_for(self.process.stdout.readline(), within)).decode()
        found = re.search(r"http://[\d.:]+", line)
        if found is None:
            raise RuntimeError(f"{self.name} did not start: {line or (self.folder / f'{self.name}.err').read_text()}")
        self.address = found[0]

    async def end(self, number: int = signal.SIGKILL) -> bool:
        """End it, at once unless told otherwise. Whether it was alive."""
        if self.process is None or self.process.returncode is not None:
            return False
        self.process.send_signal(number)
        await self.process.wait()
        return True

    async def end_and_kill(self, seconds: float) -> bool:
        """Tell it to end, and kill it where it has not after so many seconds. Whether it was killed."""
        if self.process is None or self.process.returncode is not None:
            return False
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), seconds)
        return await self.end()

    async def run(self, within: float | None = None) -> int | None:
        """Run it to its end; its exit code. None: it was killed after so many seconds."""
        with (self.folder / f"{self.name}.err").open("ab") as said:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *self.program, *self.arguments, cwd=self.folder, env=self.environment,
                stdin=asyncio.subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), within)
        return None if await self.end() else self.process.returncode

    async def readiness(self, session: aiohttp.ClientSession) -> int:
        """What `/readyz` answers."""
        async with session.get(f"{self.address}/readyz") as answer:
            return answer.status

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.returncode is None


@dataclass
class Chat:
    """The control of the workspace, its time, and everything that the bot ever posted there, as it was posted."""

    session: aiohttp.ClientSession
    address: str
    offset: float = 0.0
    posts: dict[tuple[str, str], Json] = field(default_factory=dict)
    at_rest: list[float] = field(default_factory=list)  # instants at which nothing was due, claimed or unsent

    @property
    def now(self) -> float:
        return time.time() + self.offset

    async def post(self, call: str, **body: Any) -> Json:
        async with self.session.post(f"{self.address}/_control/{call}", json=body) as answer:
            found: Json = await answer.json()
            return found

    async def get(self, name: str, **query: str) -> Any:
        async with self.session.get(f"{self.address}/_control/{name}", params=query) as answer:
            return await answer.json()

    async def state(self) -> Json:
        found: Json = await self.get("state")
        self.offset = float(found["offset"])
        return found

    async def messages(self, channel: str, user: str, **query: str) -> list[Json]:
        found: list[Json] = (await self.get(f"messages/{channel}", user=user, **query))["messages"]
        return [as_slack(message) if message.get("platform") == TEAMS else message for message in found]

    async def advance(self, minutes: float, *, jump: bool = False) -> bool:
        """Let time go on; whether the bot came to rest."""
        done = await self.post("advance", minutes=minutes, jump=jump)
        await self.state()
        if done["ok"] and not jump:
            self.at_rest.append(self.now - 0.5)
        return bool(done["ok"])

    async def settle(self, tries: int = 12) -> bool:
        for _ in range(tries):
            if await self.advance(0):
                return True
        return False

    async def take_notes(self) -> None:
        """Keep what was posted since the last time: later edits say something else, and the log is bounded."""
        log = await self.get("log")
        for entry in log["log"] if isinstance(log, dict) else log:
            if (post := posted(entry)) is not None:
                self.posts.setdefault((post["channel"], post["ts"]), post)

    async def find_posts(self, channels: Sequence[str], user: str) -> None:
        """After the workspace was killed, and its log with it: what stands there and was not noted."""
        for channel in channels:
            for message in await self.messages(channel, user):
                if message.get("bot_id") and not message.get("ephemeral_for"):
                    platform = TEAMS if message.get("platform") == TEAMS else SLACK
                    self.posts.setdefault(
                        (channel, message["ts"]), {**message, "channel": channel, "platform": platform}
                    )


class Cluster:
    """The bot: one process or several, each with its role. Several have no clock of the workspace's in common, so each
    is told the time by a server that stands between."""

    def __init__(self, chat: Chat, programs: list[Program], *, sockets: bool = False) -> None:
        self.chat, self.programs, self.sockets = chat, programs, sockets
        self.gave_up = 0  # how often a process did not start
        self._between: str | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        if len(self.programs) > 1:
            app = web.Application()
            app.router.add_post("/now", self._now)
            self._runner = web.AppRunner(app, access_log=None)
            await self._runner.setup()
            await web.TCPSite(self._runner, "127.0.0.1", 0).start()
            self._between = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        await self.restart(*self.programs[:1])
        await self.restart(*self.programs[1:])

    async def restart(self, *programs: Program) -> None:
        """Start them side by side, and have the workspace know the bot. One that gives up where the database is busy
        with the others is started again, as whatever looks after processes does."""
        await asyncio.gather(*(self._started(program) for program in programs))
        await self.join()

    async def _started(self, program: Program) -> None:
        for tries_left in reversed(range(STARTS)):
            try:
                await program.start()
            except RuntimeError:
                if not tries_left:
                    raise
                self.gave_up += 1
            else:
                break

    async def join(self) -> None:
        """Have the workspace know where the bot is, as the bot itself does where it is one process."""
        first = self.programs[0].address
        events = None if self.sockets else f"{first}/slack/events"
        bot = self._between or f"{first}/_control/bot"
        await self.chat.post("join", events_url=events, messages_url=f"{first}/teams/messages", bot_url=bot)

    async def stop(self) -> None:
        for program in self.programs:
            await program.end(signal.SIGTERM)
        if self._runner is not None:
            await self._runner.cleanup()

    async def _now(self, request: web.Request) -> web.Response:
        body, told = await request.json(), []

        async def tell(program: Program) -> None:
            with contextlib.suppress(*UNREACHED):
                url = f"{program.address}/_control/bot/now"
                async with self.chat.session.post(url, json=body) as answer:
                    told.append((program.name, await answer.json()))

        await asyncio.gather(*(tell(program) for program in self.programs if program.is_alive))
        if all(name.startswith("web") for name, _ in told):
            return web.json_response({"ok": False, "error": "no worker runs"})
        due = min((one["next_due"] for _, one in told if one.get("next_due")), default=None)
        idle = all(one.get("idle", True) for _, one in told)
        return web.json_response({"ok": True, "next_due": due, "idle": idle})


@dataclass
class Stage:
    """All of it, running. `query` reads the record, past the bot."""

    folder: Path
    place: Program
    chat: Chat
    cluster: Cluster
    query: Query
    platforms: tuple[str, ...] = (SLACK,)
    server: PostgresServer | None = None  # on which the record is kept
    pager: Pager | None = None  # what other systems were told
    environment: dict[str, str] = field(default_factory=dict)  # the bot's

    @property
    def url(self) -> str:
        """Of the record."""
        return self.environment["VIGIE_DATABASE_URL"]

    def tool(self, *arguments: str) -> Program:
        """`vigie ARGUMENTS`, on the same database."""
        return Program(self.folder, arguments[0], *arguments, **self.environment)


@contextlib.asynccontextmanager
async def stage(
    folder: Path,
    *,
    postgres: bool = False,
    sockets: bool = False,
    platforms: Sequence[str] = (SLACK,),
    roles: Sequence[str] | None = None,
) -> AsyncIterator[Stage]:
    """A workspace and a bot that has joined it: unless `roles` says otherwise one process on SQLite, web and two
    workers on PostgreSQL."""
    async with contextlib.AsyncExitStack() as closing:
        server = None
        if postgres:
            server = closing.enter_context(PostgresServer(durable=True))
            url = server.url
        else:
            url = f"sqlite:///{folder / 'vigie.db'}"
        local = {"VIGIE_LOCAL": ",".join(platforms)}
        place = Program(folder, "workspace", **local)
        place.program = PATIENT
        await place.start()
        place.environment["VIGIE_PORT"] = place.address.rpartition(":")[2]  # it comes back where it was
        closing.push_async_callback(place.end, signal.SIGTERM)
        session = await closing.enter_async_context(aiohttp.ClientSession())
        pager = await closing.enter_async_context(pager_of(folder, platforms))
        chat = Chat(session, place.address)
        await chat.state()
        environment = {
            **local, **pager.environment, "VIGIE_DATABASE_URL": url, "SLACK_API_URL": f"{place.address}/local/api/",
        }  # fmt: skip
        if sockets:
            joined = await chat.post("join", events_url=None, bot_url=None)
            environment["SLACK_APP_TOKEN"] = joined["app_token"]
        found = enumerate(roles or (WEB_AND_WORKERS if postgres else ("all",)))
        programs = [Program(folder, f"{role}{n}", "run", "--role", role, **environment) for n, role in found]
        cluster = Cluster(chat, programs, sockets=sockets)
        closing.push_async_callback(cluster.stop)
        await cluster.start()
        yield Stage(folder, place, chat, cluster, query_of(url), tuple(platforms), server, pager, environment)


def query_of(url: str) -> Query:
    """What reads that database, past the bot."""
    return _sqlite_query(Path(url.removeprefix("sqlite:///"))) if url.startswith("sqlite") else _postgres_query(url)


def _sqlite_query(file: Path) -> Query:
    def query(sql: str) -> list[Any]:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    return query


def _postgres_query(url: str) -> Query:
    def query(sql: str) -> list[Any]:
        with psycopg.connect(url) as connection:
            return connection.execute(sql.encode()).fetchall()

    return query
