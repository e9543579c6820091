"""Who may come in, and with which headers a page leaves.

In local mode nobody signs in, so that pages are served to this machine alone. Names that lead here by a trick of
somebody's DNS are refused, and so is a form that another site has had sent.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from urllib.parse import urlsplit

from aiohttp import web

from bot.server.settings import is_loopback

SESSION = "vigie_session"
FIELD = "token"
LONGEST_PATH = 1000
_SESSION = re.compile(r"[A-Za-z0-9_-]{22,64}")
# What a proxy or a tunnel adds that hands on what others ask.
_OF_OTHERS = re.compile(
    r"forwarded|via|x-(forwarded|original|real|envoy-external|ms-original)-.*|.*(client|connecting)-ip", re.IGNORECASE
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # without any, a browser would send no origin with a form either
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex",
}
KEPT = "public, max-age=31536000, immutable"


def is_on_this_machine(request: web.Request) -> bool:
    """Whether a browser on this machine asks for itself, by one of the machine's own names. The name matters beside the
    address: a site elsewhere can have its own name lead to 127.0.0.1, and read what its pages then get from here."""
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return False
    handed_on = any(map(_OF_OTHERS.fullmatch, request.headers))
    return is_loopback(request.remote or "") and is_loopback(name) and not handed_on and not is_of_another_site(request)


def is_of_another_site(request: web.Request) -> bool:
    """Whether a page of another site is behind it. Following a link to us is fine."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site in ("same-origin", "none"):
        return False
    return not (request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate")


def session_of(request: web.Request) -> str | None:
    """What tells this browser from others; None: it has none yet."""
    found = request.cookies.get(SESSION, "")
    return found if _SESSION.fullmatch(found) else None


def new_session() -> str:
    """One that nobody can guess."""
    return secrets.token_urlsafe(24)


def token_of(session: str) -> str:
    """What a form of ours carries: who cannot read the session's cookie cannot make it."""
    return hmac.new(session.encode(), b"vigie form", hashlib.sha256).hexdigest()


def is_our_form(request: web.Request, token: str, session: str, origin: str) -> bool:
    """Whether a page of ours sent that form: the browser says so, and it carries the token of its session. `origin`:
    where our pages come from."""
    if not hmac.compare_digest(token.encode(errors="replace"), token_of(session).encode()):
        return False
    said = request.headers.get("Origin")
    if said is not None:
        return said.lower() == origin.lower()
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def our_path(address: str) -> str:
    """That address, if it is one of our pages; else where all of them begin."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_ours and len(address) <= LONGEST_PATH else "/"
