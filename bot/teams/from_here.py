"""Who may act as anybody where callers need not show who they are (`VIGIE_TEAMS_DEV`): programs on this machine."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aiohttp import web

from bot.server.settings import is_loopback

# What a proxy or a tunnel adds that hands on what others ask, and what a browser adds for a page of somebody's.
_OF_OTHERS = re.compile(
    r"forwarded|via|origin|sec-fetch-.*|x-(forwarded|original|real|envoy-external|ms-original)-.*"
    r"|.*(client|connecting)-ip",
    re.IGNORECASE,
)


def comes_from_here(request: web.Request) -> bool:
    """Whether a program on this machine asks for itself: no page in a browser here, which could post a form but not
    JSON without asking first, and no tunnel to this machine."""
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return False
    return (
        is_loopback(request.remote or "")
        and is_loopback(name)
        and request.content_type == "application/json"
        and not any(map(_OF_OTHERS.fullmatch, request.headers))
    )
