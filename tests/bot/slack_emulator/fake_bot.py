"""A small bot for tests of the local workspace, and the workspace with that bot around it, both over real HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.signature import SignatureVerifier

from bot.slack_emulator.routes import add_routes
from bot.slack_emulator.workspace import Workspace
from tests.bot.stand_in.place import AnyPlace

Json = dict[str, Any]
Answer = Callable[[Json], Awaitable[web.Response]]
SUGGESTIONS = {
    "en": [
        {"verb": "list", "usage": "", "what": "your open tickets"},
        {"verb": "escalate", "usage": "42 REASON", "what": "climb one level"},
    ],
    "fr": [{"verb": "escalader", "usage": "42 MOTIF", "what": "monte d'un niveau"}],
}


async def accept(_payload: Json) -> web.Response:
    """The answer of a bot that has nothing to say."""
    return web.Response()


class FakeBot:
    """Checks signatures, remembers what it was sent, and answers what the test set."""

    def __init__(self) -> None:
        self.commands: list[Json] = []
        self.interactions: list[Json] = []
        self.events: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.offsets: list[float] = []
        self.on_command: Answer = accept
        self.on_interaction: Answer = accept
        self.on_event: Answer = accept
        self.due: list[float] = []
        self.ran: list[float] = []
        self.resets = 0
        self.busy = 0
        self.real = time.time
        self.verifier = SignatureVerifier("not joined yet")
        app = web.Application()
        app.router.add_post("/slack/events", self._hear)
        app.router.add_post("/bot/now", self._now)
        app.router.add_post("/bot/reset", self._reset)
        self.server = TestServer(app)

    async def _hear(self, request: web.Request) -> web.Response:
        body = await request.text()
        assert self.verifier.is_valid_request(body, dict(request.headers)), "bad signature"
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        if request.content_type == "application/json":
            payload = json.loads(body)
            self.events.append(payload)
            return await self.on_event(payload)
        fields = dict(parse_qsl(body, keep_blank_values=True))
        if "payload" in fields:
            payload = json.loads(fields["payload"])
            self.interactions.append(payload)
            return await self.on_interaction(payload)
        self.commands.append(fields)
        return await self.on_command(fields)

    async def _now(self, request: web.Request) -> web.Response:
        offset = (await request.json())["offset"]
        self.offsets.append(offset)
        now = self.real() + offset
        self.ran += [now - due for due in self.due if due <= now]
        self.due = [due for due in self.due if due > now]
        self.busy = max(0, self.busy - 1)
        following = datetime.fromtimestamp(min(self.due), UTC).isoformat() if self.due else None
        return web.json_response({"ok": True, "next_due": following, "idle": self.busy == 0})

    async def _reset(self, _request: web.Request) -> web.Response:
        self.resets += 1
        return web.json_response({"ok": True})

    def heard(self, kind: str) -> list[Json]:
        """The inner events of one type."""
        return [one["event"] for one in self.events if one["event"]["type"] == kind]


class Place(AnyPlace):
    """The workspace on its own server, with the calls a test makes of it."""

    def __init__(self, path: Path | str, **options: Any) -> None:
        self.workspace = Workspace(path, **options)
        app = web.Application()
        add_routes(app, self.workspace)
        super().__init__(app)
        self.bot = FakeBot()

    async def __aenter__(self) -> Self:
        await self.workspace.start()
        await self.server.start_server()
        await self.bot.server.start_server()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.session.close()
        await self.workspace.stop()
        await self.server.close()
        await self.bot.server.close()

    async def join(self) -> Json:
        """Lets the fake bot join."""
        root = str(self.bot.server.make_url("/"))
        urls = {"events_url": f"{root}slack/events", "bot_url": f"{root}bot"}
        self.joined = await self.control("join", **urls, suggestions=SUGGESTIONS)
        self.bot.verifier = SignatureVerifier(self.joined["signing_secret"])
        return self.joined

    async def log(self) -> list[Json]:
        async with self.session.get(self.server.make_url("/_control/log")) as answer:
            found: list[Json] = (await answer.json())["log"]
            return found

    async def api(self, method: str, /, token: str | None = "", **args: Any) -> Json:
        """Calls a Web API method with the bot's token, arguments as JSON."""
        token = self.workspace.identity["bot_token"] if token == "" else token
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        url = self.server.make_url(f"/local/api/{method}")
        async with self.session.post(url, json=args, headers=headers) as answer:
            found: Json = await answer.json()
            return found

    async def posted(self, channel: str, text: str = "hello", **args: Any) -> str:
        """The ts of a message that the bot has just posted."""
        answer = await self.api("chat.postMessage", channel=channel, text=text, **args)
        assert answer["ok"], answer
        ts: str = answer["ts"]
        return ts


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str, **more: Any) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text, **more}


def section(words: str, /, **more: Any) -> Json:
    """A section with mrkdwn text."""
    return {"type": "section", "text": mrkdwn(words), **more}


def button(action_id: str, value: str = "1") -> Json:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": plain("Press"), "value": value}


def option(value: str) -> Json:
    """One choice of a menu."""
    return {"text": plain(value.title()), "value": value}


def field(block_id: str, element: Json, **more: Any) -> Json:
    """An input block whose element's action_id is `value`."""
    named = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": named, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    """A form."""
    return {"type": "modal", "title": plain("New ticket"), "submit": plain("Open"), "blocks": list(blocks), **more}
