"""The heartbeat: a monitor is asked for again where it fails, and its address is said nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.server.heartbeat import Heartbeat
from bot.server.settings import ConfigError, load_settings

SECRET = "5ecret-path"


class Monitor:
    """Answers with these statuses, one after another."""

    def __init__(self) -> None:
        self.answers = [200]
        self.heard = 0

    async def take(self, _: web.Request) -> web.Response:
        self.heard += 1
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
def monitor() -> Monitor:
    return Monitor()


@pytest.fixture
async def heartbeat(monitor: Monitor) -> AsyncIterator[Heartbeat]:
    app = web.Application()
    app.router.add_get(f"/{SECRET}", monitor.take)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Heartbeat(session, SecretStr(str(server.make_url(f"/{SECRET}"))), pauses=(0.0, 0.0))


async def test_a_heartbeat_is_one_request(heartbeat: Heartbeat, monitor: Monitor) -> None:
    assert await heartbeat.beat() is None
    assert monitor.heard == 1


async def test_one_that_fails_is_sent_again(heartbeat: Heartbeat, monitor: Monitor) -> None:
    monitor.answers = [500, 200]
    assert await heartbeat.beat() is None
    assert monitor.heard == 2


async def test_a_monitor_that_takes_none_is_told_of_without_its_address(heartbeat: Heartbeat, monitor: Monitor) -> None:
    monitor.answers = [500, 302, 503]
    with capture_logs() as logs:
        assert await heartbeat.beat() == "it answered 503"
    assert monitor.heard == 3
    assert SECRET not in repr((logs, heartbeat))


async def test_a_monitor_that_is_not_there_is_no_failure_of_ours() -> None:
    async with aiohttp.ClientSession() as session:
        nowhere = Heartbeat(session, SecretStr(f"http://127.0.0.1:9/{SECRET}"), pauses=())
        assert await nowhere.beat() == "ClientConnectorError"


def test_its_address_is_checked_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HEARTBEAT_URL", SECRET)
    with pytest.raises(ConfigError, match="VIGIE_HEARTBEAT_URL") as refused:
        load_settings(None)
    assert SECRET not in str(refused.value)
    monkeypatch.setenv("VIGIE_HEARTBEAT_URL", f"https://monitor.example/{SECRET}")
    assert SECRET not in repr(load_settings(None))
