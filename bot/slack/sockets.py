"""Socket Mode: no public address is needed. Two connections, so that one that reconnects leaves no gap."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.server.ending import within
from bot.slack.reception import Reception

if TYPE_CHECKING:
    from slack_sdk.socket_mode.aiohttp import SocketModeClient

log = structlog.get_logger(__name__)
CONNECTIONS = 2
PING_SECONDS = 10.0
CLOSE_SECONDS = 0.5  # the other side may be gone


@dataclass
class Sockets:
    """Connections of one app-level token; Slack hands each payload to any one of them."""

    #: Who receives what comes in.
    reception: Reception
    #: What opens a connection.
    app_token: str
    client: AsyncWebClient  # for its address and its session
    _open: list[SocketModeClient] = field(default_factory=list)

    async def connect(self) -> None:
        """Open them all; afterwards each keeps itself connected."""
        # Here, since a desk that is reached over HTTP need not wait for it at every start.
        from slack_sdk.socket_mode.aiohttp import SocketModeClient  # noqa: PLC0415

        for _ in range(CONNECTIONS):
            asks = AsyncWebClient(base_url=self.client.base_url, session=self.client.session, retry_handlers=[])
            socket = SocketModeClient(self.app_token, web_client=asks, ping_interval=PING_SECONDS)
            socket.socket_mode_request_listeners.append(self._receive)  # type: ignore[arg-type]
            self._open.append(socket)
            await socket.connect()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Close them; what came in was answered before."""
        closing, self._open = self._open, []

        async def close() -> None:
            await asyncio.gather(*(socket.close() for socket in closing))  # type: ignore[no-untyped-call]

        if not await within(CLOSE_SECONDS, close):
            log.warning("sockets left open", sockets=len(closing))

    async def _receive(self, socket: SocketModeClient, request: Any) -> None:
        from slack_bolt.adapter.socket_mode.async_internals import send_async_response  # noqa: PLC0415  as above
        from slack_bolt.adapter.socket_mode.internals import build_headers  # noqa: PLC0415

        if self.reception.is_closed:
            return  # unacknowledged: an event comes again, by another connection
        began = time.time()
        asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        await send_async_response(socket, request, await self.reception.receive(asked), began)
