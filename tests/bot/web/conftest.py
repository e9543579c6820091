"""The web desk of a desk with people, and a browser of sorts in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from bot.web import kept
from bot.web.desk import WebDesk
from tests.factories import NOW

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(desk: DeskRuntime, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    """Somebody on this machine, at a desk whose time is that of the tests. No page is kept for the next one."""
    monkeypatch.setattr(kept, "SECONDS", -1.0)
    desk.now.machine = lambda: NOW
    app, refusals = web.Application(), Refusals()
    served = WebDesk(desk.database, desk.now, refusals, lambda: [desk], is_local=True, local_page=lambda: "/local/")
    served.add_routes(app)
    async with TestClient(TestServer(app)) as found:
        yield found
        await served.stop()
    refusals.close()
