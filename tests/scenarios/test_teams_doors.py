"""A whole Vigie with Teams, at its door: what is forged leaves nothing behind, what is sent twice acts once, and nobody
in Slack waits because somebody else's keys are slow."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.app import Vigie
from bot.local_workspace.joining import Joined
from bot.server.settings import Settings
from bot.teams import key_set
from bot.teams.app import Cloud
from bot.teams.front_end import TeamsFrontEnd
from bot.teams_emulator.identity import key_of
from storage.tables.table import Table
from tests.bot.teams.shapes import said_to_us
from tests.fakes.connector import APP, ISSUER, SERVICE, TENANT, key_host, token
from tests.waiting import LONGEST_SECONDS, becomes

Json = dict[str, Any]
OTHER = "aaaaaaaa-0000-4000-8000-000000000002"


class Connector:
    """Sends the bot raw activities, signed as the local workspace's Connector signs them."""

    def __init__(self, vigie: Vigie, session: aiohttp.ClientSession, state: Json) -> None:
        self.vigie = vigie
        self.session = session
        self.teams: Json = state["teams"]
        self.key = key_of(self.teams["signing_key"])
        mine = [each for each in state["users"] if each["platform"] == "teams"]
        self.ana = next(each["id"] for each in mine if each["name"] == "Ana Reyes")
        channels = [each for each in state["channels"] if each["platform"] == "teams"]
        self.desk = next(each["id"] for each in channels if each["kind"] == "desk")

    def says(self, text: str, message_id: str = "1700000000001", **other: Any) -> Json:
        """A message in the desk's channel that names the bot."""
        teams, who = self.teams, self.ana
        found = said_to_us(text, by=who, where=self.desk, id=message_id, serviceUrl=teams["service_url"])
        written = json.dumps(found).replace("28:app", teams["bot_id"])
        found = json.loads(written)
        found["conversation"]["tenantId"] = found["channelData"]["tenant"]["id"] = teams["tenant_id"]
        return {**found, **other}

    def token(self, **other: Any) -> str:
        """What shows that the Connector sends it; None takes a claim away."""
        teams, now = self.teams, int(time.time())
        usual = {"iss": teams["issuer"], "aud": teams["app_id"], "serviceurl": teams["service_url"],
                 "nbf": now - 300, "exp": now + 3600}  # fmt: skip
        claims = {name: value for name, value in (usual | other).items() if value is not None}
        return jwt.encode(claims, self.key, "RS256", {"kid": teams["key_id"]})

    async def post(self, body: Json, bearer: str) -> int:
        """Send it; the status."""
        headers = {"Authorization": f"Bearer {bearer}"}
        async with self.session.post(f"{self.vigie.address}/teams/messages", json=body, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def rows(self) -> dict[str, int]:
        """How many rows each table has, but for that of the auditor, who passes by at any time."""
        assert self.vigie.desk is not None

        def count(session: Any) -> dict[str, int]:
            every = [each for each in Table.metadata.sorted_tables if each.name != "audit"]
            return {t.name: session.execute(sa.select(sa.func.count()).select_from(t)).scalar() for t in every}

        return await self.vigie.desk.database.read(count)


@pytest.fixture
async def both(sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Vigie]:
    monkeypatch.chdir(tmp_path)
    settings = Settings(VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0)
    vigie = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=("slack", "teams"))
    await vigie.start()
    yield vigie
    await vigie.stop()


@pytest.fixture
async def connector(both: Vigie, http: aiohttp.ClientSession) -> Connector:
    async with http.get(f"{both.address}/_control/state") as answer:
        found = Connector(both, http, await answer.json())
    await control(both, http, "advance", minutes=0.1)
    return found


async def control(vigie: Vigie, http: aiohttp.ClientSession, name: str, **body: Any) -> Json:
    async with http.post(f"{vigie.address}/_control/{name}", json=body) as answer:
        found: Json = await answer.json()
    assert found["ok"], found
    return found


