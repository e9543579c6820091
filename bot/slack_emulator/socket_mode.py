"""Socket Mode: the app holds a web socket open and Slack hands it every payload there instead of over HTTP."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Callable

from aiohttp import WSMsgType, web

from bot.slack_emulator.ids import APP_ID, new_id
from bot.stand_in.shapes import Json, dumps, loads_object


class Sockets:
    """The sockets that are open now, and the envelopes waiting for their acknowledgement."""

    def __init__(self, connected: Callable[[], None]) -> None:
        """`connected` is called whenever an app has come up."""
        self._connected = connected
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[Json | None]] = {}
        self._turn = itertools.count()

    @property
    def connected(self) -> bool:
        """Whether payloads travel here rather than over HTTP."""
        return any(not socket.closed for socket in self._open)

    def invite(self, host: str) -> str:
        """The address for one connection, as `apps.connections.open` answers it."""
        ticket = new_id("", 24)
        self._tickets.add(ticket)
        return f"ws://{host}/local/socket/?ticket={ticket}&app_id={APP_ID}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Speaks with one connected app until it leaves. 403 without a ticket of ours; each ticket opens one socket."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_auth"}, status=403)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._open.append(socket)
        try:
            await socket.send_str(dumps({
                "type": "hello", "num_connections": len(self._open), "connection_info": {"app_id": APP_ID},
                "debug_info": {"host": "local", "build_number": 1, "approximate_connection_time": 18060},
            }))  # fmt: skip
            self._connected()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self._open.remove(socket)
        return socket

    def _acknowledge(self, data: str) -> None:
        answer = loads_object(data) or {}
        waiting = self._acks.get(str(answer.get("envelope_id")))
        if waiting is not None and not waiting.done():
            payload = answer.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) else None)

    async def send(self, kind: str, payload: Json, within: float, retry: tuple[int, str] | None = None) -> Json | None:
        """Hands one envelope to one of the sockets and waits for its acknowledgement, whose payload is returned.

        Raises TimeoutError when none comes `within` seconds, ConnectionError when no socket is open.
        """
        sockets = [socket for socket in self._open if not socket.closed]
        if not sockets:
            raise ConnectionError
        envelope_id = str(uuid.uuid4())
        envelope: Json = {"envelope_id": envelope_id, "type": kind, "payload": payload,
                          "accepts_response_payload": kind != "events_api"}  # fmt: skip
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = waiting
        try:
            await sockets[next(self._turn) % len(sockets)].send_str(dumps(envelope))
            async with asyncio.timeout(within):
                return await waiting
        finally:
            del self._acks[envelope_id]

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tells every app to connect again and closes the sockets."""
        for socket in list(self._open):
            if not socket.closed:
                notice = {"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}
                try:
                    await socket.send_str(dumps(notice))
                    await socket.close()
                except ConnectionError:  # it left by itself at this very moment: nothing more to tell it
                    continue
