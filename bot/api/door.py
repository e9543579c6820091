"""`/api/v1`: the way in for programs. Nothing behind it is loaded before somebody comes."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.api.house import PREFIX, House


def add_api_route(app: web.Application, house: House) -> None:
    """Every path and every method under `/api/v1`, so that whatever is wrong with a request is answered in one way."""
    answering: list[Callable[[web.Request], object]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        if not answering:
            from bot.api.serving import Api  # noqa: PLC0415  a desk without programs never loads any of it

            answering.append(Api(house).answer)
        answer = answering[0]
        return await answer(request)  # type: ignore[misc, no-any-return]

    app.router.add_route("*", PREFIX, handle)
    app.router.add_route("*", PREFIX + "/{rest:.*}", handle)
