"""The composition root: the only module that names every front end, and wires settings, storage, scheduler and chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
import yaml
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot import times
from bot.config import ConfigError, Settings
from bot.desk import Desk
from bot.link import Joined, LinkError, add_link_routes, join, workspace_of
from bot.now import Now
from bot.people import Directory
from bot.policy_file import load_policy, policy_from_data, read_policy_file
from bot.slack.app import (
    TIMEOUT,
    Identity,
    SlackUnreachableError,
    add_slack_route,
    bolt_app,
    identify,
    slack_client,
    socket_handler,
)
from bot.slack.channels import find_channel
from bot.slack.errors import error_code
from bot.slack.inbound import permalink
from bot.slack.listeners import Listeners
from bot.slack.manifest import slack_manifest
from bot.slack.people import People
from bot.slack.sender import SlackSender
from bot.speech import warm_up
from scheduler.delivery import Delivery
from scheduler.runner import Runner
from storage.database import Database, DatabaseUnusableError
from storage.migrate import migrate
from storage.moves import open_versions
from storage.organisations import Installation, ensure_desk, ensure_installation
from storage.policies import save_policy
from storage.reset import forget_tickets
from triage.errors import PolicyError
from triage.moving import asks_the_same

if TYPE_CHECKING:
    from bot.local.workspace import Workspace

log = structlog.get_logger(__name__)

BODY_LIMIT = 1_000_000
PEOPLE_EVERY = timedelta(hours=1)
PLATFORM = "slack"
# What keeps Vigie from starting, each with one line that says what to do.
STARTUP_ERRORS = (ConfigError, DatabaseUnusableError, PolicyError, LinkError, SlackUnreachableError)


@dataclass
class Vigie:
    """A running Vigie. `start` brings everything up or raises one of STARTUP_ERRORS; `stop` drains and closes."""

    settings: Settings
    role: str = "all"
    local: bool = False
    now: Now = field(default_factory=Now)
    desk: Desk | None = None
    runner: Runner | None = None
    ready: bool = False
    port: int = 0
    on_other_terms: int = 0  # open tickets that an earlier version of the policy holds to something else
    _closing: AsyncExitStack = field(default_factory=AsyncExitStack)
    _slack: list[Any] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it can be reached."""
        host = self.settings.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port or self.settings.port}"

    @property
    def in_local_mode(self) -> bool:
        """Whether it speaks with a local workspace, its own or one that runs by itself."""
        return self.local or self.settings.platform == "local"

    @property
    def embeds_workspace(self) -> bool:
        """Whether the workspace runs inside this process."""
        return self.in_local_mode and not self.settings.joins_local

    async def start(self) -> None:
        """Bring everything up: database, server, chat, clocks, in this order."""
        self.settings.check(local=self.local)
        database = Database(self.settings.database_url)
        self._closing.push_async_callback(database.close)
        await asyncio.to_thread(_prepare, database)
        session = aiohttp.ClientSession(timeout=TIMEOUT)
        self._closing.push_async_callback(session.close)
        await self._serve(database)
        joined = await self._join(session)
        if joined is not None:
            self.now.offset = timedelta(seconds=joined.offset)
        await self._connect(database, session, joined)
        self.ready = True

    async def stop(self) -> None:
        """Stop accepting, finish what was accepted, close everything."""
        self.ready = False
        await self._closing.aclose()

    async def _serve(self, database: Database) -> None:
        app = web.Application(client_max_size=BODY_LIMIT)
        self._health_routes(app, database)
        add_slack_route(app, lambda: self._slack[0] if self._slack else None)
        if self.in_local_mode:
            add_link_routes(app, self.now, lambda: self.runner, self._reset)
        if self.embeds_workspace:
            await self._embed_workspace(app, database)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=5)
        await runner.setup()
        self._closing.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, self.settings.host, self.settings.port)
        try:
            await site.start()
        except OSError as error:
            raise ConfigError(
                f"port {self.settings.port} on {self.settings.host} is taken ({error.strerror}): stop what uses it, or "
                f"set VIGIE_PORT to another"
            ) from error
        self.port = int(runner.addresses[0][1])

    async def _embed_workspace(self, app: web.Application, database: Database) -> None:
        from bot.local.routes import add_routes  # noqa: PLC0415  a desk on a real platform never loads the workspace

        workspace = open_workspace(database, self.settings.command)
        add_routes(app, workspace)
        await workspace.start()
        self._closing.push_async_callback(workspace.stop)

    async def _join(self, session: aiohttp.ClientSession) -> Joined | None:
        if not self.in_local_mode:
            return None
        workspace = self.address if self.embeds_workspace else workspace_of(self.settings.slack_api_url)
        return await join(session, workspace, self.address)

    async def _connect(self, database: Database, session: aiohttp.ClientSession, joined: Joined | None) -> None:
        """Make the desk, its Slack app, and its scheduler."""
        client, secret, app_token = self._credentials(session, joined)
        identity = await identify(client)
        policy, data = load_policy(
            read_policy_file(self.settings.policy) if self.settings.policy else None,
            today=self.now().date(),
            overlay=joined.overlay()
            if joined is not None
            else {"desks": {"support": {"language": self.settings.lang}}},
        )
        named = self.settings.desk_channel(policy.desk.channel)
        data = await _with_channel_ids(client, data, named)
        now = self.now()

        def install(session: Session) -> tuple[Installation, int, int]:
            installation = ensure_installation(
                session, platform=PLATFORM, workspace=identity.team_id, name=identity.team, app=identity.app_id,
                bot_user=identity.bot_user, bot_id=identity.bot_id, now=now,
            )  # fmt: skip
            desk_id = ensure_desk(session, installation.organisation_id, policy.desk.name)
            return installation, desk_id, save_policy(session, installation.organisation_id, desk_id, data, now)

        installation, desk_id, version = await database.write(install)
        policy = policy_from_data({**data, "version": version})
        self.desk = desk = Desk(
            organisation_id=installation.organisation_id,
            desk_id=desk_id,
            platform=PLATFORM,
            database=database,
            now=self.now,
            policy=policy,
            directory=Directory(policy),
            command=self.settings.command,
            link=partial(permalink, identity.address),
        )
        people = People(desk, client, identity.team_id)
        await desk.refresh_people()
        await asyncio.gather(people.refresh(), asyncio.to_thread(warm_up))
        self.on_other_terms = await desk.database.read(partial(_on_other_terms, desk=desk))
        self._run_clocks(desk, client)
        await self._listen(people, identity, secret, app_token)

    def _credentials(
        self, session: aiohttp.ClientSession, joined: Joined | None
    ) -> tuple[AsyncWebClient, str | None, str | None]:
        """The Web API client, the signing secret, and the app token where Socket Mode is used."""
        settings = self.settings
        if joined is not None:
            workspace = self.address if self.embeds_workspace else workspace_of(settings.slack_api_url)
            app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else None
            return slack_client(joined.bot_token, f"{workspace}/local/api/", session), joined.signing_secret, app_token
        if settings.slack_bot_token is None:
            raise ConfigError("installing by OAuth is not built yet: set SLACK_BOT_TOKEN")
        client = slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
        secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None
        return client, secret, settings.slack_app_token.get_secret_value() if settings.slack_app_token else None

    def _run_clocks(self, desk: Desk, client: AsyncWebClient) -> None:
        if self.role == "web":
            return
        delivery = Delivery(desk.database, {PLATFORM: SlackSender(desk, client)})
        self.runner = runner = Runner(desk.database, delivery, self.now, self.now.real)
        desk.recorded = runner.nudge_soon
        runner.start()
        self._closing.push_async_callback(runner.stop)

    async def _listen(self, people: People, identity: Identity, secret: str | None, app_token: str | None) -> None:
        if self.role == "worker":
            return
        client = people.client
        token = client.token or ""
        app = bolt_app(client, secret, identity, token)
        listeners = Listeners(people.desk, people)
        listeners.register(app)
        self._closing.push_async_callback(listeners.drain)
        if app_token is not None:
            handler = socket_handler(app, app_token, client)
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it without types
            self._closing.push_async_callback(handler.close_async)
        if secret is not None:
            self._slack.append(app)
        refreshing = asyncio.create_task(_every(PEOPLE_EVERY, people.refresh))
        self._closing.callback(refreshing.cancel)
        # Beside the first work, not before it: only times in words need it.
        warming = asyncio.create_task(asyncio.to_thread(times.warm_up))
        self._closing.callback(warming.cancel)

    async def _reset(self) -> None:
        """Forget all tickets: the local workspace starts again."""
        desk, runner = self.desk, self.runner
        if desk is None:
            return
        if runner is not None:
            await runner.settle()  # what is being sent would be put on record of a ticket that is gone
        await desk.database.write(lambda session: forget_tickets(session, desk.organisation_id))
        if runner is not None:
            await runner.settle()

    def _health_routes(self, app: web.Application, database: Database) -> None:
        async def healthz(_: web.Request) -> web.Response:
            return web.json_response({"ok": True})

        async def readyz(_: web.Request) -> web.Response:
            working = self.ready and (self.runner is None or self.runner.alive)
            if working:
                try:
                    await database.read(lambda session: session.connection().exec_driver_sql("SELECT 1"))
                except Exception:
                    log.exception("not ready")
                    working = False
            return web.json_response({"ok": working}, status=200 if working else 503)

        async def root(_: web.Request) -> web.Response:
            if self.embeds_workspace:
                return web.HTTPFound("/local/")
            return web.Response(text="Vigie is running.\n")

        app.router.add_get("/healthz", healthz)
        app.router.add_get("/readyz", readyz)
        app.router.add_get("/", root)


