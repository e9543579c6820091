"""A chat to deliver to that costs next to nothing: it takes whatever it is told, by Slack's protocol, into any channel.

Run as a program: it prints its address and serves until SIGTERM. Its argument is how many seconds it takes for a
message; at `/posted` it tells the outbox ids of the messages that it took, in order.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from typing import Any

from aiohttp import web

from benchmarks.serving import serve

TEAM, TOKEN, SECRET = "T0BENCH", "xoxb-bench", "bare-chat"
DESK, USER = "C0BENCH", "U0BENCH"


class Chat:
    """One workspace, in whose channels is whoever is asked about."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._numbers = itertools.count(1)
        self._posted: list[tuple[float, int | None]] = []

    async def tell(self, _: web.Request) -> web.Response:
        """Answer for each message that was taken, in order, the instant and the outbox id that it carried."""
        return web.json_response(self._posted)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one call of the API."""
        method = request.match_info["method"]
        said: dict[str, Any] = dict(request.query) | dict(await request.post())
        if request.content_type == "application/json":
            said |= await request.json()
        if method == "chat.postMessage":
            self._posted.append((time.time(), _outbox_id(said.get("metadata"))))
            await asyncio.sleep(self._pause)
        return web.json_response({"ok": True, **self._answer(method, said)})

    def _answer(self, method: str, said: dict[str, Any]) -> dict[str, Any]:
        channel, user = said.get("channel", ""), said.get("user", "")
        match method:
            case "auth.test":
                return {"team": "bench", "team_id": TEAM, "user_id": "U0BOT", "bot_id": "B0BOT"}
            case "chat.postMessage":
                return {"channel": channel, "ts": f"{int(time.time())}.{next(self._numbers):06d}", "message": {}}
            case "chat.update":
                return {"channel": channel, "ts": said.get("ts")}
            case "conversations.info":
                return {"channel": {"id": channel, "name": "support", "is_member": True}}
            case "conversations.members":
                return {"members": [USER]}
            case "conversations.open":
                return {"channel": {"id": f"D{said.get('users')}"}}
            case "users.info":
                profile = {"real_name": user}
                return {"user": {"id": user, "team_id": TEAM, "name": user, "tz": "Europe/Paris", "profile": profile}}
        return {"messages": [], "members": [], "channels": [], "usergroups": []}


def _outbox_id(metadata: Any) -> int | None:
    """Which row of the outbox a message says it is."""
    found = json.loads(metadata) if isinstance(metadata, str) else metadata or {}
    return (found.get("event_payload") or {}).get("outbox")


def _served(pause: float) -> web.Application:
    chat, app = Chat(pause), web.Application()
    app.router.add_route("*", "/api/{method}", chat.answer)
    app.router.add_get("/posted", chat.tell)
    return app


if __name__ == "__main__":
    asyncio.run(serve(_served(float(sys.argv[1]) if sys.argv[1:] else 0.0)))
