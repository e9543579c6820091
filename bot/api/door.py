"""`/api/v1`: the way in for programs. Nothing behind it is loaded before somebody comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.api.house import PREFIX, House

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_api_route(app: web.Application, house: House) -> None:
    """Every path and every method under `/api/v1`, so that whatever is wrong with a request is answered in one way."""
    loading: list[asyncio.Task[Answer]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        if not loading:  # beside the loop, which others wait for
            loading.append(asyncio.create_task(asyncio.to_thread(_load, house)))
        answer = await asyncio.shield(loading[0])
        return await answer(request)

    app.router.add_route("*", PREFIX, handle)
    app.router.add_route("*", PREFIX + "/{rest:.*}", handle)


def _load(house: House) -> Answer:
    from bot.api.serving import Api  # noqa: PLC0415  a desk without programs never loads any of it

    return Api(house).answer
