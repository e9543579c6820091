"""A bot that has joined the local workspace goes by its time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import cast

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.desk.now import Now
from bot.local_workspace.joining import add_link_routes
from scheduler.runner import Runner
from tests.waiting import becomes


class Busy:
    """A runner that is at work on what is due for as long as anybody looks."""

    def __init__(self) -> None:
        self.is_at_work = asyncio.Event()

    async def settle(self) -> None:
        self.is_at_work.set()
        await asyncio.Event().wait()


async def forgetting() -> None:
    raise AssertionError("nobody asks for that")


async def test_what_people_do_is_done_at_the_workspaces_time_however_long_the_bot_is_at_work() -> None:
    app, now, busy = web.Application(), Now(), Busy()
    add_link_routes(app, now, lambda: cast("Runner", busy), forgetting, lambda _request: True)
    async with TestClient(TestServer(app)) as client:
        told = [asyncio.create_task(client.post("/_control/bot/now", json={"offset": 60.0}))]
        await busy.is_at_work.wait()
        told.append(asyncio.create_task(client.post("/_control/bot/now", json={"offset": 240.0})))
        await becomes(lambda: now.offset, timedelta(seconds=240))
        for each in told:
            each.cancel()
        await asyncio.gather(*told, return_exceptions=True)
