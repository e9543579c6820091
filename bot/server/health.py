"""What a load balancer asks: `/healthz` and `/readyz`."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.server.writable import Writable


def add_health_routes(
    app: web.Application, trouble: Callable[[], str | None], writable: Writable, silent_until: Callable[[], str | None]
) -> None:
    """`trouble` says why the program is not ready, if it is not; `silent_until` until when it says nothing to anybody
    (policy: Shadow mode), if it does not."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def readyz(_: web.Request) -> web.Response:
        reason = trouble() or await writable.trouble()
        if reason is not None:
            return web.json_response({"ok": False, "reason": reason}, status=503)
        until = silent_until()
        return web.json_response({"ok": True} if until is None else {"ok": True, "shadow_until": until})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
