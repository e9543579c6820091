"""What a program sends: a JSON object of one megabyte at most, whole within ten seconds."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NoReturn

from aiohttp import web

from bot.api.house import LARGEST
from bot.api.problem import Problem

BODY_SECONDS = 10.0
JSON_TYPE = "application/json"


async def read_body(request: web.Request) -> dict[str, Any]:
    """The object; an empty one where nothing was sent. Raises Problem."""
    if (request.content_length or 0) > LARGEST:
        raise Problem(413, "too_large")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "encoded")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            raw = await request.read()
    except TimeoutError:
        raise Problem(408, "too_slow") from None
    except web.HTTPRequestEntityTooLarge:
        raise Problem(413, "too_large") from None
    except (web.RequestPayloadError, ConnectionError):
        raise Problem(400, "unfinished") from None
    if not raw:
        return {}
    if request.content_type != JSON_TYPE or (request.charset or "utf-8").lower() != "utf-8":
        raise Problem(415, "no_json_type")
    return _object(raw)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Problem(400, "no_json") from None
    if not isinstance(found, dict):
        raise Problem(400, "no_object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
