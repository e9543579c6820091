"""The local workspace's part of Teams as a front end: Teams', but that it joins a stand-in. Loaded only where the SDK
is installed."""

from __future__ import annotations

import structlog
from aiohttp import web

from bot.local_workspace.joining import TEAMS
from bot.local_workspace.workspace import LocalWorkspace
from bot.outbound.entra import EntraTokens
from bot.outbound.front_end import Host
from bot.teams.app import Cloud, Identity
from bot.teams.client import SCOPE
from bot.teams.front_end import Connection, TeamsFrontEnd
from bot.teams.service_urls import ServiceUrls

log = structlog.get_logger(__name__)


class LocalTeams(TeamsFrontEnd):
    """See `bot.outbound.front_end.FrontEnd`."""

    def __init__(self, host: Host, workspace: LocalWorkspace) -> None:
        super().__init__(host)
        self.workspace = workspace
        self.is_embedded = workspace.is_embedded
        self.page = workspace.page
        self._is_there = False

    def add_routes(self, app: web.Application) -> None:
        """See FrontEnd."""
        super().add_routes(app)
        self.workspace.open(app)

    async def start(self) -> None:
        """See FrontEnd. A workspace that runs by itself may imitate Slack alone: then there is nothing to serve."""
        self._is_there = TEAMS in (await self.workspace.joined()).platforms
        if self._is_there:
            await super().start()
        else:
            log.warning("the local workspace has no Teams", address=self.workspace.address)

    async def listen(self) -> None:
        """See FrontEnd."""
        if self._is_there:
            await super().listen()
            await self.workspace.listens()

    async def connect(self) -> Connection:
        """See TeamsFrontEnd."""
        joined = await self.workspace.joined()
        said = joined.platforms[TEAMS]
        return Connection(
            Identity(said["app_id"], said["tenant_id"]),
            EntraTokens(self.host.session, said["token_url"], said["app_id"], said["client_secret"], SCOPE),
            Cloud(said["issuer"], said["keys_url"], said["service_url"]),
            ServiceUrls(only=said["service_url"]),
            joined.overlay(),
        )
