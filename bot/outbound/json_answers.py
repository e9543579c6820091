"""Reading what other servers answer: whole, but never more than it could be."""

from __future__ import annotations

import json
from typing import Any

import aiohttp


async def object_in(answer: aiohttp.ClientResponse, most: int) -> dict[str, Any]:
    """The JSON object in an answer's body; empty where there is none, or where it has more than `most` bytes. Raises
    what aiohttp raises for a broken connection."""
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > most:
            return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
