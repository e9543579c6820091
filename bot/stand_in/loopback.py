"""Only this machine may speak with the workspace: it hands out secrets and obeys whoever asks."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

# What a proxy or tunnel writes into what it hands on, whatever its maker calls it.
HANDED_ON = re.compile(
    r"forwarded|via|x-(forwarded|original|real|envoy-external|ms-original)-.*|.*(client|connecting)-ip", re.IGNORECASE
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_loopback_name(host: str) -> bool:
    """Whether this host name or address means this machine; a trailing dot or a look-alike name does not."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def comes_from_here(request: web.Request) -> bool:
    """Whether the peer is on this machine, asks for itself, and the Host header says so too.

    The headers matter beside the peer. A web page elsewhere can point its own name at 127.0.0.1, or ask 127.0.0.1
    itself, and have a browser here do the asking; a proxy or tunnel on this machine asks for people elsewhere.
    """
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return False
    return (
        is_loopback_name(request.remote or "")
        and is_loopback_name(name)
        and not any(map(HANDED_ON.fullmatch, request.headers))
        and _is_of_our_page(request)
    )


def _is_of_our_page(request: web.Request) -> bool:
    """Whether no page of another site is behind it. Following a link to the workspace is fine."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is not None and origin.lower() != f"http://{request.host}".lower():
        return False
    if site in (None, "same-origin", "none"):
        return True
    return request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"


def only_here(handler: Handler) -> Handler:
    """The handler, refusing (403) everybody else."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not comes_from_here(request):
            return web.json_response({"ok": False, "error": "only this machine may ask"}, status=403)
        return await handler(request)

    return guarded
