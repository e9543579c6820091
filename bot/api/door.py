"""`/api/v1`: the way in for programs. Nothing behind it is loaded before somebody comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.api.house import LARGEST, PREFIX, House

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_api_route(app: web.Application, house: House) -> None:
    """Every path and every method under `/api/v1`, so that whatever is wrong with a request is answered in one way."""
    loading: list[asyncio.Task[Answer]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        if not loading:  # beside the loop, which others wait for
            loading.append(asyncio.create_task(asyncio.to_thread(_load, house)))
        answer = await asyncio.shield(loading[0])
        return await answer(request)

    for path in (PREFIX, PREFIX + "/{rest:.*}"):
        app.router.add_route("*", path, handle, expect_handler=_expected)


async def _expected(request: web.Request) -> None:
    """Whoever asks before sending a body is told to go on, unless it would be refused unread."""
    asks = request.headers.get("Expect", "").lower() == "100-continue"
    if asks and request.transport is not None and (request.content_length or 0) <= LARGEST:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def _load(house: House) -> Answer:
    from bot.api.serving import Api  # noqa: PLC0415  a desk without programs never loads any of it

    return Api(house).answer
