"""The composition root: the only module that names every front end, and wires settings, storage, scheduler and chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import aiohttp
import structlog
import yaml
from aiohttp import web
from pydantic import SecretStr

from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.local_workspace.joining import Joined, LinkError, add_link_routes, join, workspace_of
from bot.outbound.desk_start import DeskStart
from bot.server.connections import GuardedRunner, watched
from bot.server.refused_requests import Refusals
from bot.server.settings import LOCAL_API, ConfigError, Settings
from bot.server.writable import Writable
from bot.slack.app import TIMEOUT, SlackUnreachableError, slack_client
from bot.slack.client import SlackClient
from bot.slack.connecting import Connector
from bot.slack.door import Door, add_slack_route
from bot.slack.manifest import INSTALL_PATH, slack_manifest
from bot.slack.people import REFRESH_EVERY as ROLES_EVERY
from bot.slack.reception import Reception
from bot.slack.responses import Answers
from bot.slack.sockets import Sockets
from bot.slack.workspaces import PLATFORM, Workspaces, WorkspacesSender
from bot.verbs.reading import times
from bot.verbs.setup.setup import on_other_terms
from bot.wording.speech import speech, warm_up
from scheduler.delivery import Delivery
from scheduler.runner import Runner
from storage.database import Database, DatabaseUnusableError
from storage.migrate import migrate
from storage.organisations import organisations_in
from triage.errors import PolicyError

if TYPE_CHECKING:
    from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

    from bot.slack.installed import Installed
    from bot.slack_emulator.workspace import Workspace

log = structlog.get_logger(__name__)

BODY_LIMIT = 1_000_000
PEOPLE_EVERY = timedelta(hours=1)
LOOK_EVERY = timedelta(seconds=30)  # for what other replicas installed, removed or refreshed
CATCH_UP_EVERY = timedelta(seconds=15)  # with what another process has put on record
# What keeps Vigie from starting, each with one line that says what to do.
STARTUP_ERRORS = (ConfigError, DatabaseUnusableError, PolicyError, LinkError, SlackUnreachableError)


@dataclass
class Vigie:
    """A running Vigie. `start` brings everything up or raises one of STARTUP_ERRORS; `stop` drains and closes."""

    settings: Settings
    role: str = "all"
    local: bool = False
    now: Now = field(default_factory=Now)
    desk: DeskRuntime | None = None
    runner: Runner | None = None
    ready: bool = False
    port: int = 0
    on_other_terms: int = 0  # open tickets that an earlier version of the policy holds to something else
    workspaces: Workspaces = field(default_factory=Workspaces)
    installed: Installed | None = None  # where workspaces install Vigie by themselves
    _closing: AsyncExitStack = field(default_factory=AsyncExitStack)
    _door: list[Door] = field(default_factory=list)
    _refusals: Refusals = field(default_factory=Refusals)
    _oauth: AsyncOAuthFlow | None = None
    _web: web.AppRunner | None = None

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
        await asyncio.to_thread(migrate, database)
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
        app = web.Application(client_max_size=BODY_LIMIT, middlewares=[watched])
        self._health_routes(app, database)
        add_slack_route(app, lambda: self._door[0] if self._door else None, self._refusals)
        self._closing.callback(self._refusals.close)
        if self.settings.many_workspaces and not self.in_local_mode:
            from bot.slack.oauth import add_oauth_routes  # noqa: PLC0415  as below

            add_oauth_routes(app, self.settings, lambda: self._oauth)
        if self.in_local_mode:
            add_link_routes(app, self.now, lambda: self.runner, self._reset)
        if self.embeds_workspace:
            await self._embed_workspace(app, database)
        runner = GuardedRunner(app, self._refusals)
        await runner.setup()
        self._web = runner
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
        from bot.slack_emulator.routes import add_routes  # noqa: PLC0415  a desk on a real platform never loads the workspace

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
        """Bring the workspaces up, and the one scheduler and the one reception that they share."""
        settings = self.settings
        secret = joined.signing_secret if joined is not None else _revealed(settings.slack_signing_secret)
        answers = Answers(self._api_url)
        self._closing.push_async_callback(answers.close)
        desks = DeskStart(settings, database, self.now, self._recorded)
        connector = Connector(desks, answers, removed=self.workspaces.drop)
        many = joined is None and settings.many_workspaces
        if many:
            self._install_by_themselves(database, session, connector)
        warming = asyncio.to_thread(warm_up)
        if joined is not None or settings.slack_bot_token is not None:
            client = self._client(session, joined)
            overlay = joined.overlay() if joined is not None else None
            workspace, _ = await asyncio.gather(connector.by_token(client, overlay), warming)
            await workspace.people.refresh()
            self.workspaces.put(workspace)
            self.workspaces.single = None if many else workspace
            self.desk = workspace.desk
            self.on_other_terms = await database.read(partial(on_other_terms, desk=workspace.desk))
        else:
            await warming
        if self.installed is not None:
            await self.installed.look()
            self._repeat(LOOK_EVERY, self.installed.look)
        self._closing.push_async_callback(self._drain_desks)
        self._repeat(CATCH_UP_EVERY, partial(self.workspaces.each, lambda workspace: workspace.desk.catch_up()))
        self._run_clocks(database)
        await self._listen(session, secret, answers)

    def _client(self, session: aiohttp.ClientSession, joined: Joined | None) -> SlackClient:
        """The client of the single workspace: the local one, or that of the token in the settings."""
        token = joined.bot_token if joined is not None else _revealed(self.settings.slack_bot_token)
        return slack_client(token or "", self._api_url, session)

    @property
    def _api_url(self) -> str:
        if self.embeds_workspace:
            return self.address + LOCAL_API
        return self.settings.slack_api_url

    def _install_by_themselves(self, database: Database, session: aiohttp.ClientSession, connector: Connector) -> None:
        """Workspaces install Vigie by OAuth."""
        # Here, since a single workspace needs neither keys nor pages at every start.
        from bot.server.vault import Vault  # noqa: PLC0415
        from bot.slack.installed import Installed  # noqa: PLC0415
        from bot.slack.oauth import oauth_flow  # noqa: PLC0415

        vault = Vault([key.get_secret_value() for key in self.settings.secret_keys])
        self.installed = Installed(self.settings, database, session, connector, self.workspaces, vault)
        self._closing.push_async_callback(self.installed.stop)
        self.workspaces.load = self.installed.load
        self.workspaces.in_channel = partial(_organisations_in, database)
        self._oauth = oauth_flow(self.settings, database, session, vault, self.installed.save)

    def _recorded(self) -> None:
        if self.runner is not None:
            self.runner.nudge_soon()

    def _run_clocks(self, database: Database) -> None:
        if self.role == "web":
            return
        sender = WorkspacesSender(self.workspaces, database, self.installed.of_organisation if self.installed else None)
        self.runner = runner = Runner(database, Delivery(database, {PLATFORM: sender}), self.now, self.now.real)
        runner.start()
        self._closing.push_async_callback(runner.stop)

    async def _listen(self, session: aiohttp.ClientSession, secret: str | None, answers: Answers) -> None:
        if self.role == "worker":
            return
        settings = self.settings
        install_url = urljoin(settings.public_url, INSTALL_PATH[1:]) if settings.public_url else ""
        words = speech(settings.lang)
        stranger = words.text("stranger.many" if self.installed else "stranger.one", url=install_url)
        reception = Reception(self.workspaces, answers, stranger=stranger, defect=words.text("refusal.defect"))
        self._closing.push_async_callback(self._drain_listeners)
        app_token = _revealed(settings.slack_app_token)
        if app_token is not None:
            sockets = Sockets(reception, app_token, slack_client("", self._api_url, session))
            self._closing.push_async_callback(sockets.close)
            await sockets.connect()
        self._closing.push_async_callback(reception.drain)
        if not self.embeds_workspace:  # whose own requests come in at the same address
            self._closing.push_async_callback(self._stop_accepting)
        if secret is not None:
            self._door.append(Door(reception, secret))
        self._repeat(PEOPLE_EVERY, partial(self.workspaces.each, lambda workspace: workspace.people.refresh()))
        self._repeat(ROLES_EVERY, partial(self.workspaces.each, lambda workspace: workspace.people.refresh_roles()))
        # Beside the first work, not before it: only times in words need it.
        self._closing.callback(asyncio.create_task(asyncio.to_thread(times.warm_up)).cancel)

    async def _stop_accepting(self) -> None:
        for site in list(self._web.sites if self._web is not None else ()):
            await site.stop()

    async def _drain_desks(self) -> None:
        await asyncio.gather(*(workspace.desk.drain() for workspace in self.workspaces))

    async def _drain_listeners(self) -> None:
        await asyncio.gather(*(workspace.listeners.drain() for workspace in self.workspaces))

    def _repeat(self, interval: timedelta, work: Callable[[], Awaitable[None]]) -> None:
        self._closing.callback(asyncio.create_task(_every(interval, work)).cancel)

    async def _reset(self) -> None:
        """Forget everything, what was set up in chat included: the local workspace starts again."""
        desk, runner = self.desk, self.runner
        if desk is None:
            return
        if runner is not None:
            await runner.settle()  # what is being sent would be put on record of a ticket that is gone
        await desk.begin_again()
        if runner is not None:
            await runner.settle()

    def _health_routes(self, app: web.Application, database: Database) -> None:
        async def healthz(_: web.Request) -> web.Response:
            return web.json_response({"ok": True})

        writable = Writable(database)

        async def readyz(_: web.Request) -> web.Response:
            reason = None
            if not self.ready:
                reason = "it is not up yet, or is going down"
            elif self.runner is not None and not self.runner.alive:
                reason = "nobody holds the clocks"
            else:
                reason = await writable.trouble()
            if reason is not None:
                return web.json_response({"ok": False, "reason": reason}, status=503)
            return web.json_response({"ok": True})

        async def root(_: web.Request) -> web.Response:
            if self.embeds_workspace:
                return web.HTTPFound("/local/")
            return web.Response(text="Vigie is running.\n")

        app.router.add_get("/healthz", healthz)
        app.router.add_get("/readyz", readyz)
        app.router.add_get("/", root)


async def _organisations_in(database: Database, channel: str, candidates: Sequence[int]) -> list[int]:
    return await database.read(partial(organisations_in, channel=channel, candidates=candidates))


def open_workspace(database: Database, command: str) -> Workspace:
    """The local workspace with our own app installed: it sends and allows what the manifest asks for, nothing else."""
    from bot.local_workspace.file import workspace_file  # noqa: PLC0415
    from bot.slack_emulator.installed_app import Manifest  # noqa: PLC0415  as above
    from bot.slack_emulator.workspace import Workspace  # noqa: PLC0415

    manifest = Manifest.from_mapping(yaml.safe_load(slack_manifest(command=command)))
    return Workspace(workspace_file(database), manifest=manifest)


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


async def _every(interval: timedelta, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(interval.total_seconds())
        try:
            await work()
        except Exception:
            log.exception("a refresh failed")