def open_workspace(database: Database, command: str) -> Workspace:
    """The local workspace with our own app installed: it sends and allows what the manifest asks for, nothing else."""
    from bot.local.manifest import Manifest  # noqa: PLC0415  as above
    from bot.local.workspace import Workspace  # noqa: PLC0415

    manifest = Manifest.from_mapping(yaml.safe_load(slack_manifest(command=command)))
    return Workspace(workspace_file(database), manifest=manifest)


def workspace_file(database: Database) -> Path:
    """The local workspace's file: beside the SQLite file, else in the working directory."""
    if database.is_sqlite and database.url.database and database.url.database != ":memory:":
        path = Path(database.url.database)
        return path.with_name(f"{path.stem}-local.db")
    return Path("vigie-local.db")


def _on_other_terms(session: Session, desk: Desk) -> int:
    found = open_versions(session, desk.organisation_id, desk.desk_id)
    return sum(
        count for version, count in found.items() if not asks_the_same(desk.policy_of(session, version), desk.policy)
    )


def _prepare(database: Database) -> None:
    database.check()
    migrate(database)


async def _with_channel_ids(client: AsyncWebClient, data: dict[str, Any], named: str) -> dict[str, Any]:
    """The policy's data with channels as ids: people write `#support`, most of Slack's methods take ids alone."""
    first, *others = data["desks"]
    customers = {await _channel_id(client, channel): name for channel, name in first["customer_channels"].items()}
    desk = {**first, "channel": await _channel_id(client, named), "customer_channels": customers}
    return {**data, "desks": [desk, *others]}


async def _channel_id(client: AsyncWebClient, named: str) -> str:
    try:
        found = await find_channel(client, named)
    except SlackApiError as error:
        raise ConfigError(
            f"cannot look for the channel {named} ({error_code(error)}): set VIGIE_CHANNEL to its id"
        ) from error
    if found is None:
        raise ConfigError(f"there is no channel {named}, or Vigie is not in it: invite it, or correct VIGIE_CHANNEL")
    return str(found["id"])


async def _every(interval: timedelta, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(interval.total_seconds())
        try:
            await work()
        except Exception:
            log.exception("a refresh failed")
