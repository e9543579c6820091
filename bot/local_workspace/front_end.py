"""The local workspace as a front end: Slack's, but that it joins a stand-in, is told the time and can be reset."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from aiohttp import web

from bot.local_workspace.joining import add_link_routes, join, workspace_of
from bot.local_workspace.opening import embed, open_stands
from bot.outbound.front_end import Host
from bot.server.settings import LOCAL_API
from bot.slack.front_end import Connection, SlackFrontEnd

PAGE = "/local/"


class LocalFrontEnd(SlackFrontEnd):
    """See `bot.outbound.front_end.FrontEnd`. It puts a workspace of its own on the application, unless SLACK_API_URL
    names one, which runs by itself and is joined. `answer_within`: the real seconds that the workspace gives us to
    answer, and to open a form; half of them may pass until it is known who asks. `platforms`: which it imitates; None:
    all that it can."""

    def __init__(self, host: Host, answer_within: float, platforms: Collection[str] | None = None) -> None:
        super().__init__(host)
        self._answer_within, self._platforms = answer_within, platforms
        self.who_seconds = answer_within / 2
        self.is_embedded = not host.settings.joins_local
        self.page = PAGE if self.is_embedded else None

    @property
    def installs(self) -> bool:
        """See SlackFrontEnd: it is one workspace, joined rather than installed."""
        return False

    def add_routes(self, app: web.Application) -> None:
        """See FrontEnd."""
        from bot.stand_in.loopback import comes_from_here  # noqa: PLC0415  no real platform needs it

        super().add_routes(app)
        add_link_routes(app, self.host.now, self.host.runner, self._reset, comes_from_here)
        if self.is_embedded:
            host = self.host
            embed(app, open_stands(host.database, host.settings.command, self._answer_within, self._platforms))

    async def connect(self) -> Connection:
        """Join the workspace, and take its time for ours."""
        host = self.host
        own = host.address()
        workspace = own if self.is_embedded else workspace_of(host.settings.slack_api_url)
        joined = await join(host.session, workspace, own)
        host.now.offset = timedelta(seconds=joined.offset)
        api_url = own + LOCAL_API if self.is_embedded else host.settings.slack_api_url
        return Connection(api_url, joined.bot_token, joined.signing_secret, joined.overlay())

    async def _reset(self) -> None:
        """Forget everything, what was set up in chat included: the local workspace starts again."""
        desk, runner = self.host.desks.only, self.host.runner()
        if desk is None:
            return
        if runner is not None:
            await runner.settle()  # what is being sent would be put on record of a ticket that is gone
        await desk.begin_again()
        if runner is not None:
            await runner.settle()
