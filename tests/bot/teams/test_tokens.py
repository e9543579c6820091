"""Tokens of our own calls are kept until they are about to end, fetched once however many ask, and say why there is
none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.outbound.entra import BETWEEN_SECONDS, EARLY_SECONDS, EntraTokens, NoTokenError
from bot.teams.client import SCOPE
from tests.bot.teams.conftest import Clock


class Entra:
    """Gives numbered tokens, or whatever it is told to answer."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        self.answer: dict[str, Any] | None = None
        self.life: Any = 3600
        self.url = ""

    async def token(self, request: web.Request) -> web.Response:
        """See EntraTokens."""
        self.asked.append(dict(await request.post()))
        usual = {"access_token": f"token-{len(self.asked)}", "expires_in": self.life, "token_type": "Bearer"}
        return web.json_response(usual if self.answer is None else self.answer, status=self.status)


@pytest.fixture
async def entra() -> AsyncIterator[Entra]:
    found, app = Entra(), web.Application()
    app.router.add_post("/token", found.token)
    server = TestServer(app)
    await server.start_server()
    found.url = str(server.make_url("/token"))
    yield found
    await server.close()


@pytest.fixture
async def tokens(entra: Entra, clock: Clock) -> AsyncIterator[EntraTokens]:
    async with aiohttp.ClientSession() as session:
        yield EntraTokens(session, entra.url, "our-app", "our-secret", SCOPE, clock=clock)


async def test_however_many_ask_one_is_fetched_and_kept(tokens: EntraTokens, entra: Entra, clock: Clock) -> None:
    assert set(await asyncio.gather(*(tokens.token() for _ in range(20)))) == {"token-1"}
    clock.now += 3600 - EARLY_SECONDS - 1
    assert await tokens.token() == "token-1"
    clock.now += 2
    assert await tokens.token() == "token-2"
    assert (
        entra.asked
        == [{"grant_type": "client_credentials", "client_id": "our-app", "client_secret": "our-secret", "scope": SCOPE}]
        * 2
    )


async def test_one_that_was_refused_is_replaced_but_not_again_and_again(
    tokens: EntraTokens, entra: Entra, clock: Clock
) -> None:
    assert await tokens.token() == "token-1"
    assert await tokens.token(fresh=True) == "token-1", "it was fetched a moment ago"
    clock.now += BETWEEN_SECONDS
    assert await tokens.token(fresh=True) == "token-2"
    assert await tokens.token() == "token-2"
    assert len(entra.asked) == 2


async def test_while_entra_is_away_the_last_one_is_used_to_its_end(
    tokens: EntraTokens, entra: Entra, clock: Clock
) -> None:
    assert await tokens.token() == "token-1"
    entra.status, entra.answer = 503, {}
    clock.now += 3600 - EARLY_SECONDS + 1
    assert await tokens.token() == "token-1"
    clock.now += EARLY_SECONDS
    with pytest.raises(NoTokenError):
        await tokens.token()


WHY: dict[str, tuple[int, Any, bool, str]] = {
    "a wrong secret": (
        401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret."}, True,
        "AADSTS7000215",
    ),
    "no such app": (400, {"error": "unauthorized_client", "error_description": "AADSTS700016: none"}, True, "700016"),
    "busy": (400, {"error": "temporarily_unavailable"}, False, "temporarily_unavailable"),
    "broken": (500, {"error": "server_error"}, False, "server_error"),
    "slowed down": (429, {}, False, "429"),
    "another server": (200, {"hello": "world"}, False, "200"),
    "no token in it": (200, {"access_token": 5}, False, "200"),
    "a redirection": (302, {}, False, "302"),
}  # fmt: skip


@pytest.mark.parametrize("case", WHY)
async def test_why_there_is_none_is_said_and_whether_that_passes(tokens: EntraTokens, entra: Entra, case: str) -> None:
    entra.status, entra.answer, is_refused, word = WHY[case]
    with pytest.raises(NoTokenError, match=word) as caught:
        await tokens.token()
    assert caught.value.is_refused is is_refused
    assert "our-secret" not in str(caught.value)


async def test_nobody_there_is_no_refusal(entra: Entra, clock: Clock) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(NoTokenError, match="cannot be reached") as caught:
            await EntraTokens(session, "http://127.0.0.1:9/token", "our-app", "our-secret", SCOPE, clock=clock).token()
    assert not caught.value.is_refused


async def test_whoever_waits_behind_a_failure_is_told_and_tries_again_in_a_moment(
    tokens: EntraTokens, entra: Entra, clock: Clock
) -> None:
    entra.status, entra.answer = 503, {}
    failed = await asyncio.gather(*(tokens.token() for _ in range(20)), return_exceptions=True)
    assert {type(each) for each in failed} == {NoTokenError}
    assert len(entra.asked) == 1
    entra.status, entra.answer = 200, None
    clock.now += BETWEEN_SECONDS
    assert await tokens.token() == "token-2"


@pytest.mark.parametrize("life", [None, "3600", -1, 0, 10**400], ids=["none", "text", "negative", "zero", "endless"])
async def test_an_odd_life_is_an_hour(tokens: EntraTokens, entra: Entra, clock: Clock, life: Any) -> None:
    entra.life = life
    assert await tokens.token() == "token-1"
    clock.now += 3600 - EARLY_SECONDS - 1
    assert await tokens.token() == "token-1"
