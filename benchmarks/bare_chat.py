"""A chat to deliver to that costs next to nothing: it takes whatever it is told, by Slack's protocol, into any channel.

Run as a program: it prints its address and serves until SIGTERM.
"""

from __future__ import annotations

import asyncio
import itertools
import signal
import time
from typing import Any

from aiohttp import web

TEAM, TOKEN, SECRET = "T0BENCH", "xoxb-bench", "bare-chat"
DESK, USER = "C0BENCH", "U0BENCH"


class Chat:
    """One workspace, in whose channels is whoever is asked about."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one call of the API."""
        method = request.match_info["method"]
        said: dict[str, Any] = dict(request.query) | dict(await request.post())
        if request.content_type == "application/json":
            said |= await request.json()
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


async def _serve() -> None:
    app = web.Application()
    app.router.add_route("*", "/api/{method}", Chat().answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await stopping.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
