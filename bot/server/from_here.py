"""Whether a program on this machine asks for itself."""

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


def is_from_here(request: web.Request) -> bool:
    """Whether it comes from this machine, was asked for by one of its names, and was handed on by nobody."""
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return False
    return (
        is_loopback(request.remote or "") and is_loopback(name) and not any(map(_OF_OTHERS.fullmatch, request.headers))
    )
