"""Makes a local workspace reachable on an aiohttp application, from this machine only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import structlog
from aiohttp import web

from bot.stand_in import control, pages
from bot.stand_in.asking import RefusedCallError
from bot.stand_in.loopback import Handler, only_here
from bot.stand_in.shapes import Json, dumps, loads_object
from bot.stand_in.stand import Stand

log = structlog.get_logger(__name__)

LARGEST_BODY = 1024 * 1024
Answer = Awaitable[web.StreamResponse]


def add_routes(app: web.Application, stands: Sequence[Stand], page: Path | None) -> None:
    """Adds `/local/...` and `/_control/...` to `app`; call it before the application starts.

    The caller starts and stops the stand-ins. Streams and sockets end with the application's shutdown, so that it does
    not wait for them. `page` is the folder of the chat page, if it has one.
    """
    held = _Held(stands)

    async def to_page(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/local/")

    async def let_go(_app: web.Application) -> None:
        held.ground.feed.close()
        for stand in stands:
            await stand.let_go()

    app.on_shutdown.append(let_go)
    for stand in stands:
        stand.add_routes(app)
    for method, path, handler in (
        ("GET", "/local/stream", lambda request: pages.stream(held.ground.feed, request)),
        ("GET", "/local", to_page),
        ("GET", "/local/{path:.*}", lambda request: pages.file(page, request)),
        ("GET", "/_control/state", held.state),
        ("GET", "/_control/suggestions", held.suggestions),
        ("GET", "/_control/log", held.traffic),
        ("GET", "/_control/messages/{channel}", held.messages),
        ("POST", "/_control/{name}", held.control),
    ):
        app.router.add_route(method, path, guarded(handler))


def guarded(handler: Callable[[web.Request], Answer]) -> Handler:
    """The handler for this machine alone, with no body over 1 MB; what goes wrong in it is told in its answer."""

    async def limited(request: web.Request) -> web.StreamResponse:
        if (request.content_length or 0) > LARGEST_BODY:
            return refused("the body is over 1 MB", 413)
        try:
            return await handler(request.clone(client_max_size=LARGEST_BODY))
        except web.HTTPRequestEntityTooLarge:
            return refused("the body is over 1 MB", 413)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception as error:
            log.exception("the local workspace failed", path=request.path)
            return refused(f"the workspace failed at this ({type(error).__name__}): its log says more", 200)

    return only_here(limited)


class _Held:
    """The handlers of `/_control`."""

    def __init__(self, stands: Sequence[Stand]) -> None:
        self.stands = stands
        self.ground = stands[0].ground

    async def control(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            # A foreign web page can make a browser post a form, but not JSON, without asking first.
            return refused("Content-Type must be application/json", 415)
        call = control.call_named(self.stands, request.match_info["name"])
        if call is None:
            return refused(f"no such control: {request.match_info['name']}", 404)
        body = loads_object(await request.text() or "{}")
        if body is None:
            return refused("the body must be a JSON object", 400)
        try:
            answer = await call(body, f"http://{request.host}")
        except RefusedCallError as error:
            answer = {"ok": False, "error": str(error)}
        return _answer(answer)

    async def state(self, request: web.Request) -> web.StreamResponse:
        return _answer(control.state(self.stands, f"http://{request.host}"))

    async def suggestions(self, _request: web.Request) -> web.StreamResponse:
        return _answer({"ok": True, "suggestions": self.ground.suggestions})

    async def traffic(self, _request: web.Request) -> web.StreamResponse:
        return _text(f'{{"ok":true,"log":{self.ground.log.text()}}}')

    async def messages(self, request: web.Request) -> web.StreamResponse:
        channel, query = request.match_info["channel"], request.query
        limit = query.get("limit", "")
        stand, user = control.meant(self.stands, {"channel": channel}), query.get("user")
        if user is not None:
            user = control.account_on(self.stands, stand, user)
        found = stand.listed(channel, user, query.get("after", ""), int(limit) if limit.isdecimal() else None)
        if found is None:
            return refused(f"no such channel: {channel}", 404)
        return _text(f'{{"ok":true,"messages":{found}}}')


def _answer(answer: Json, status: int = 200) -> web.Response:
    return _text(dumps(answer), status)


def _text(text: str, status: int = 200) -> web.Response:
    return web.Response(
        text=text, status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def refused(message: str, status: int) -> web.Response:
    """An answer that says what was wrong with the request."""
    return _answer({"ok": False, "error": message}, status)
