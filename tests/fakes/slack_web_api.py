"""A Web API on loopback that answers as it is told and remembers what it was asked, for tests of what asks Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

BOT_TOKEN, APP_TOKEN = "xoxb-good", "xapp-good"
DESK = {"id": "C0SUPPORT1", "name": "support", "is_member": True, "is_archived": False}
Answer = dict[str, Any]


@dataclass
class SlackWebApi:
    """`methods` answers by method name, a value or a function of the form and the token; `channels` is what exists."""

    url: str = ""
    scopes: str | None = ""
    date: datetime | None = None
    channels: list[Answer] = field(default_factory=lambda: [dict(DESK)])
    methods: dict[str, Answer | Callable[[dict[str, str], str], Answer]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    page: int = 200
    broken: bool = False  # a proxy answers, with no JSON

    def answer(self, method: str, form: dict[str, str], token: str) -> Answer:
        """As Slack would, unless told otherwise."""
        told = self.methods.get(method)
        if told is not None:
            return told(form, token) if callable(told) else told
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            return {"ok": False, "error": "invalid_auth"}
        match method:
            case "auth.test":
                return {"ok": True, "team": "Acme", "team_id": "T1", "user": "vigie", "user_id": "U1", "bot_id": "B1"}
            case "apps.connections.open":
                return {"ok": True, "url": "wss://example.invalid"}
            case "conversations.info":
                found = next((c for c in self.channels if c["id"] == form["channel"]), None)
                return {"ok": True, "channel": found} if found else {"ok": False, "error": "channel_not_found"}
            case "conversations.list":
                start = int(form.get("cursor") or 0)
                more = start + self.page < len(self.channels)
                cursor = str(start + self.page) if more else ""
                return {
                    "ok": True,
                    "channels": self.channels[start : start + self.page],
                    "response_metadata": {"next_cursor": cursor},
                }
        return {"ok": False, "error": "unknown_method"}

    async def _handle(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in {**request.query, **(await request.post())}.items()}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        method = request.match_info["method"]
        self.calls.append((method, form, token))
        if self.broken:
            return web.Response(status=502, text="<h1>Bad gateway</h1>", content_type="text/html")
        headers = {} if self.scopes is None else {"x-oauth-scopes": self.scopes}
        headers["Date"] = format_datetime((self.date or datetime.now(UTC)).astimezone(UTC), usegmt=True)
        return web.json_response(self.answer(method, form, token), headers=headers)


@asynccontextmanager
async def slack_web_api() -> AsyncIterator[SlackWebApi]:
    """A running one."""
    api = SlackWebApi()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", api._handle)  # noqa: SLF001  its own
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        api.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        yield api
    finally:
        await runner.cleanup()
