"""`/local/teams/...`: the Bot Connector as far as it is imitated, with its tokens, limits and failures; and the keys
and tokens of the tenant, at `/local/entra/...`."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from http import HTTPStatus
from urllib.parse import unquote

import structlog
from aiohttp import web

from bot.stand_in.faults import NO_ANSWERS, Fault, no_answer
from bot.stand_in.log import Entry
from bot.stand_in.routes import guarded
from bot.stand_in.shapes import Json, dumps, loads_object
from bot.teams_emulator.calling import Call, Done, Method, RefusedMethodError
from bot.teams_emulator.identity import AUDIENCE, ISSUER, LIFE
from bot.teams_emulator.ids import APP_ID
from bot.teams_emulator.methods import METHODS
from bot.teams_emulator.workspace import Workspace

log = structlog.get_logger(__name__)

SERVICE_PATH = "/local/teams/"
KEYS_PATH = "/local/entra/v1/.well-known/keys"
METADATA_PATH = "/local/entra/v1/.well-known/openidconfiguration"
TOKEN_PATH = "/local/entra/{tenant}/oauth2/v2.0/token"  # noqa: S105 - an address
_STATUS = re.compile("http_(?:" + "|".join(str(status.value) for status in HTTPStatus if status >= 400) + ")")
# What a fault that has a name is answered with, where it is not a server's.
_NAMED = {
    "ConversationNotFound": 404, "ActivityNotFoundInConversation": 404, "BotNotInConversationRoster": 403,
    "ForbiddenOperationException": 403, "ConversationBlockedByUser": 403, "BotDisabledByAdmin": 403, "BadArgument": 400,
    "MessageSizeTooBig": 413, "Throttled": 429, "ServiceError": 500, "PreconditionFailed": 412,
    "internal_error": 500, "fatal_error": 500,
}  # fmt: skip


def add_routes(app: web.Application, workspace: Workspace) -> None:
    """Adds the Connector and the tenant's own addresses to `app`."""
    for name, verb, path, method in METHODS:
        app.router.add_route(verb, SERVICE_PATH.rstrip("/") + path, guarded(partial(_serve, workspace, name, method)))
    app.router.add_get(KEYS_PATH, guarded(partial(_keys, workspace)))
    app.router.add_get(METADATA_PATH, guarded(_metadata))
    app.router.add_post(TOKEN_PATH, guarded(partial(_token, workspace)))


async def _serve(workspace: Workspace, name: str, method: Method, request: web.Request) -> web.StreamResponse:
    """Answers one call; every one of them, and how it ended, is in the log."""
    text = await request.text()
    body = loads_object(text) if text.strip() else {}
    path = {key: unquote(value) for key, value in request.match_info.items()}
    entry = workspace.log.begin(
        workspace.now.iso(), "from_bot", "connector", name, {"path": path, "query": dict(request.query), "body": body}
    )
    fault = workspace.ground.faults.take(_as_faults_call_it(name, request))
    if fault is not None and fault.delay > 0:
        await asyncio.sleep(fault.delay)
    answer = None
    if fault is None or fault.error is None or fault.after_posting:
        answer = _answer(workspace, method, request, path, body)
    if fault is not None and fault.error is not None:
        return await _fail(request, fault, entry)
    return _told(answer or Done(), entry)


def _answer(
    workspace: Workspace, method: Method, request: web.Request, path: dict[str, str], body: Json | None
) -> Done | RefusedMethodError:
    try:
        if not workspace.identity.takes(request.headers.get("Authorization", "")):
            raise RefusedMethodError(401, "Unauthorized", "Authorization has been denied for this request.")
        if body is None:
            raise RefusedMethodError(400, "BadSyntax", "The body is no JSON object.")
        return method(Call(workspace, path, dict(request.query), body))
    except RefusedMethodError as refused:
        return refused
    except Exception:
        log.exception("the local Connector failed", path=request.path)
        return RefusedMethodError(500, "ServiceError", "Internal server error.")


def _told(answer: Done | RefusedMethodError, entry: Entry) -> web.Response:
    if isinstance(answer, RefusedMethodError):
        return _refusal(entry, answer.status, answer.code, answer.message, answer.headers)
    entry.end(answer.status, answer.body)
    text = "" if answer.body is None else dumps(answer.body)
    return web.Response(status=answer.status, text=text, content_type="application/json")


def _refusal(entry: Entry, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> web.Response:
    body: Json = {"message": message} if status == 401 else {"error": {"code": code, "message": message}}
    entry.end(status, body)
    return web.json_response(body, status=status, headers=headers, dumps=dumps)


async def _fail(request: web.Request, fault: Fault, entry: Entry) -> web.StreamResponse:
    """The answer of a call that was asked to go wrong."""
    error = str(fault.error)
    if error == "disconnect":
        entry.end(None, "disconnect")
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if error in NO_ANSWERS:
        entry.end(200, error)
        return await no_answer(request, error)
    if error == "ratelimited":
        error = "Throttled"
    status = int(error.removeprefix("http_")) if _STATUS.fullmatch(error) else _NAMED.get(error, 400)
    code = {429: "Throttled"}.get(status, "ServiceError") if error.startswith("http_") else error
    return _refusal(entry, status, code, f"{code}, as was asked", {"Retry-After": "1"} if status == 429 else None)


def _as_faults_call_it(name: str, request: web.Request) -> str:
    """`activities.create`; of a message that one person alone sees `activities.create_targeted`."""
    return f"{name}_targeted" if request.query.get("isTargetedActivity", "").lower() == "true" else name


async def _keys(workspace: Workspace, _request: web.Request) -> web.StreamResponse:
    return web.json_response(workspace.identity.keys())


async def _metadata(request: web.Request) -> web.StreamResponse:
    base = f"http://{request.host}"
    return web.json_response({
        "issuer": ISSUER, "authorization_endpoint": "https://invalid.botframework.com",
        "jwks_uri": base + KEYS_PATH, "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    })  # fmt: skip


async def _token(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    """A token for the app's own calls, for its secret."""
    form = await request.post()
    if form.get("client_id") != APP_ID or form.get("client_secret") != workspace.identity.client_secret:
        return web.json_response({"error": "invalid_client", "error_description": "Invalid client secret."}, status=401)
    if form.get("grant_type") != "client_credentials" or form.get("scope") != f"{AUDIENCE}/.default":
        return web.json_response({"error": "invalid_request"}, status=400)
    answer = {"token_type": "Bearer", "expires_in": int(LIFE), "access_token": workspace.identity.token_of_app()}
    return web.json_response(answer)
