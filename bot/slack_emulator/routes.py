"""Makes a workspace reachable on an aiohttp application, from this machine only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.slack_emulator import control, messages, pages, web_api
from bot.slack_emulator import response_urls as responses
from bot.slack_emulator.asking import RefusedCallError
from bot.slack_emulator.loopback import Handler, only_here
from bot.slack_emulator.shapes import Json, dumps, loads_object
from bot.slack_emulator.workspace import Workspace

log = structlog.get_logger(__name__)

LARGEST_BODY = 1024 * 1024


def add_routes(app: web.Application, workspace: Workspace) -> None:
    """Adds `/local/...` and `/_control/...` to `app`; call it before the application starts.

    The caller starts and stops the workspace. Streams and sockets end with the application's shutdown, so that it
    does not wait for them.
    """

    def route(
        method: str, path: str, handler: Callable[[Workspace, web.Request], Awaitable[web.StreamResponse]]
    ) -> None:
        app.router.add_route(method, path, _wrapped(workspace, handler))

    async def to_page(_workspace: Workspace, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/local/")

    async def let_go(_app: web.Application) -> None:
        workspace.feed.close()
        await workspace.sockets.disconnect()

    app.on_shutdown.append(let_go)
    route("*", "/local/api/{method}", web_api.handle)
    route("POST", "/local/response/{kind}/{team}/{token}", _respond)
    route("GET", "/local/socket/", lambda held, request: held.sockets.serve(request))
    route("GET", "/local/stream", pages.stream)
    route("GET", "/local", to_page)
    route("GET", "/local/{path:.*}", pages.file)
    route("GET", "/_control/state", _state)
    route("GET", "/_control/suggestions", _suggestions)
    route("GET", "/_control/log", _traffic)
    route("GET", "/_control/messages/{channel}", _messages)
    route("POST", "/_control/{name}", _control)


def _wrapped(
    workspace: Workspace, handler: Callable[[Workspace, web.Request], Awaitable[web.StreamResponse]]
) -> Handler:
    async def limited(request: web.Request) -> web.StreamResponse:
        if (request.content_length or 0) > LARGEST_BODY:
            return _error("the body is over 1 MB", 413)
        try:
            return await handler(workspace, request.clone(client_max_size=LARGEST_BODY))
        except web.HTTPRequestEntityTooLarge:
            return _error("the body is over 1 MB", 413)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception as error:
            log.exception("the local workspace failed", path=request.path)
            return _error(f"the workspace failed at this ({type(error).__name__}): its log says more", 200)

    return only_here(limited)


async def _control(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    if request.content_type != "application/json":
        # A foreign web page can make a browser post a form, but not JSON, without asking first.
        return _error("Content-Type must be application/json", 415)
    call = control.CALLS.get(request.match_info["name"])
    if call is None:
        return _error(f"no such control: {request.match_info['name']}", 404)
    body = loads_object(await request.text() or "{}")
    if body is None:
        return _error("the body must be a JSON object", 400)
    try:
        answer = await call(workspace, body, f"http://{request.host}")
    except RefusedCallError as refused:
        answer = {"ok": False, "error": str(refused)}
    return _answer(answer)


async def _state(workspace: Workspace, _request: web.Request) -> web.StreamResponse:
    return _answer(control.state(workspace))


async def _suggestions(workspace: Workspace, _request: web.Request) -> web.StreamResponse:
    return _answer({"ok": True, "suggestions": workspace.suggestions})


async def _traffic(workspace: Workspace, _request: web.Request) -> web.StreamResponse:
    return _text(f'{{"ok":true,"log":{workspace.log.text()}}}')


async def _messages(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    channel = request.match_info["channel"]
    if workspace.channels.get(channel) is None:
        return _error(f"no such channel: {channel}", 404)
    limit = request.query.get("limit", "")
    found = messages.listed(
        workspace.record, channel, request.query.get("user"), request.query.get("after", ""),
        int(limit) if limit.isdecimal() else None,
    )  # fmt: skip
    return _text(f'{{"ok":true,"messages":{found}}}')


async def _respond(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    text = await request.text()
    answer = loads_object(text)
    entry = workspace.log.begin(
        workspace.now.iso(), "from_bot", "response_url", None, text if answer is None else answer
    )
    status, body = responses.respond(workspace, request.match_info["token"], answer)
    entry.end(status, loads_object(body) or body)
    return web.Response(status=status, text=body, content_type="application/json" if body != "ok" else "text/html")


def _answer(answer: Json, status: int = 200) -> web.Response:
    return _text(dumps(answer), status)


def _text(text: str, status: int = 200) -> web.Response:
    return web.Response(
        text=text, status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def _error(message: str, status: int) -> web.Response:
    return _answer({"ok": False, "error": message}, status)
