"""Only this machine may speak with the workspace: it hands out secrets and obeys whoever asks."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

# What a proxy writes into what it hands on.
HANDED_ON = (
    "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port",
    "X-Forwarded-Server", "X-Real-IP", "X-Original-Host", "X-Original-URL", "CF-Connecting-IP", "True-Client-IP",
)  # fmt: skip
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
        and not any(header in request.headers for header in HANDED_ON)
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