async def tickets(connector: Connector) -> int:
    return (await connector.rows())["ticket"]


FORGED: dict[str, Callable[[Connector], tuple[Json, str]]] = {
    "no token": lambda one: (one.says("new sev1 Down"), ""),
    "garbage": lambda one: (one.says("new sev1 Down"), "a.b.c"),
    "another key": lambda one: (one.says("new sev1 Down"), token(kid=one.teams["key_id"], aud=one.teams["app_id"])),
    "expired": lambda one: (one.says("new sev1 Down"), one.token(exp=int(time.time()) - 310)),
    "no end": lambda one: (one.says("new sev1 Down"), one.token(exp=None)),
    "another audience": lambda one: (one.says("new sev1 Down"), one.token(aud=OTHER)),
    "another issuer": lambda one: (one.says("new sev1 Down"), one.token(iss="https://sts.windows.net/x/")),
    "another tenant": lambda one: (
        one.says("new sev1 Down", conversation={"id": one.desk, "tenantId": OTHER}), one.token(),
    ),
    "another address": lambda one: (one.says("new sev1 Down", serviceUrl="https://evil.example/"), one.token()),
    "another address, signed for": lambda one: (
        one.says("new sev1 Down", serviceUrl="https://evil.example/"), one.token(serviceurl="https://evil.example/"),
    ),
}  # fmt: skip


async def test_what_is_forged_leaves_nothing_behind_and_hardly_a_line(connector: Connector) -> None:
    before = await connector.rows()
    with capture_logs() as logs:
        answers = {case: await connector.post(*made(connector)) for case, made in FORGED.items()}
        assert await connector.rows() == before
    assert set(answers.values()) == {401, 403}, answers
    assert [line for line in logs if line["log_level"] not in ("debug", "info")] == []
    assert await connector.post(connector.says("new sev1 Down"), connector.token()) == 200
    assert await tickets(connector) == 1


async def test_what_is_sent_again_acts_once(connector: Connector) -> None:
    said = connector.says("new sev2 Packet loss towards Frankfurt")
    assert await asyncio.gather(*(connector.post(said, connector.token()) for _ in range(5))) == [200] * 5
    assert await connector.post(said, connector.token()) == 200
    assert await tickets(connector) == 1
    assert await connector.post(connector.says("new sev2 Another", "1700000000002"), connector.token()) == 200
    assert await tickets(connector) == 2


@pytest.mark.slow
async def test_whoever_stops_it_waits_for_what_was_let_in(connector: Connector, both: Vigie) -> None:
    sent = [connector.says(f"new sev2 Line {number} is slow", f"17000000001{number:02}") for number in range(30)]
    under_way = [asyncio.create_task(connector.post(each, connector.token())) for each in sent]
    await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
    (teams,) = (each for each in both.front_ends if each.platform == "teams")
    await teams.drain()
    statuses = await asyncio.gather(*under_way)
    assert set(statuses) <= {200, 503}
    assert await tickets(connector) == statuses.count(200) > 0


async def test_keys_that_cannot_be_had_hold_up_nobody_in_slack(
    sqlite_database: str, tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host of the keys takes every request and never answers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(key_set, "WAIT_SECONDS", LONGEST_SECONDS)
    settings = Settings(VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0)
    async with key_host() as host:
        host.answers.clear()
        other_keys(monkeypatch, host.url)
        vigie = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=("slack", "teams"))
        await vigie.start()
        async with http.get(f"{vigie.address}/_control/state") as answer:
            connector = Connector(vigie, http, await answer.json())
        claims = {"iss": connector.teams["issuer"], "aud": connector.teams["app_id"]}
        many = [connector.post(connector.says("new sev1 Down"), token(kid=f"k{n}", **claims)) for n in range(60)]
        knocking = [asyncio.create_task(each) for each in many]
        # The workspace's own first events wait among them.
        await becomes(lambda: sum(each.done() for each in knocking) >= 60 - key_set.MOST_WAITING, True)
        for number in range(1, 4):
            done = await control(
                vigie, http, "command", channel="C0SUPPORTD1", user="U0ANAREYES1", command="/ticket",
                text=f"new sev2 Slack is answered {number}",
            )  # fmt: skip
            assert done["status"] == 200
        assert not all(each.done() for each in knocking), "they still wait"
        assert await tickets(connector) == 3
        assert host.asked == 1
        host.answers.set()
        assert set(await asyncio.gather(*knocking)) <= {401, 503}
        await vigie.stop()


