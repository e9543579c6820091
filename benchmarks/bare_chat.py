"""A chat to deliver to that costs next to nothing: it takes whatever it is told, by Slack's protocol, into any channel.

Run as a program: it prints its address and serves until SIGTERM. Its argument is how many seconds it takes for a
message; at `/posted` it tells the outbox ids of the messages that it took, in order. It speaks no more of HTTP than
Vigie's client does, without a framework: what it uses itself of the machine is missing to what is measured beside it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import sys
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TEAM, TOKEN, SECRET = "T0BENCH", "xoxb-bench", "bare-chat"
DESK, USER = "C0BENCH", "U0BENCH"
_END = b"\r\n\r\n"


class Chat:
    """One workspace, in whose channels is whoever is asked about."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._numbers = itertools.count(1)
        self._posted: list[tuple[float, int | None]] = []

    def asked(self, path: str, body: bytes, is_json: bool) -> tuple[float, Any]:
        """What to answer to a request, and after how many seconds. `/posted`: for each message that was taken, in
        order, the instant and the outbox id that it carried; `/count`: how many they are."""
        url = urlsplit(path)
        if url.path in ("/posted", "/count"):
            return 0.0, self._posted if url.path == "/posted" else len(self._posted)
        method, said = url.path.rpartition("/")[2], dict[str, Any](parse_qsl(url.query))
        if body:
            said |= json.loads(body) if is_json else dict(parse_qsl(body.decode()))
        pause = 0.0
        if method == "chat.postMessage":
            self._posted.append((time.time(), _outbox_id(said.get("metadata"))))
            pause = self._pause
        return pause, {"ok": True, **self._answer(method, said)}

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


class _Connection(asyncio.Protocol):
    """One connection, kept open: a request is answered before the next one is read."""

    def __init__(self, chat: Chat) -> None:
        self._chat, self._read = chat, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._read += data
        while (request := self._request()) is not None:
            pause, said = self._chat.asked(*request)
            asyncio.get_running_loop().call_later(pause, self._write, json.dumps(said).encode())

    def _request(self) -> tuple[str, bytes, bool] | None:
        """The next whole request: its path, its body, and whether that is JSON."""
        head, end, rest = self._read.partition(_END)
        if not end:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return None
        self._read = rest[length:]
        return first.split(" ")[1], rest[:length], headers.get("content-type", "").startswith("application/json")

    def _write(self, body: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)


def _outbox_id(metadata: Any) -> int | None:
    """Which row of the outbox a message says it is."""
    found = json.loads(metadata) if isinstance(metadata, str) else metadata or {}
    return (found.get("event_payload") or {}).get("outbox")


async def _serve(pause: float) -> None:
    """Serve on a free port of this machine, print the address, and end at SIGTERM."""
    loop, stopping, chat = asyncio.get_running_loop(), asyncio.Event(), Chat(pause)
    server = await loop.create_server(lambda: _Connection(chat), "127.0.0.1", 0)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await stopping.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]) if sys.argv[1:] else 0.0))
