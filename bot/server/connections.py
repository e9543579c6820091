"""Open connections are few, and whoever opens one has to say something: a program that speaks outwards too must not run
out of them."""

from __future__ import annotations

import asyncio
import logging
import resource
from typing import Any, cast

from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.typedefs import Handler

from bot.server.refused_requests import Refusals

HEAD_SECONDS = 10.0
IDLE_SECONDS = 120.0  # between two requests: longer than reverse proxies keep a connection that they may use again
SHUTDOWN_SECONDS = 1.0  # for what no chat asked: pages and figures
LINGER_SECONDS = 2.0  # for the rest of a body that nobody reads
MOST = 1000
BODY_LIMIT = 1_000_000  # of any request


class Connection(asyncio.Protocol):
    """One that was opened to us, in front of the HTTP server's own."""

    def __init__(self, http: asyncio.Protocol, doorway: Doorway) -> None:
        self._http = http
        self._doorway = doorway
        self._transport: asyncio.Transport | None = None
        self._request: web.BaseRequest | None = None
        self._has_more = False
        self._timer: asyncio.TimerHandle | None = None
        self._is_idle = False

    @property
    def is_waiting(self) -> bool:
        """Whether no whole request has arrived that is not answered yet."""
        return self._request is None or not self._request.content.is_eof()

    def begin(self, request: web.BaseRequest) -> None:
        """The head of a request is here."""
        self._expect_nothing()
        self._request, self._has_more = request, False

    def end(self) -> None:
        """It was answered."""
        self._request = None
        self._doorway.waits(self)
        if self._has_more:
            self._expect_head()
        else:
            self._expect(IDLE_SECONDS)
            self._is_idle = True

    def give_up(self) -> None:
        """Close it: whoever speaks as one should is never kept waiting for the rest of a request."""
        if not self._is_idle:
            self._doorway.refusals.count("unfinished")
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open: the head of a request is due."""
        self._transport = cast("asyncio.Transport", transport)
        self._http.connection_made(transport)
        self._expect_head()
        self._doorway.enters(self)

    def data_received(self, data: bytes) -> None:
        """Something arrived. With the first bytes of a request the rest of its head is due."""
        if self._request is None:
            self._expect_head()
        elif self._request.content.is_eof():
            self._has_more = True
        self._http.data_received(data)

    def eof_received(self) -> bool | None:
        """The other side says no more."""
        return self._http.eof_received()

    def pause_writing(self) -> None:
        """The other side does not read."""
        self._http.pause_writing()

    def resume_writing(self) -> None:
        """It does again."""
        self._http.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._expect_nothing()
        self._doorway.leaves(self)
        self._http.connection_lost(exc)

    def _expect_head(self) -> None:
        if self._timer is None or self._is_idle:
            self._expect(HEAD_SECONDS)

    def _expect(self, seconds: float) -> None:
        self._expect_nothing()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.give_up)

    def _expect_nothing(self) -> None:
        self._is_idle = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Doorway:
    """All that are open, whoever waits longest first. Where there are too many it makes room: whoever sends a request
    at once, as Slack does, always gets in."""

    limit = MOST

    def __init__(self, refusals: Refusals) -> None:
        self.refusals = refusals
        self._room = _room()
        self._open: dict[Connection, None] = {}

    def enters(self, connection: Connection) -> None:
        """One more."""
        self._open[connection] = None
        if len(self._open) > min(self.limit, self._room):
            longest = next((each for each in self._open if each.is_waiting), connection)
            self.leaves(longest)
            longest.give_up()

    def waits(self, connection: Connection) -> None:
        """It has nothing more to do, from now on."""
        if connection in self._open:
            del self._open[connection]
            self._open[connection] = None

    def leaves(self, connection: Connection) -> None:
        """One less."""
        self._open.pop(connection, None)


class OnlyDefects(logging.LoggerAdapter[logging.Logger]):
    """The HTTP server's log: our own defects stand in it; what is no HTTP at all is somebody else's, and counted."""

    def __init__(self, refusals: Refusals) -> None:
        super().__init__(logging.getLogger("aiohttp.server"))
        self.refusals = refusals

    def log(self, level: int, msg: object, *args: object, **more: Any) -> None:
        """Log it, unless it is about what somebody sent."""
        if isinstance(more.get("exc_info"), HttpProcessingError):
            self.refusals.count("not_http")
        else:
            super().log(level, msg, *args, **more)


class GuardedRunner(web.AppRunner):
    """The program's HTTP server behind a doorway."""

    def __init__(self, app: web.Application, refusals: Refusals) -> None:
        super().__init__(
            app, access_log=None, handler_cancellation=False, shutdown_timeout=SHUTDOWN_SECONDS,
            logger=OnlyDefects(refusals), lingering_time=LINGER_SECONDS, auto_decompress=False,
        )  # fmt: skip
        self.doorway = Doorway(refusals)

    @property
    def server(self) -> Any:
        """What makes the protocol of each connection; None before it is set up."""
        http = super().server
        return None if http is None else lambda: Connection(http(), self.doorway)


@web.middleware
async def watched(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost: tells a request's connection when its head is here and when it was answered."""
    transport = request.transport
    connection = None if transport is None else transport.get_protocol()
    if not isinstance(connection, Connection):
        return await handler(request)
    connection.begin(request)
    try:
        return await handler(request)
    finally:
        connection.end()


def _room() -> int:
    """Half of what the machine lets the program open: the rest is for what it calls, and for its database."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(16, soft // 2)
