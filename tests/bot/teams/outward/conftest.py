"""What tests of the way out share: a Connector, a client that calls it, a desk with a channel there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from bot.desk.binding import Binding
from bot.desk.runtime import DeskRuntime
from bot.teams.client import ConnectorClient
from bot.teams.forms import LIMITS
from bot.teams.sender import TeamsTransport
from storage.accounts import Account, save_accounts
from storage.channels import Channel, ChannelKind, save_channel
from tests.factories import NOW
from tests.fakes.bot_connector import TENANT, BotConnector, SomeTokens, bot_connector

SUPPORT = "teams:19:support@thread.tacv2"
TEAM = "19:it@thread.tacv2"
ANA, BOT = "teams:29:ana", "28:vigie"


@pytest.fixture
async def connector() -> AsyncIterator[BotConnector]:
    async with bot_connector() as fake:
        yield fake


@pytest.fixture
def tokens() -> SomeTokens:
    return SomeTokens()


@pytest.fixture
async def client(connector: BotConnector, tokens: SomeTokens) -> AsyncIterator[ConnectorClient]:
    async with aiohttp.ClientSession() as session:
        yield ConnectorClient(session, tokens, lambda url: url == connector.url, BOT)


@pytest.fixture
async def on_teams(desk: DeskRuntime, connector: BotConnector) -> DeskRuntime:
    """The desk, seen from Teams, where it has a channel; Ana is there."""
    channel = Channel(
        SUPPORT, ChannelKind.CHANNEL, connector.url, workspace=TENANT, name="support", team=TEAM, team_name="Contoso IT"
    )
    known = Account(ANA, "Ana Reyes", email="ana@contoso.example")
    whose = desk.organisation_id
    await desk.database.write(lambda session: save_channel(session, whose, channel, NOW))
    await desk.database.write(lambda session: save_accounts(session, whose, [known], NOW))
    own = replace(desk.policy.desk, channels=("slack:CDESK", SUPPORT))
    desk.policy = replace(desk.policy, desk=own)
    seen = desk.on(Binding("teams", link=_link, limits=LIMITS, invite="app"))
    await seen.refresh_people()
    return seen


def _link(channel: str, message_id: str, root_id: str) -> str:
    return f"https://teams.example/{channel}/{root_id}/{message_id}"


@pytest.fixture
def transport(on_teams: DeskRuntime, client: ConnectorClient) -> TeamsTransport:
    return TeamsTransport(on_teams, client)
