"""A stand-in on a server of its own, with the calls that a test makes of its control."""

from __future__ import annotations

from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.stand_in.shapes import Json


class AnyPlace:
    """Whatever is served by `app`, and `/_control` of it."""

    def __init__(self, app: web.Application) -> None:
        self.server = TestServer(app)
        self.session = aiohttp.ClientSession()
        self.joined: Json = {}

    async def control(self, name: str, /, **body: Any) -> Json:
        async with self.session.post(self.server.make_url(f"/_control/{name}"), json=body) as answer:
            found: Json = await answer.json()
            return found

    async def state(self) -> Json:
        async with self.session.get(self.server.make_url("/_control/state")) as answer:
            found: Json = await answer.json()
            return found

    async def messages(self, channel: str, user: str | None = None) -> list[Json]:
        query = {} if user is None else {"user": user}
        async with self.session.get(self.server.make_url(f"/_control/messages/{channel}"), params=query) as answer:
            found: list[Json] = (await answer.json())["messages"]
            return found
