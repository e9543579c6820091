"""Starts a tenant: from who we are there to a desk with its people, policy, sender and listeners."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import structlog
from sqlmodel import Session

from bot.desk.binding import NAME, Binding
from bot.desk.runtime import DeskRuntime
from bot.outbound.deferred import DeskWork
from bot.outbound.deliver import DeskSender
from bot.outbound.desk_start import Data, DeskStart, begin
from bot.teams.app import Identity
from bot.teams.app_home import Homes
from bot.teams.channels import TeamsChannels
from bot.teams.client import ConnectorClient
from bot.teams.conversations import Conversations
from bot.teams.forms import LIMITS
from bot.teams.history import TeamsReader
from bot.teams.inbound_messages import permalink
from bot.teams.listeners import Listeners
from bot.teams.people import People
from bot.teams.platform import PLATFORM
from bot.teams.responses import PrivateAnswers
from bot.teams.sender import TeamsSender, TeamsTransport
from bot.teams.tenants import Tenant
from storage.channels import readdress
from storage.installations import Installation, ensure_installation, organisation_to_join

log = structlog.get_logger(__name__)
#: The name of a tenant that has none, for test tools.
NAMELESS = "any"


@dataclass(frozen=True)
class Connector:
    """What connecting takes."""

    #: Starts the desk, or lets one that is at work join.
    desks: DeskStart
    #: Who we are to Teams.
    identity: Identity
    #: Calls Teams.
    client: ConnectorClient
    #: Where Teams is called whose own address is not known yet.
    service_url: str
    #: Whether that is the only address there is: a stand-in's, which may have been another when it last ran.
    is_only_address: bool = False

    async def connect(self, overlay: Data | None) -> Tenant:
        """The tenant, at work. Where another front end has a desk at work, that one is served here too. `overlay` is
        what a local workspace knows of its people. Raises ConfigError."""
        identity, desks = self.identity, self.desks
        workspace = identity.tenant_id or NAMELESS

        def ensure(session: Session) -> Installation:
            return ensure_installation(
                session, platform=PLATFORM, workspace=workspace, name="Microsoft Teams", app=identity.app_id,
                bot_user=identity.bot_id, bot_id=identity.bot_id, now=desks.now(),
                joins=organisation_to_join(session, PLATFORM),
            )  # fmt: skip

        installation = await desks.database.write(ensure)
        if self.is_only_address:
            organisation_id = installation.organisation_id
            await desks.database.write(
                partial(readdress, organisation_id=organisation_id, platform=PLATFORM, service_url=self.service_url)
            )
        channels = TeamsChannels(
            desks.database, installation.organisation_id, self.client, self.service_url, workspace, desks.now
        )
        link = partial(permalink, identity.tenant_id)
        # Without private messages there is no command to be picked, so people name the bot.
        command = desks.settings.command if desks.settings.teams_targeted else NAME
        binding = Binding(PLATFORM, command, link, LIMITS, invite="app")
        if desks.only is not None:
            named = desks.settings.channel_on(PLATFORM)
            desk = await desks.join(desks.only, named, channels, binding, may_wait=True)
            await desk.refresh_people()
            return self._tenant(installation, desk, channels)
        layers = desks.policy_layers(overlay)
        desk, lost = await desks.prepare(installation, layers, channels, binding, is_only=True, may_wait=True)
        tenant = self._tenant(installation, desk, channels)
        await begin(desk, lost)
        return tenant

    def _tenant(self, installation: Installation, desk: DeskRuntime, channels: TeamsChannels) -> Tenant:
        transport = TeamsTransport(desk, self.client, privately=self.desks.settings.teams_targeted)
        messages = DeskSender(desk, transport)
        people = People(desk, self.client, self.identity.tenant_id)
        homes = Homes(desk, transport)

        async def met() -> None:
            await people.refresh()
            await channels.learn_names()

        answers, conversations = PrivateAnswers(messages), Conversations(desk, met)
        reader, bot = TeamsReader(), self.identity.bot_id
        return Tenant(
            installation=installation,
            desk=desk,
            people=people,
            sender=TeamsSender(messages, homes),
            work=DeskWork(desk, messages, reader),
            listeners=Listeners(desk, people, conversations, answers, homes, bot=bot, remembers=reader),
            find_channels=partial(self.desks.look_again, desk, channels),
        )
