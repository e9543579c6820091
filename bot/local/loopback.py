"""Only this machine may speak with the workspace: it hands out secrets and obeys whoever asks."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

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
    """Whether the peer is on this machine and the Host header says so too.

    The header matters beside the peer: a web page elsewhere can point its own name at 127.0.0.1 and have a browser
    here do the asking.
    """
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return False
    return is_loopback_name(request.remote or "") and is_loopback_name(name)


def only_here(handler: Handler) -> Handler:
    """The handler, refusing (403) everybody else."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not comes_from_here(request):
            return web.json_response({"ok": False, "error": "only this machine may ask"}, status=403)
        return await handler(request)

    return guarded
