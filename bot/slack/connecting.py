"""Starts a workspace: from a client with a valid token to a desk with its people, policy, sender and app."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.desk.binding import Binding
from bot.desk.policy_file.desks import channel_key
from bot.desk.policy_layers import PolicyLayers
from bot.outbound.callers import WHO_SECONDS
from bot.outbound.deferred import DeskWork
from bot.outbound.deliver import DeskSender
from bot.outbound.desk_start import Data, DeskStart, begin
from bot.server.settings import ConfigError
from bot.slack.app import SlackUnreachableError, bolt_app, identify
from bot.slack.app_home import Homes
from bot.slack.channels import find_channel, is_id
from bot.slack.client import SlackClient
from bot.slack.errors import UNREACHABLE, UnservableError, error_code, is_unknown_method
from bot.slack.forms import LIMITS
from bot.slack.history import SlackReader
from bot.slack.inbound_messages import permalink
from bot.slack.listeners import Listeners
from bot.slack.people import People
from bot.slack.platform import PLATFORM
from bot.slack.removal import Removal
from bot.slack.responses import Answers
from bot.slack.sender import SlackSender, SlackTransport
from bot.slack.workspaces import Workspace
from storage.installations import Installation, ensure_installation, note_lacking, organisation_to_join
from triage.keys import id_of, key_of

log = structlog.get_logger(__name__)
ANY = re.compile(r".*", re.DOTALL)


@dataclass(frozen=True)
class Connector:
    """What all workspaces share."""

    #: Starts the desk of each.
    desks: DeskStart
    #: Answers at the addresses that Slack gives with each request.
    answers: Answers
    #: Called with a workspace's id when Vigie is taken out of it.
    removed: Callable[[str], None]
    #: See bot.slack.callers.Callers.
    who_seconds: float = WHO_SECONDS

    async def by_token(self, client: SlackClient, overlay: Data | None) -> Workspace:
        """The single workspace of a token. Raises SlackUnreachableError or ConfigError. `overlay` is what a local
        workspace knows of its people."""
        identity = await identify(client)

        def ensure(session: Session) -> Installation:
            return ensure_installation(
                session, platform=PLATFORM, workspace=identity.workspace, name=identity.name, app=identity.app_id,
                bot_user=identity.bot_user, bot_id=identity.bot_id, now=self.desks.now(),
                joins=organisation_to_join(session, PLATFORM),
            )  # fmt: skip

        layers = self.desks.policy_layers(overlay)
        installation = await self.desks.database.write(ensure)
        return await self._start(installation, client, layers, identity.address, is_only=True)

    async def by_installation(self, installation: Installation, client: SlackClient) -> Workspace:
        """A workspace that installed Vigie by itself. A policy file counts for each of them; without one, what they
        have set up in chat does. A named channel that is not there is left out: the desk is then where they write.
        Raises UnservableError where Slack says that its token is another's."""
        address = await _address(client, installation.workspace)
        return await self._start(installation, client, self.desks.policy_layers(), address, is_only=False)

    async def _start(
        self, installation: Installation, client: SlackClient, layers: PolicyLayers, address: str, *, is_only: bool
    ) -> Workspace:
        binding = Binding(PLATFORM, self.desks.settings.command, partial(permalink, address), LIMITS)
        desk, lost = await self.desks.prepare(installation, layers, SlackChannels(client), binding, is_only=is_only)
        lacking = set(installation.lacking)

        async def note(scope: str) -> None:
            if scope in lacking:
                return
            lacking.add(scope)
            fact = partial(
                note_lacking, platform=PLATFORM, organisation_id=desk.organisation_id, scope=scope, now=desk.now()
            )
            await desk.write(fact)

        client.on_missing_scope = note
        client.organisation = desk.organisation_id if self.desks.settings.many_workspaces else None
        people = People(desk, client, installation.workspace)
        homes = Homes(desk, client)
        listeners = Listeners(desk, people, homes, self.answers, self.who_seconds)
        app = bolt_app(client, installation.bot_user, installation.bot_id)
        listeners.register(app)
        Removal(installation, desk, self.removed).register(app)
        _let_go_of_the_rest(app)
        await begin(desk, lost)

        def tables(*taken: bool) -> None:
            desk.state.tables[PLATFORM] = taken[0]

        async def look() -> None:
            tables(await client.takes_tables())

        client.on_tables = tables
        desk.spawn(look())
        transport = SlackTransport(client)
        messages = DeskSender(desk, transport)
        sender = SlackSender(messages, transport, homes)
        work = DeskWork(desk, messages, SlackReader(desk, transport))
        return Workspace(installation, client, desk, people, sender, work, listeners, app)


async def _address(client: AsyncWebClient, workspace: str) -> str:
    """Where the workspace is; empty where Slack does not say, which costs the links to messages alone."""
    try:
        identity = await identify(client)
    except SlackUnreachableError:
        return ""
    if identity.workspace not in ("", workspace):
        raise UnservableError(f"its token is that of the workspace {identity.workspace}: install Vigie there again")
    return identity.address


def _let_go_of_the_rest(app: AsyncApp) -> None:
    """Acknowledge what no other listener handles: otherwise Slack repeats such an event, and shows people an error for
    a form or shortcut of another release."""

    async def nod(ack: AsyncAck) -> None:
        await ack()

    for hang in (app.event, app.view, app.view_closed, app.shortcut):
        hang(ANY)(nod)


@dataclass(frozen=True)
class SlackChannels:
    """See `bot.outbound.desk_start.Channels`."""

    #: The workspace's Web API.
    client: AsyncWebClient

    async def find(self, named: str) -> str | None:
        """See Channels."""
        named = id_of(channel_key(named) or named).removeprefix("#")
        try:
            found = await find_channel(self.client, named)
        except UNREACHABLE as error:
            raise ConfigError(
                f"cannot look for the channel {named} ({type(error).__name__}): check the network, then start again"
            ) from error
        except SlackApiError as error:
            if is_unknown_method(error):
                # A server that speaks some of Slack's API: what was written is then taken at its word.
                log.warning("channels cannot be looked up", channel=named)
                return key_of(PLATFORM, named)
            raise ConfigError(
                f"cannot look for the channel {named} ({error_code(error)}): set VIGIE_CHANNEL to its id"
            ) from error
        return None if found is None else key_of(PLATFORM, str(found["id"]))

    def is_id(self, named: str) -> bool:
        """See Channels."""
        return is_id(named)
