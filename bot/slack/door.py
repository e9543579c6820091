"""`/slack/events`, over HTTP: the signature is checked before anything in the request is read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.server.refused_requests import Refusals
from bot.slack.manifest import EVENTS_PATH
from bot.slack.reception import UNSOUND, Reception
from bot.slack.signature import signature_of

BODY_SECONDS = 10.0  # Slack sends a request whole


@dataclass(frozen=True, slots=True)
class Door:
    """Who receives what comes in over HTTP, and the secret that only Slack shares."""

    #: Who receives what comes in over HTTP.
    reception: Reception
    #: What Slack alone shares with us.
    signing_secret: str


def add_slack_route(web_app: web.Application, door_of: Callable[[], Door | None], refusals: Refusals) -> None:
    """`/slack/events`: every command, button, form and event of Slack's. 503 until there is somebody to receive them,
    and when there is nobody any more: Slack tries again. What Slack has not signed is answered 401 and counted: nothing
    of it is parsed, acted on or written down."""

    async def handle(request: web.Request) -> web.Response:
        door = door_of()
        if door is None or door.reception.is_closed:
            return web.Response(status=503, text="starting or stopping")
        signature = signature_of(request.headers, time.time())
        if signature is None:
            return refusals.refuse("unsigned", 401)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return refusals.refuse("unfinished", 408)
        except (web.RequestPayloadError, ConnectionError):  # broken on the way, or given up by whoever sent it
            return refusals.refuse("unfinished", 400)
        if not signature.fits(door.signing_secret, body):
            return refusals.refuse("unsigned", 401)
        bolt_request = _read(request, body)
        if bolt_request is None:
            return web.Response(status=400, text=UNSOUND)
        return await to_aiohttp_response(await door.reception.receive(bolt_request))

    web_app.router.add_post(EVENTS_PATH, handle)


def _read(request: web.Request, body: bytes) -> AsyncBoltRequest | None:
    """The request in Bolt's form. None where its body is not what its content type says."""
    try:
        return AsyncBoltRequest(
            body=_unmistakable(body.decode()),
            query=request.query_string,
            headers=request.headers,  # type: ignore[arg-type]  # a mapping of names to values, as Bolt reads it
        )
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None


def _unmistakable(body: str) -> str:
    """The same form, encoded so that Bolt parses it right: Bolt takes any body with the word "payload" in it for a
    button or a form."""
    if body.startswith(("{", "payload=")) or "&payload=" in body:
        return body
    return body.replace("payload", "%70ayload")
