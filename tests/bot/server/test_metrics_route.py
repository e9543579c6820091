"""Who may read the metrics."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from bot.server.metrics_route import add_metrics_route
from bot.server.refused_requests import Refusals

Client = TestClient[web.Request, web.Application]


async def rendered() -> tuple[bytes, str]:
    return b"vigie_ready 1\n", "text/plain"


@pytest.fixture
async def refusals() -> AsyncIterator[Refusals]:
    made = Refusals()
    yield made
    made.close()


@pytest.fixture
async def guarded(refusals: Refusals) -> AsyncIterator[Client]:
    """Metrics that a secret is needed for."""
    app = web.Application()
    add_metrics_route(app, SecretStr("s3cret-of-prometheus"), refusals, rendered)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.parametrize("said", ["Bearer s3cret-of-prometheus", "bearer s3cret-of-prometheus"])
async def test_whoever_knows_the_secret_reads_them_through_a_proxy_as_well(guarded: Client, said: str) -> None:
    answer = await guarded.get("/metrics", headers={"Authorization": said, "X-Forwarded-For": "203.0.113.7"})
    assert (answer.status, await answer.text()) == (200, "vigie_ready 1\n")


@pytest.mark.parametrize("said", ["", "Bearer ", "Bearer s3cret", "Basic s3cret-of-prometheus", "Bearer sécret"])
async def test_where_there_is_a_secret_nobody_reads_them_without_it(
    guarded: Client, refusals: Refusals, said: str
) -> None:
    answer = await guarded.get("/metrics", headers={"Authorization": said} if said else {})
    assert answer.status == 401
    assert "vigie_" not in await answer.text()
    assert refusals.counts == {"no_reader_of_metrics": 1}
