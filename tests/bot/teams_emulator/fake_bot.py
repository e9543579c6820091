"""A small bot for tests of the tenant, and the tenant with that bot around it, both over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.stand_in.ground import Ground
from bot.stand_in.routes import add_routes
from bot.teams_emulator.installed_app import Installed
from bot.teams_emulator.routes import TeamsStand
from bot.teams_emulator.workspace import Workspace
from tests.bot.stand_in.place import AnyPlace

Json = dict[str, Any]
Answer = Callable[[Json], Awaitable[web.Response]]


async def accept(_activity: Json) -> web.Response:
    """The answer of a bot that has nothing to say."""
    return web.Response()


class FakeBot:
    """Checks tokens, remembers what it was sent, and answers what the test set."""

    def __init__(self) -> None:
        self.activities: list[Json] = []
        self.claims: list[Json] = []
        self.on_activity: Answer = accept
        self.on_invoke: Answer = accept
        self.resets = 0
        self.joined: Json = {}
        self.keys: Json = {}
        app = web.Application()
        app.router.add_post("/teams/messages", self._hear)
        app.router.add_post("/bot/now", self._now)
        app.router.add_post("/bot/reset", self._reset)
        self.server = TestServer(app)

    async def _hear(self, request: web.Request) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        key = jwt.PyJWK(self.keys["keys"][0])
        claims = jwt.decode(token, key, ["RS256"], audience=self.joined["app_id"], issuer=self.joined["issuer"])
        activity = json.loads(await request.text())
        assert claims["serviceurl"] == activity["serviceUrl"]
        self.claims.append(claims)
        self.activities.append(activity)
        return await (self.on_invoke if activity["type"] == "invoke" else self.on_activity)(activity)

    async def _now(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "next_due": None, "idle": True})

    async def _reset(self, _request: web.Request) -> web.Response:
        self.resets += 1
        return web.json_response({"ok": True})

    def heard(self, kind: str) -> list[Json]:
        """The activities of one type."""
        return [one for one in self.activities if one["type"] == kind]


class Place(AnyPlace):
    """The tenant on its own server, with the calls a test makes of it."""

    def __init__(self, path: Path | str, **options: Any) -> None:
        self.workspace = Workspace(Ground(path), installed=Installed(), **options)
        self.stand = TeamsStand(self.workspace)
        app = web.Application()
        add_routes(app, [self.stand], None)
        super().__init__(app)
        self.bot = FakeBot()

    async def __aenter__(self) -> Self:
        await self.stand.start()
        await self.server.start_server()
        await self.bot.server.start_server()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.session.close()
        await self.stand.stop()
        await self.server.close()
        await self.bot.server.close()

    async def join(self) -> Json:
        """Lets the fake bot join, and hear where it is installed."""
        root = str(self.bot.server.make_url("/"))
        self.bot.joined = {"app_id": "", "issuer": ""}
        async with self.session.get(self.server.make_url("/local/entra/v1/.well-known/keys")) as answer:
            self.bot.keys = await answer.json()
        state = await self.state()
        self.bot.joined = state["teams"]
        joined = await self.control("join", messages_url=f"{root}teams/messages", bot_url=f"{root}bot")
        self.joined = joined["teams"]
        await self.control("advance", minutes=0)
        self.bot.activities.clear()
        return self.joined

    async def call(
        self, verb: str, path: str, body: Any = None, *, token: str | None = "", headers: Json | None = None
    ) -> tuple[int, Any]:
        """A call of the Connector with the app's token; the status and what was answered."""
        token = self.joined.get("bot_token") if token == "" else token
        sent = {} if token is None else {"Authorization": f"Bearer {token}"}
        url = f"{self.server.make_url('/local/teams')}{path}"
        async with self.session.request(verb, url, json=body, headers=sent | (headers or {})) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def call_later(self) -> None:
        """Let as much time pass as a limit needs."""
        await self.control("advance", minutes=0.05)

    async def posted(self, channel: str, body: Json | None = None, query: str = "") -> str:
        """The id of a message that the bot has just posted."""
        path = f"/v3/conversations/{channel}/activities{query}"
        status, answer = await self.call("POST", path, body or card("Hello"))
        assert status == 201, answer
        found: str = answer["id"]
        return found


def card(words: str, *more: Json, actions: list[Json] | None = None, **rest: Any) -> Json:
    """A message with a card."""
    content = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": words}, *more]}
    if actions is not None:
        content["actions"] = actions
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
        **rest,
    }


def execute(verb: str, **data: Any) -> Json:
    """A button that acts."""
    return {"type": "Action.Execute", "title": verb.title(), "verb": verb, "data": {"action": verb, **data}}
