"""`/teams/messages`: who calls is checked before anything in the request is read."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.server.refused_requests import Refusals
from bot.teams.app import TeamsApp
from bot.teams.from_here import comes_from_here
from bot.teams.key_set import KeysAwayError, KeySet, UnknownKeyError
from bot.teams.payload import Activity, activity_of, mapping
from bot.teams.platform import MESSAGES_PATH
from bot.teams.reception import Reception
from bot.teams.service_urls import ServiceUrls, same_address
from bot.teams.signature import Signer, key_id_of, service_url_in, token_of

BODY_SECONDS = 10.0  # Teams sends a request whole
DEEPEST = 100  # levels of a body; Teams' own have fewer than 20
UNSOUND = "not what Teams sends"
_HALVES = re.compile(rb"\\u[dD][89a-fA-F]")

WHY = {401: "unsigned", 403: "elsewhere", 408: "unfinished", 400: "unfinished", 503: "unverifiable"}
"""How a refusal is counted, by its status."""


class RefusedError(Exception):
    """Whoever sent this is not answered. `status` is what HTTP calls that."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True, slots=True)
class Door:
    """Who is let in, and who receives them."""

    #: Who receives what is let in.
    reception: Reception
    #: The SDK, which finds out who calls.
    app: TeamsApp
    #: Who signs what is for us; None: nobody has to, for test tools on this machine alone.
    signer: Signer | None
    #: The keys that are signed with.
    keys: KeySet
    #: The tenant that we serve; empty: any, for test tools.
    tenant: str
    #: Which addresses may be talked to.
    service_urls: ServiceUrls

    async def caller(self, request: web.Request) -> str:
        """The address at which whoever calls takes answers; empty: a test tool, which says it in the body. Raises
        RefusedError."""
        if self.signer is None:
            if not comes_from_here(request):
                raise RefusedError(403)
            return ""
        token = token_of(request.headers)
        key_id = None if token is None else key_id_of(token)
        service_url = None if token is None else service_url_in(token, self.signer)
        if token is None or key_id is None or service_url is None:
            raise RefusedError(401)
        try:
            await self.keys.key(key_id)  # the SDK takes it from memory
        except UnknownKeyError:
            raise RefusedError(401) from None
        except KeysAwayError:
            raise RefusedError(503) from None
        if not await self.app.lets_in(token, service_url):
            raise RefusedError(401)
        return service_url

    def admit(self, body: dict[str, Any], service_url: str) -> Activity:
        """The activity, if it comes from our tenant and is to be answered at one of Teams' own addresses. Raises
        RefusedError."""
        said = body.get("serviceUrl")
        if said is not None and not isinstance(said, str):
            raise RefusedError(403)
        if said and service_url and not same_address(said, service_url):
            raise RefusedError(401)
        address = service_url or said or ""
        if not self.service_urls.allow(address):
            raise RefusedError(403)
        if self.tenant and any(each != self.tenant for each in _tenants(body)):
            raise RefusedError(403)
        activity = replace(activity_of(body), service_url=address)
        # A test tool has a clock of its own, and ours may have been moved.
        return activity if self.signer is not None else replace(activity, at=None)


def add_teams_route(web_app: web.Application, door_of: Callable[[], Door | None], refusals: Refusals) -> None:
    """`/teams/messages`: every activity of Teams'. 503 until there is somebody to receive them, and when there is
    nobody any more. What the Bot Connector has not signed is answered 401 and counted: nothing of it is parsed, acted
    on or written down."""

    async def handle(request: web.Request) -> web.Response:
        door = door_of()
        if door is None or door.reception.is_closed:
            return web.Response(status=503, text="starting or stopping")
        try:
            service_url = await door.caller(request)
            body = _object(await _whole(request))
            if body is None:
                return web.Response(status=400, text=UNSOUND)
            activity = door.admit(body, service_url)
        except RefusedError as error:
            return refusals.refuse(WHY[error.status], error.status)
        with door.reception.inside():
            reply = await door.reception.receive(activity)
        if reply.body is None:
            return web.Response(status=reply.status)
        return web.json_response(reply.body, status=reply.status)

    web_app.router.add_post(MESSAGES_PATH, handle)


async def _whole(request: web.Request) -> bytes:
    """The body, all of it. Raises RefusedError."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise RefusedError(408) from None
    except (web.RequestPayloadError, ConnectionError):  # broken on the way, or given up by whoever sent it
        raise RefusedError(400) from None


def _object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a body; None where there is none, or one that nobody can take apart."""
    try:
        read = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
        if _HALVES.search(body):  # halves of a pair, which no text may hold
            read = json.loads(json.dumps(read, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) and not _is_deep(read) else None


def _no_number(name: str) -> None:
    raise ValueError(name)


def _is_deep(read: dict[str, Any]) -> bool:
    level: list[Any] = [read]
    for _ in range(DEEPEST):
        below = (each.values() if isinstance(each, dict) else each for each in level)
        level = [value for values in below for value in values if isinstance(value, (dict, list))]
        if not level:
            return False
    return True


def _tenants(body: dict[str, Any]) -> list[object]:
    """The tenants that an activity says it comes from."""
    tenant = mapping(mapping(body.get("channelData")).get("tenant")).get("id")
    found = (mapping(body.get("conversation")).get("tenantId"), tenant)
    return [each.lower() if isinstance(each, str) else each for each in found if each not in (None, "")]
