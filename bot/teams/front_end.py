"""Microsoft Teams as a front end: one tenant, by the app that was registered there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from aiohttp import web

from bot.desk.runtime import DeskRuntime
from bot.outbound.entra import EntraTokens, token_url
from bot.outbound.front_end import Host
from bot.server.repeating import Repeating
from bot.teams.app import Cloud, Identity, TeamsApp
from bot.teams.client import SCOPE, ConnectorClient, NoTokens, Tokens
from bot.teams.connecting import Connector
from bot.teams.door import Door, add_teams_route
from bot.teams.key_set import KeySet
from bot.teams.platform import PLATFORM
from bot.teams.reception import Reception
from bot.teams.service_urls import ServiceUrls
from bot.teams.signature import Signer
from bot.teams.tenants import Tenants, TenantsSender
from scheduler.deferred import Performer
from scheduler.pacing import Rate
from scheduler.sender import Sender

PEOPLE_EVERY = timedelta(hours=1)
READING_SECONDS = 5.0  # at the start, until people are read
LOOK_EVERY = timedelta(seconds=30)  # for a channel that was named before we were let in there
#: Where a test tool is that has not called yet: Agents Playground, if its port is the usual one. Never Microsoft.
TEST_TOOL = "http://127.0.0.1:56150/_connector"
#: The name of our app where it has none, for test tools.
NAMELESS = "00000000-0000-0000-0000-000000000001"


@dataclass(frozen=True, slots=True)
class Connection:
    """How Teams is reached."""

    #: Who we are there.
    identity: Identity
    #: What our own calls are let in with.
    tokens: Tokens
    #: Where it is.
    cloud: Cloud = field(default_factory=Cloud)
    #: Which addresses may be talked to.
    service_urls: ServiceUrls = field(default_factory=ServiceUrls)
    #: What a local workspace knows of its people and channels, in a policy file's shape; None: nothing.
    overlay: dict[str, Any] | None = None


class TeamsFrontEnd:
    """See `bot.outbound.front_end.FrontEnd`."""

    platform = PLATFORM
    page: str | None = None
    is_embedded = False
    #: Where Teams is.
    cloud = Cloud()
    # Of one bot in one conversation Teams takes 7 posts in a second, 8 in two, 60 in 30, 1,800 in an hour.
    rate = Rate(burst=5, interval=timedelta(milliseconds=667), edits_count=True, lasting=(900, timedelta(seconds=4)))

    def __init__(self, host: Host) -> None:
        self.host = host
        self.tenants = Tenants()
        self._app: TeamsApp | None = None
        self._connection: Connection | None = None
        self._door: Door | None = None
        self._keys: KeySet | None = None
        self._reception = Reception(self.tenants)
        self._repeating = Repeating()
        self._has_own_desk = False
        self._reading: asyncio.Task[None] | None = None  # the people, for the first time

    @property
    def sender(self) -> Sender:
        """See FrontEnd."""
        return TenantsSender(self.tenants)

    @property
    def performer(self) -> Performer:
        """See FrontEnd."""
        return TenantsSender(self.tenants)

    @property
    def desks(self) -> Sequence[DeskRuntime]:
        """See FrontEnd."""
        return [tenant.desk for tenant in self.tenants]

    def add_routes(self, app: web.Application) -> None:
        """See FrontEnd."""
        add_teams_route(app, lambda: self._door, self.host.refusals)

    async def connect(self) -> Connection:
        """How Teams is reached: as the settings say."""
        settings, secret = self.host.settings, self.host.settings.teams_client_secret
        tenant_id = (settings.teams_tenant_id or "").lower()
        app_id = (settings.teams_client_id or NAMELESS).lower()  # as tokens and mentions have it
        identity = Identity(app_id, tenant_id, asks_callers=not settings.teams_dev)
        if secret is None:
            here = ServiceUrls(on_this_machine=settings.teams_dev)
            return Connection(identity, NoTokens(), Cloud(service_url=TEST_TOOL), here)
        opens = secret.get_secret_value()
        tokens = EntraTokens(self.host.session, token_url(tenant_id), identity.app_id, opens, SCOPE)
        return Connection(identity, tokens, self.cloud)

    async def start(self) -> None:
        """See FrontEnd."""
        host = self.host
        self._connection = connection = await self.connect()
        identity = connection.identity
        self._keys = KeySet(connection.cloud.keys_url, host.session)
        if identity.asks_callers:
            self._keys.start()
        self._app = TeamsApp(identity, connection.cloud, self._keys)
        await self._app.start()
        self.tenants.is_any = not identity.tenant_id
        self._has_own_desk = host.desks.only is None
        client = ConnectorClient(host.session, connection.tokens, connection.service_urls.allow, identity.bot_id)
        is_only = connection.service_urls.only is not None
        connector = Connector(host.desks, identity, client, connection.cloud.service_url, is_only)
        self.tenants.single = await connector.connect(connection.overlay)
        # Whoever is met before that is asked about by themselves: a Teams that is slow holds up no desk in Slack.
        self._reading = asyncio.create_task(self.tenants.each(lambda tenant: tenant.people.refresh()))
        await asyncio.wait({self._reading}, timeout=READING_SECONDS)

    async def listen(self) -> None:
        """See FrontEnd."""
        connection, app, keys = self._connection, self._app, self._keys
        if connection is None or app is None or keys is None:
            raise RuntimeError("it was not started")
        identity = connection.identity
        signer = Signer(connection.cloud.issuer, identity.app_id) if identity.asks_callers else None
        self._door = Door(self._reception, app, signer, keys, identity.tenant_id, connection.service_urls)
        each = self.tenants.each
        self._repeating.every(PEOPLE_EVERY, partial(each, lambda tenant: tenant.people.refresh()))
        self._repeating.every(LOOK_EVERY, partial(each, lambda tenant: tenant.find_channels()))

    async def refresh(self) -> None:
        """See FrontEnd."""
        await self.tenants.each(lambda tenant: tenant.desk.catch_up())

    async def drain(self) -> None:
        """See FrontEnd."""
        self._repeating.stop()
        await self._reception.drain()
        await asyncio.gather(*(tenant.listeners.drain() for tenant in self.tenants))

    async def stop(self) -> None:
        """See FrontEnd."""
        self._repeating.stop()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._keys is not None:
            await self._keys.stop()
        if self._has_own_desk:
            await asyncio.gather(*(tenant.desk.drain() for tenant in self.tenants))
