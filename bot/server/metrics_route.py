"""`/metrics`: figures for whoever watches over the process. Programs on this machine may read them; with a secret
(`VIGIE_METRICS_TOKEN`) whoever knows it, from anywhere, and nobody else."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import SecretStr

from bot.server.from_here import is_from_here
from bot.server.refused_requests import Refusals

PATH = "/metrics"
Render = Callable[[], Awaitable[tuple[bytes, str]]]
"""What is answered, and its content type."""


def add_metrics_route(app: web.Application, token: SecretStr | None, refusals: Refusals, render: Render) -> None:
    """`token`: what a reader has to know; None: they have to be on this machine."""

    async def metrics(request: web.Request) -> web.Response:
        if not (is_from_here(request) if token is None else _knows(request, token)):
            refusals.count("no_reader_of_metrics")
            return web.Response(status=403 if token is None else 401)
        text, content_type = await render()
        return web.Response(body=text, headers={"Content-Type": content_type, "Cache-Control": "no-store"})

    app.router.add_get(PATH, metrics)


def _knows(request: web.Request, token: SecretStr) -> bool:
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    wanted = token.get_secret_value().encode()
    return scheme.lower() == "bearer" and hmac.compare_digest(said.strip().encode(errors="replace"), wanted)
