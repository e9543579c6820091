"""The local workspace's part of Slack as a front end: Slack's, but that it joins a stand-in."""

from __future__ import annotations

from aiohttp import web

from bot.local_workspace.joining import SLACK, LinkError
from bot.local_workspace.workspace import LocalWorkspace
from bot.outbound.front_end import Host
from bot.server.settings import LOCAL_API
from bot.slack.front_end import Connection, SlackFrontEnd


class LocalSlack(SlackFrontEnd):
    """See `bot.outbound.front_end.FrontEnd`. Half of the time that the workspace gives us to answer may pass until it
    is known who asks."""

    def __init__(self, host: Host, workspace: LocalWorkspace) -> None:
        super().__init__(host)
        self.workspace = workspace
        self.who_seconds = workspace.answer_within / 2
        self.answer_seconds = workspace.answer_within * 0.75
        self.is_embedded = workspace.is_embedded
        self.page = workspace.page

    @property
    def installs(self) -> bool:
        """See SlackFrontEnd: it is one workspace, joined rather than installed."""
        return False

    def add_routes(self, app: web.Application) -> None:
        """See FrontEnd."""
        super().add_routes(app)
        self.workspace.open(app)

    async def connect(self) -> Connection:
        """See SlackFrontEnd."""
        joined = await self.workspace.joined()
        said = joined.platforms.get(SLACK)
        if said is None:
            raise LinkError(f"the local workspace at {self.workspace.address} has no Slack")
        settings = self.host.settings
        api_url = self.workspace.address + LOCAL_API if self.is_embedded else settings.slack_api_url
        return Connection(api_url, said["bot_token"], said["signing_secret"], joined.overlay())
