"""Whoever is not the Bot Connector gets 401 and nothing else, and what is not ours to answer 403: nothing of it is
parsed, acted on or written down."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDict
from structlog.testing import capture_logs

from bot.server.connections import BODY_LIMIT
from bot.server.refused_requests import Refusals
from bot.teams.app import Cloud, Identity, TeamsApp
from bot.teams.door import Door, add_teams_route
from bot.teams.key_set import KeySet
from bot.teams.payload import Activity
from bot.teams.platform import MESSAGES_PATH
from bot.teams.reception import Reception
from bot.teams.responses import Reply
from bot.teams.service_urls import ServiceUrls
from bot.teams.signature import Signer
from bot.teams.tenants import Tenants
from tests.bot.teams.shapes import activity
from tests.fakes.connector import APP, ISSUER, SERVICE, TENANT, KeyHost, forged, key_host, public_pem, token
from tests.waiting import becomes

AGENT_365 = "5a807f24-c9de-44ee-a3a7-329e88a00ffc"
ENTRA = f"https://login.microsoftonline.com/{TENANT}/v2.0"
ELSEWHERE = "https://smba.trafficmanager.net.evil.example/emea/"


class Heard(Reception):
    """Who stands behind the door."""

    def __init__(self) -> None:
        super().__init__(Tenants())
        self.activities: list[Activity] = []
        self.reply = Reply(200, {"task": {"type": "message", "value": None}})
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def receive(self, activity: Activity) -> Reply:
        self.activities.append(activity)
        await self.goes_on.wait()
        return self.reply


@dataclass
class Doorway:
    """A door, whoever is behind it, and the way there."""

    heard: Heard
    keys: KeyHost
    session: aiohttp.ClientSession
    url: str
    refusals: Refusals = field(default_factory=Refusals)

    async def post(self, body: bytes | dict[str, Any], headers: Mapping[str, str]) -> tuple[int, bytes]:
        sent = json.dumps(body).encode() if isinstance(body, dict) else body
        async with self.session.post(self.url, data=sent, headers=headers) as answer:
            return answer.status, await answer.read()

    async def with_token(self, token: str, body: dict[str, Any] | None = None) -> int:
        sent = body if body is not None else said()
        return (await self.post(sent, {"Authorization": f"Bearer {token}"}))[0]


def said(**other: Any) -> dict[str, Any]:
    """A message of our own tenant."""
    found = activity("message", text="hello")
    found["conversation"]["tenantId"] = found["channelData"]["tenant"]["id"] = TENANT
    return found | {"serviceUrl": SERVICE} | other


@pytest.fixture
async def doorway() -> AsyncIterator[Doorway]:
    async with key_host() as host, aiohttp.ClientSession() as session:
        heard, refusals = Heard(), Refusals()
        keys = KeySet(host.url, session)
        app = TeamsApp(Identity(APP, TENANT), Cloud(keys_url=host.url), keys)
        await app.start()
        keys.start()
        door = Door(heard, app, Signer(ISSUER, APP), keys, TENANT, ServiceUrls())
        web_app = web.Application(client_max_size=BODY_LIMIT)
        add_teams_route(web_app, lambda: door, refusals)
        server = TestServer(web_app)
        await server.start_server()
        yield Doorway(heard, host, session, str(server.make_url(MESSAGES_PATH)), refusals)
        await server.close()
        await keys.stop()
        refusals.close()


async def test_a_request_that_the_connector_signed_is_heard_whole_and_answered(doorway: Doorway) -> None:
    sent = said(attachments=[{"contentType": "unheard/of", "content": None}], channelData={"odd": [None]})
    status, answer = await doorway.post(sent, {"Authorization": f"Bearer {token()}"})
    assert (status, json.loads(answer)) == (200, {"task": {"type": "message", "value": None}})
    (heard,) = doorway.heard.activities
    assert heard.raw == sent
    assert heard.service_url == SERVICE


UNSIGNED: dict[str, Callable[[], str]] = {
    "garbage": lambda: "a.b.c",
    "no algorithm": lambda: forged("none"),
    "no algorithm, in capitals": lambda: forged("NONE"),
    "a public key as a shared secret": lambda: forged("HS256", public_pem()),
    "a shared secret, no key": lambda: forged("HS256", b"secret", kid=None),
    "a longer shared secret": lambda: forged("RS256", public_pem()),
    "another key by the same name": lambda: token(signed_by="theirs"),
    "an unknown key": lambda: token(signed_by="theirs", kid="theirs"),
    "no key named": lambda: token(kid=None),
    "a key without a name": lambda: token(kid=""),
    "a key with an endless name": lambda: token(kid="k" * 300),
    "another audience": lambda: token(aud="22222222-aaaa-4000-8000-000000000001"),
    "no audience": lambda: token(aud=None),
    "an audience that is a number": lambda: token(aud=5),
    "another issuer": lambda: token(iss="https://api.botframework.us"),
    "no issuer": lambda: token(iss=None),
    "Entra": lambda: token(iss=ENTRA, tid=TENANT, azp="33333333-aaaa-4000-8000-000000000001"),
    "Entra, of another tenant": lambda: token(iss=ENTRA.replace(TENANT, "other"), tid="other"),
    "Entra, an older token": lambda: token(iss=f"https://sts.windows.net/{TENANT}/", tid=TENANT, appid=AGENT_365),
    "Entra, the caller whom the SDK trusts": lambda: token(iss=ENTRA, tid=TENANT, azp=AGENT_365),
    "expired": lambda: token(expired_for=310),
    "never expires": lambda: token(exp=None),
    "expires in no time": lambda: token(exp="soon"),
    "expires at a text": lambda: token(exp=str(int(time.time()) + 3600)),
    "expires within a second": lambda: token(exp=time.time() + 3600.5),
    "expires at infinity": lambda: token(exp=float("inf")),
    "not yet": lambda: token(nbf=time.time() + 4000),
    "no address": lambda: token(serviceurl=None),
    "an address that is none": lambda: token(serviceurl={"a": 1}),
}


@pytest.mark.parametrize("case", UNSIGNED)
async def test_whoever_is_not_the_connector_is_not_heard(doorway: Doorway, case: str) -> None:
    with capture_logs() as logs:
        assert await doorway.with_token(UNSIGNED[case]()) == 401
    assert doorway.heard.activities == []
    assert logs == []
    assert doorway.refusals.counts == {"unsigned": 1}


@pytest.mark.parametrize("claim", ["appid", "tid"])
@pytest.mark.parametrize("odd", [5, [1], {"a": 1}], ids=str)
async def test_a_token_in_which_the_sdk_loses_its_way_is_none(doorway: Doorway, claim: str, odd: object) -> None:
    said: dict[str, Any] = {claim: odd}
    assert await doorway.with_token(token(**said)) == 401
    assert doorway.heard.activities == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer  "},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer a.b." + "c" * 5000},
        {"X-Authorization": "Bearer a.b.c"},
    ],
    ids=lambda headers: str(headers)[:40],
)
async def test_without_a_token_nothing_is_read(doorway: Doorway, headers: dict[str, str]) -> None:
    assert (await doorway.post(b"{", headers))[0] == 401
    assert (await doorway.post(said(), headers))[0] == 401
    assert doorway.heard.activities == []


async def test_two_tokens_are_none(doorway: Doorway) -> None:
    headers = CIMultiDict([("Authorization", f"Bearer {token()}"), ("Authorization", f"Bearer {token()}")])
    assert (await doorway.post(said(), headers))[0] == 401


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({"expired_for": 120}, 200),  # clocks differ
        ({"expired_for": 200}, 200),
        ({"expired_for": 310}, 401),
        ({"aud": [APP]}, 200),
        ({"serviceurl": SERVICE.rstrip("/")}, 200),
        ({"serviceurl": None, "serviceUrl": SERVICE}, 401),  # that is not how it is written
        ({"serviceurl": "https://europe.botframework.com/"}, 401),  # the body says another
        ({"serviceurl": ELSEWHERE}, 401),
    ],
    ids=str,
)
async def test_what_a_token_may_say_otherwise(doorway: Doorway, other: dict[str, Any], status: int) -> None:
    assert await doorway.with_token(token(**other)) == status
    assert len(doorway.heard.activities) == (status == 200)


BODIES: dict[str, tuple[dict[str, Any], int]] = {
    "no address": ({"serviceUrl": None}, 200),  # the token names one
    "an empty address": ({"serviceUrl": ""}, 200),
    "another address": ({"serviceUrl": "https://smba.trafficmanager.net/amer/"}, 401),
    "an address elsewhere": ({"serviceUrl": ELSEWHERE}, 401),
    "an address that is a number": ({"serviceUrl": 5}, 403),
    "another tenant": ({"conversation": {"id": "19:a", "tenantId": "tenant-two"}}, 403),
    "another tenant beside": ({"channelData": {"tenant": {"id": "tenant-two"}}}, 403),
    "a tenant that is a list": ({"conversation": {"id": "19:a", "tenantId": [TENANT]}}, 403),
    "our tenant in capitals": ({"conversation": {"id": "19:a", "tenantId": TENANT.upper()}}, 200),
    "no tenant at all": ({"conversation": {"id": "a:1"}, "channelData": {}}, 200),
    "nothing but an address": ({"conversation": None, "channelData": "x", "from": 5, "type": []}, 200),
}


@pytest.mark.parametrize("case", BODIES)
async def test_only_our_tenant_at_teams_own_address_is_heard(doorway: Doorway, case: str) -> None:
    other, status = BODIES[case]
    assert await doorway.with_token(token(), said(**other)) == status
    assert [each.service_url for each in doorway.heard.activities] == ([SERVICE] if status == 200 else [])


@pytest.mark.parametrize(
    "address",
    [
        ELSEWHERE,
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net:8443/emea/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://evil.example/?smba.trafficmanager.net",
        "https://notbotframework.com/",
        "https://.botframework.com/",
        "https://evil.example%00.botframework.com/",
        "https://evil.example%2f.botframework.com/",
        "https://evil.example;.botframework.com/",
        "https://127.0.0.1/emea/",
        "file:///etc/passwd",
        "https://[::1",
        "x" * 1000,
    ],
)
async def test_nothing_is_sent_to_an_address_that_is_not_teams(doorway: Doorway, address: str) -> None:
    assert await doorway.with_token(token(serviceurl=address), said(serviceUrl=address)) == 403
    assert doorway.heard.activities == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"5", b'"a"', b"\xff\xfe{}", b'{"type": "\xff"}', b'{"type": NaN}',
        b'{"a":' * 200 + b"1" + b"}" * 200, b"[" * 100_000, b'{"a":' * 100_000, b'{"id": ' + b"9" * 5000 + b"}",
        b"text=hello", b"\x1f\x8b\x08\x00",
    ],
)  # fmt: skip
async def test_what_is_no_object_is_refused_and_breaks_nothing(doorway: Doorway, body: bytes) -> None:
    assert (await doorway.post(body, {"Authorization": f"Bearer {token()}"}))[0] == 400
    assert doorway.heard.activities == []


async def test_what_is_too_long_is_refused(doorway: Doorway) -> None:
    body = json.dumps(said(text="x" * BODY_LIMIT)).encode()
    assert (await doorway.post(body, {"Authorization": f"Bearer {token()}"}))[0] == 413


async def test_halves_of_characters_do_not_come_further_than_the_door(doorway: Doorway) -> None:
    body = json.dumps(said()).replace("hello", r"\ud83d and \ud83d\ude00").encode()
    assert (await doorway.post(body, {"Authorization": f"Bearer {token()}"}))[0] == 200
    assert doorway.heard.activities[0].raw["text"] == "? and 😀"


@pytest.mark.parametrize("status", [200, 500, 400])
async def test_what_is_answered_behind_the_door_is_what_teams_gets(doorway: Doorway, status: int) -> None:
    doorway.heard.reply = Reply(status)
    assert await doorway.with_token(token()) == status


async def test_while_it_closes_teams_is_to_come_again_and_what_was_let_in_is_answered(doorway: Doorway) -> None:
    doorway.heard.goes_on.clear()
    first = asyncio.create_task(doorway.with_token(token()))
    await becomes(lambda: len(doorway.heard.activities), 1)
    closing = asyncio.create_task(doorway.heard.drain())
    await asyncio.sleep(0)
    assert not closing.done()
    doorway.heard.goes_on.set()
    await closing
    assert await first == 200
    assert await doorway.with_token(token()) == 503


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8080/local/teams/", True),
        ("http://127.0.0.1:8080/local/teams", True),
        ("http://localhost:8080/local/teams/", True),  # the same, by another name
        ("http://[::1]:8080/local/teams/", True),
        ("http://127.0.0.1:8081/local/teams/", False),
        ("http://127.0.0.1:8080/elsewhere/", False),
        ("http://evil.example:8080/local/teams/", False),
        (SERVICE, False),
    ],
)
def test_with_a_stand_in_nothing_is_sent_anywhere_else(url: str, allowed: bool) -> None:
    assert ServiceUrls(only="http://127.0.0.1:8080/local/teams/").allow(url) is allowed
