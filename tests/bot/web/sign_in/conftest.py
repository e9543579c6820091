"""A desk whose pages people sign in to, with a provider of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, unused_port
from pydantic import SecretStr

from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from bot.server.settings import Settings
from bot.web import kept
from bot.web.desk import SignIn, WebDesk
from bot.web.sign_in import providers
from storage.accounts import save_accounts
from storage.installations import ensure_installation
from tests.bot.web.sign_in.provider import CLIENT_ID, SECRET, OidcProvider
from tests.factories import AGENT, NOW

Client = TestClient[web.Request, web.Application]
TENANT, OBJECT_ID = "0f0f0f0f-1111-2222-3333-444444444444", "9d9d9d9d-0000-0000-0000-000000000001"


@dataclass
class Door:
    """The pages, a browser in front of them, and the two providers."""

    #: A browser.
    client: Client
    #: Slack ...
    slack: OidcProvider
    #: ... and Entra.
    entra: OidcProvider
    #: What was refused, counted.
    refusals: Refusals
    #: The desk as it is seen from Slack.
    desk: DeskRuntime

    async def lands(self, address: str = "/sign-in/slack") -> tuple[int, str, str]:
        """Where somebody ends up who goes there: the status, the path with its query, the text."""
        async with self.client.get(address, headers={"Accept-Language": "en"}) as answer:
            text = (await answer.text()).replace("<bdi>", "").replace("</bdi>", "")
            return answer.status, answer.url.raw_path_qs, text


@pytest.fixture
async def door(desk: DeskRuntime, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    """A desk on Slack and Teams; Ana, an agent, has an account on both."""
    monkeypatch.setattr(kept, "SECONDS", -1.0)
    desk.now.machine = lambda: NOW
    _joined_to_teams(desk)
    slack, entra = OidcProvider(), OidcProvider(path=f"/{TENANT}/v2.0", wants_pkce=True)
    slack.who = {"https://slack.com/team_id": "T1", "https://slack.com/user_id": "UAGENT"}
    entra.who = {"tid": TENANT, "oid": OBJECT_ID}
    app, refusals = web.Application(), Refusals()
    async with TestServer(slack.app()) as one, TestServer(entra.app()) as other, aiohttp.ClientSession() as http:
        slack.url, entra.url = str(one.make_url("")).rstrip("/"), str(other.make_url("")).rstrip("/")
        monkeypatch.setattr(providers, "ENTRA", entra.url)
        desks = [desk, desk.on(replace(desk.binding, platform="teams"))]
        port = unused_port()
        settings = Settings(
            VIGIE_SIGN_IN=("slack", "teams"), VIGIE_PUBLIC_URL=f"http://127.0.0.1:{port}",
            SLACK_API_URL=f"{slack.url}/api/",
            SLACK_BOT_TOKEN=SecretStr("xoxb-1"), SLACK_SIGN_IN_ID=CLIENT_ID, SLACK_SIGN_IN_SECRET=SecretStr(SECRET),
            TEAMS_CLIENT_ID=CLIENT_ID, TEAMS_CLIENT_SECRET=SecretStr(SECRET), TEAMS_TENANT_ID=TENANT,
        )  # fmt: skip
        slack.back, entra.back = (f"http://127.0.0.1:{port}/sign-in/{each}/back" for each in ("slack", "teams"))
        served = WebDesk(
            desk.database, desk.now, refusals, lambda: desks, is_local=False, sign_in=SignIn(settings, http)
        )
        served.add_routes(app)
        pages = TestServer(app, host="127.0.0.1", port=port)
        async with TestClient(pages) as client:
            yield Door(client, slack, entra, refusals, desk)
            await served.stop()
    await desk.drain()
    refusals.close()


def _joined_to_teams(desk: DeskRuntime) -> None:
    """The organisation has a tenant too, in which Ana is."""
    ana = replace(desk.directory.accounts[AGENT.id], key="teams:29:ana", alias=f"teams:{OBJECT_ID}", name="Ana Reyes")
    desk.database.write_now(
        lambda session: ensure_installation(
            session, platform="teams", workspace=TENANT, name="Teams", app="A2", bot_user="28:b", bot_id="28:b",
            now=NOW, joins=desk.organisation_id,
        )
    )  # fmt: skip
    desk.database.write_now(lambda session: save_accounts(session, desk.organisation_id, [ana], NOW))
    accounts = {**desk.directory.accounts, ana.key: ana}
    desk.directory = replace(desk.directory, accounts=accounts, persons={ana.key: AGENT.id})