def other_keys(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Whoever has keys has them from there."""
    made = key_set.KeySet.__init__
    monkeypatch.setattr(key_set.KeySet, "__init__", lambda self, _url, session, *more: made(self, url, session, *more))


@pytest.mark.slow
async def test_alone_and_without_a_channel_it_starts_and_waits_for_one(
    sqlite_database: str, tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Joined, "overlay", lambda _: {"desks": {"support": {"language": "en"}}})
    settings = Settings(VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0, VIGIE_TEAMS_CHANNEL="support")
    vigie = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=("teams",))
    await vigie.start()
    (teams,) = vigie.front_ends
    assert isinstance(teams, TeamsFrontEnd)
    assert teams.tenants.single is not None
    async with http.get(f"{vigie.address}/readyz") as answer:
        assert answer.status == 200
    await control(vigie, http, "advance", minutes=0.1)  # it hears where it is installed
    await teams.tenants.single.find_channels()
    own = teams.tenants.single.desk.own_channel
    assert own is not None, "the channel of that name was found as soon as Vigie was let in"
    assert "@thread.tacv2" in own
    await vigie.stop()


@pytest.mark.parametrize("beside", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["alone", "beside local"])
async def test_as_the_settings_say_it_asks_every_caller(
    beside: bool,
    sqlite_database: str,
    tmp_path: Path,
    http: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(
        VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0, TEAMS_CLIENT_ID=APP.upper(),
        TEAMS_CLIENT_SECRET=SecretStr("hush"), TEAMS_TENANT_ID=TENANT.upper(),
    )  # fmt: skip
    async with key_host() as host:
        monkeypatch.setattr(TeamsFrontEnd, "cloud", Cloud(ISSUER, host.url, SERVICE))
        vigie = Vigie(settings, local=beside, local_platforms=("slack",) if beside else None)
        await vigie.start()
        assert [each.platform for each in vigie.front_ends] == (["slack", "teams"] if beside else ["teams"])
        url = f"{vigie.address}/teams/messages"
        leaving = {"type": "typing", "id": "1", "serviceUrl": SERVICE, "channelData": {"tenant": {"id": TENANT}}}
        for headers, status in (({}, 401), ({"Authorization": f"Bearer {token()}"}, 200)):
            async with http.post(url, json=leaving, headers=headers) as answer:
                assert answer.status == status
        await vigie.stop()


async def test_a_test_tool_on_this_machine_shows_nothing_and_is_answered(
    sqlite_database: str, tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    vigie = Vigie(Settings(VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0, VIGIE_TEAMS_DEV=True))
    await vigie.start()
    said = {"type": "typing", "id": "1", "serviceUrl": "http://localhost:56150/_connector"}
    evil = said | {"serviceUrl": "https://evil.example/"}
    url = f"{vigie.address}/teams/messages"
    for body, headers, status in (
        (said, {}, 200),
        (evil, {}, 403),
        (said, {"Content-Type": "text/plain"}, 403),  # a page in a browser can send this
        (said, {"Origin": "https://evil.example"}, 403),
        (said, {"Host": "evil.example"}, 403),
        (said, {"X-Forwarded-For": "192.0.2.1"}, 403),  # a tunnel to this machine
    ):
        sent = {"Content-Type": "application/json", **headers}
        async with http.post(url, data=json.dumps(body), headers=sent) as answer:
            assert answer.status == status, headers
    await vigie.stop()
