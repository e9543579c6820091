"""The local workspace's part of Teams as a front end: Teams', but that it joins a stand-in. Loaded only where the SDK
is installed."""

from __future__ import annotations

from aiohttp import web

from bot.local_workspace.joining import TEAMS, LinkError
from bot.local_workspace.workspace import LocalWorkspace
from bot.outbound.front_end import Host
from bot.teams.app import Cloud, Identity
from bot.teams.front_end import Connection, TeamsFrontEnd
from bot.teams.service_urls import ServiceUrls
from bot.teams.tokens import EntraTokens


class LocalTeams(TeamsFrontEnd):
    """See `bot.outbound.front_end.FrontEnd`."""

    def __init__(self, host: Host, workspace: LocalWorkspace) -> None:
        super().__init__(host)
        self.workspace = workspace
        self.is_embedded = workspace.is_embedded
        self.page = workspace.page

    def add_routes(self, app: web.Application) -> None:
        """See FrontEnd."""
        super().add_routes(app)
        self.workspace.open(app)

    async def connect(self) -> Connection:
        """See TeamsFrontEnd."""
        joined = await self.workspace.joined()
        said = joined.platforms.get(TEAMS)
        if said is None:
            raise LinkError(
                f"the local workspace at {self.workspace.address} has no Teams: start it again with vigie local"
            )
        return Connection(
            Identity(said["app_id"], said["tenant_id"]),
            EntraTokens(self.host.session, said["token_url"], said["app_id"], said["client_secret"]),
            Cloud(said["issuer"], said["keys_url"], said["service_url"]),
            ServiceUrls(only=said["service_url"]),
            joined.overlay(),
        )
