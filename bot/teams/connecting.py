"""Starts a tenant: from who we are there to a desk with its people, policy, sender and listeners."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from bot.desk.binding import Binding, Limits
from bot.desk.runtime import DeskRuntime
from bot.outbound.deferred import DeskWork
from bot.outbound.deliver import DeskSender
from bot.outbound.desk_start import Data, DeskStart, begin
from bot.teams.app import Identity
from bot.teams.app_home import Homes
from bot.teams.listeners import Listeners
from bot.teams.not_yet import NotYet
from bot.teams.platform import PLATFORM
from bot.teams.responses import PrivateAnswers
from bot.teams.sender import TeamsSender
from bot.teams.tenants import Tenant
from storage.installations import Installation, ensure_installation, organisation_to_join

#: The name of a tenant that has none, for test tools.
NAMELESS = "any"


@dataclass(frozen=True)
class Connector:
    """What connecting takes."""

    #: Starts the desk, or lets one that is at work join.
    desks: DeskStart
    #: Who we are to Teams.
    identity: Identity

    async def connect(self, overlay: Data | None) -> Tenant:
        """The tenant, at work. Where another front end has a desk at work, that one is served here too. `overlay` is
        what a local workspace knows of its people. Raises ConfigError."""
        identity = self.identity
        workspace = identity.tenant_id or NAMELESS

        def ensure(session: Session) -> Installation:
            return ensure_installation(
                session, platform=PLATFORM, workspace=workspace, name="Microsoft Teams", app=identity.app_id,
                bot_user=identity.bot_id, bot_id=identity.bot_id, now=self.desks.now(),
                joins=organisation_to_join(session, PLATFORM),
            )  # fmt: skip

        installation = await self.desks.database.write(ensure)
        channels = NotYet()
        binding = Binding(PLATFORM, self.desks.settings.command, limits=Limits(can_look_up=False))
        at_work = self.desks.only
        if at_work is not None:
            named = self.desks.settings.channel_on(PLATFORM)
            desk = await self.desks.join(at_work, named, channels, binding, may_wait=True)
            await desk.refresh_people()
            return self._tenant(installation, desk)
        layers = self.desks.policy_layers(overlay)
        desk, lost = await self.desks.prepare(installation, layers, channels, binding, is_only=True, may_wait=True)
        tenant = self._tenant(installation, desk)
        await begin(desk, lost)
        return tenant

    def _tenant(self, installation: Installation, desk: DeskRuntime) -> Tenant:
        parts = NotYet()
        messages = DeskSender(desk, parts)
        homes = Homes(desk, parts)
        return Tenant(
            installation=installation,
            desk=desk,
            people=parts,
            sender=TeamsSender(messages, homes),
            work=DeskWork(desk, messages, parts),
            listeners=Listeners(desk, parts, parts, PrivateAnswers(messages), homes, bot=self.identity.bot_id),
            find_channels=partial(self.desks.look_again, desk, parts),
        )
