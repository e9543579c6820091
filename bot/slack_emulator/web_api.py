"""`/local/api/METHOD`: Slack's Web API as far as it is imitated, with its tokens, scopes, limits and failures."""

from __future__ import annotations

import asyncio
import math
import re
from http import HTTPStatus

import structlog
from aiohttp import web

from bot.slack_emulator.calling import Call, RateLimitedError, RefusedMethodError
from bot.slack_emulator.methods import METHODS
from bot.slack_emulator.workspace import Workspace
from bot.stand_in.faults import NO_ANSWERS, Fault, no_answer
from bot.stand_in.log import Entry
from bot.stand_in.shapes import Json, dumps, loads

log = structlog.get_logger(__name__)

APP_LEVEL = {"apps.connections.open"}
TOKENLESS = {"api.test"}
_STATUS = re.compile("http_(?:" + "|".join(str(status.value) for status in HTTPStatus if status >= 400) + ")")


async def handle(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    """Answers one call; every one of them, and how it ended, is in the log."""
    method = request.match_info["method"]
    args, token, problem = await _read(request)
    entry = workspace.log.begin(workspace.now.iso(), "from_bot", "api", method, args)
    fault = workspace.faults.take(method)
    if fault is not None and fault.delay > 0:
        await asyncio.sleep(fault.delay)
    failing = fault is not None and fault.error is not None
    status, answer, headers = 200, problem or {}, _headers(workspace, method)
    if not problem and (not failing or (fault is not None and fault.after_posting)):
        status, answer, more = _call(workspace, Call(workspace, args, request.host), method, token)
        headers |= more
    if failing and fault is not None:
        return await _fail(request, fault, entry, headers)
    entry.end(status, answer)
    return web.json_response(answer, status=status, headers=headers, dumps=dumps)


async def _read(request: web.Request) -> tuple[Json, str | None, Json | None]:
    """Arguments, token, and the answer where the body is not what it says it is."""
    args: Json = dict(request.query)
    header = request.headers.get("Authorization", "")
    bearer = header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else None
    if request.method == "POST":
        if request.content_type == "application/json":
            try:
                body = loads(await request.text() or "{}")
            except (ValueError, LookupError, RecursionError):  # also what is in no charset that we know
                return {}, bearer, {"ok": False, "error": "invalid_json"}
            if not isinstance(body, dict):
                return {}, bearer, {"ok": False, "error": "json_not_object"}
            args |= body
        else:
            args |= dict(await request.post())
    token = args.pop("token", None)
    return args, bearer or token, None


def _call(workspace: Workspace, call: Call, method: str, token: str | None) -> tuple[int, Json, dict[str, str]]:
    try:
        if method not in METHODS:
            # Slack says so before it looks at the token.
            raise RefusedMethodError("unknown_method", req_method=method)
        _authorize(workspace, method, token)
        if (wait := workspace.method_limit.wait(method, workspace.now.seconds())) > 0:
            raise RateLimitedError(math.ceil(wait))
        return 200, {"ok": True, **METHODS[method][0](call)}, {}
    except RefusedMethodError as refused:
        return 200, refused.answer, {}
    except RateLimitedError as limited:
        return 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(limited.retry_after)}
    except Exception:
        log.exception("the local Web API failed", method=method)
        return 200, {"ok": False, "error": "internal_error"}, {}


def _authorize(workspace: Workspace, method: str, token: str | None) -> None:
    if method in TOKENLESS and token is None:
        return
    if not token:
        raise RefusedMethodError("not_authed")
    if token not in (workspace.identity["bot_token"], workspace.identity["app_token"]):
        raise RefusedMethodError("invalid_auth")
    if (token == workspace.identity["app_token"]) != (method in APP_LEVEL) and method not in TOKENLESS:
        raise RefusedMethodError("not_allowed_token_type")
    needed = METHODS[method][1]
    granted = workspace.manifest.scopes
    if needed and granted.isdisjoint(needed):
        raise RefusedMethodError("missing_scope", needed=",".join(needed), provided=",".join(sorted(granted)))


def _headers(workspace: Workspace, method: str) -> dict[str, str]:
    needed = METHODS[method][1] if method in METHODS else ()
    return {"x-oauth-scopes": ",".join(sorted(workspace.manifest.scopes)), "x-accepted-oauth-scopes": ",".join(needed)}


async def _fail(request: web.Request, fault: Fault, entry: Entry, headers: dict[str, str]) -> web.StreamResponse:
    """The answer of a call that was asked to go wrong."""
    error = str(fault.error)
    if error == "disconnect":
        entry.end(None, "disconnect")
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if error in NO_ANSWERS:
        entry.end(200, error)
        return await no_answer(request, error, headers)
    if _STATUS.fullmatch(error):
        status = int(error.removeprefix("http_"))
        entry.end(status, "")
        return web.Response(status=status, text=HTTPStatus(status).phrase, headers=headers)
    answer = {"ok": False, "error": error}
    if error == "ratelimited":
        entry.end(429, answer)
        return web.json_response(answer, status=429, headers=headers | {"Retry-After": "1"})
    entry.end(200, answer)
    return web.json_response(answer, headers=headers)
