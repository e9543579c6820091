"""Slack as a front end: one workspace by its token, or as many as install Vigie by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from aiohttp import web
from pydantic import SecretStr

from bot.desk.runtime import DeskRuntime
from bot.outbound.callers import WHO_SECONDS
from bot.outbound.front_end import Host
from bot.server.repeating import Repeating
from bot.slack.app import slack_client
from bot.slack.connecting import Connector
from bot.slack.door import Door, add_slack_route
from bot.slack.manifest import INSTALL_PATH
from bot.slack.people import REFRESH_EVERY as ROLES_EVERY
from bot.slack.platform import PLATFORM
from bot.slack.reception import ANSWER_SECONDS, Reception
from bot.slack.responses import Answers
from bot.slack.sockets import Sockets
from bot.slack.workspaces import Workspaces, WorkspacesSender
from bot.wording.speech import speech
from scheduler.deferred import Performer
from scheduler.pacing import Rate
from scheduler.sender import Sender
from storage.database import Database
from storage.lanes import Way
from storage.organisations import organisations_in

if TYPE_CHECKING:
    from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

    from bot.slack.installed import Installed

PEOPLE_EVERY = timedelta(hours=1)
LOOK_EVERY = timedelta(seconds=30)  # for what other replicas installed, removed or refreshed


@dataclass(frozen=True, slots=True)
class Connection:
    """How Slack is reached."""

    #: The base of its Web API.
    api_url: str
    #: The token of the single workspace; None where workspaces install Vigie by themselves and no other way.
    bot_token: str | None
    #: What Slack signs its requests with; None where they come by socket alone.
    signing_secret: str | None
    #: What the workspace knows of its people and channels, in a policy file's shape; None: nothing.
    overlay: dict[str, Any] | None = None


class SlackFrontEnd:
    """See `bot.outbound.front_end.FrontEnd`."""

    platform = PLATFORM
    page: str | None = None
    is_embedded = False
    #: Seconds for which whoever is unknown is asked about before they are answered.
    who_seconds = WHO_SECONDS
    #: Seconds in which an answer has to leave.
    answer_seconds = ANSWER_SECONDS
    # One post a second in a channel. In a whole workspace 50 edits a minute (tier 3), and 50 conversations opened with
    # somebody; 100 private messages, and as many pages.
    rate = Rate(
        burst=5,
        interval=timedelta(seconds=1),
        together={Way.EDITS: (30, timedelta(seconds=1.2)), Way.PRIVATE: (40, timedelta(seconds=1.2))},
    )

    def __init__(self, host: Host) -> None:
        self.host = host
        self.workspaces = Workspaces()
        self.installed: Installed | None = None  # where workspaces install Vigie by themselves
        self._connection = Connection(host.settings.slack_api_url, None, None)
        self._answers: Answers | None = None
        self._door: Door | None = None
        self._oauth: AsyncOAuthFlow | None = None
        self._reception: Reception | None = None
        self._sockets: Sockets | None = None
        self._repeating = Repeating()

    @property
    def installs(self) -> bool:
        """Whether workspaces install Vigie by themselves."""
        return self.host.settings.many_workspaces

    @property
    def sender(self) -> Sender:
        """See FrontEnd."""
        return self._outward

    @property
    def performer(self) -> Performer:
        """See FrontEnd."""
        return self._outward

    @property
    def desks(self) -> Sequence[DeskRuntime]:
        """See FrontEnd."""
        return [workspace.desk for workspace in self.workspaces]

    @property
    def _outward(self) -> WorkspacesSender:
        find = self.installed.of_organisation if self.installed is not None else None
        return WorkspacesSender(self.workspaces, self.host.database, find)

    def add_routes(self, app: web.Application) -> None:
        """See FrontEnd."""
        add_slack_route(app, lambda: self._door, self.host.refusals)
        if self.installs:
            from bot.slack.oauth import add_oauth_routes  # noqa: PLC0415  as below

            add_oauth_routes(app, self.host.settings, lambda: self._oauth)

    async def connect(self) -> Connection:
        """How Slack is reached: as the settings say."""
        settings = self.host.settings
        token, secret = _revealed(settings.slack_bot_token), _revealed(settings.slack_signing_secret)
        return Connection(settings.slack_api_url, token, secret)

    async def start(self) -> None:
        """See FrontEnd."""
        host = self.host
        self._connection = connection = await self.connect()
        self._answers = Answers(connection.api_url)
        connector = Connector(host.desks, self._answers, removed=self.workspaces.drop, who_seconds=self.who_seconds)
        if self.installs:
            self._install_by_themselves(connector)
        if connection.bot_token is not None:
            client = slack_client(connection.bot_token, connection.api_url, host.session)
            workspace = await connector.by_token(client, connection.overlay)
            await workspace.people.refresh()
            self.workspaces.put(workspace)
            self.workspaces.single = None if self.installs else workspace
        if self.installed is not None:
            await self.installed.look()
            self._repeating.every(LOOK_EVERY, self.installed.look)

    def _install_by_themselves(self, connector: Connector) -> None:
        """Workspaces install Vigie by OAuth."""
        # Here, since a single workspace needs neither keys nor pages at every start.
        from bot.server.vault import Vault  # noqa: PLC0415
        from bot.slack.installed import Installed  # noqa: PLC0415
        from bot.slack.oauth import oauth_flow  # noqa: PLC0415

        settings, database, session = self.host.settings, self.host.database, self.host.session
        vault = Vault([key.get_secret_value() for key in settings.secret_keys])
        self.installed = Installed(settings, database, session, connector, self.workspaces, vault)
        self.workspaces.load = self.installed.load
        self.workspaces.in_channel = partial(_organisations_in, database)
        self._oauth = oauth_flow(settings, database, session, vault, self.installed.save)

    async def listen(self) -> None:
        """See FrontEnd."""
        settings, connection = self.host.settings, self._connection
        if self._answers is None:
            raise RuntimeError("it was not started")
        install_url = urljoin(settings.public_url, INSTALL_PATH[1:]) if settings.public_url else ""
        words = speech(settings.lang)
        stranger = words.text("stranger.many" if self.installed else "stranger.one", url=install_url)
        defect = words.text("refusal.defect")
        self._reception = Reception(
            self.workspaces, self._answers, stranger=stranger, defect=defect, seconds=lambda: self.answer_seconds
        )
        app_token = _revealed(settings.slack_app_token)
        if app_token is not None:
            client = slack_client("", connection.api_url, self.host.session)
            self._sockets = Sockets(self._reception, app_token, client)
            await self._sockets.connect()
        if connection.signing_secret is not None:
            self._door = Door(self._reception, connection.signing_secret)
        each = self.workspaces.each
        self._repeating.every(PEOPLE_EVERY, partial(each, lambda workspace: workspace.people.refresh()))
        self._repeating.every(ROLES_EVERY, partial(each, lambda workspace: workspace.people.refresh_roles()))

    async def refresh(self) -> None:
        """See FrontEnd."""
        await self.workspaces.each(lambda workspace: workspace.desk.catch_up())

    async def drain(self) -> None:
        """See FrontEnd."""
        self._repeating.stop()
        if self._reception is not None:
            await self._reception.drain()
        if self._sockets is not None:
            await self._sockets.close()
        await asyncio.gather(*(workspace.listeners.drain() for workspace in self.workspaces))

    async def stop(self) -> None:
        """See FrontEnd."""
        self._repeating.stop()
        await asyncio.gather(*(workspace.desk.drain() for workspace in self.workspaces))
        if self.installed is not None:
            await self.installed.stop()
        if self._answers is not None:
            await self._answers.close()


async def _organisations_in(database: Database, channel: str, candidates: Sequence[int]) -> list[int]:
    return await database.read(partial(organisations_in, channel=channel, candidates=candidates))


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
