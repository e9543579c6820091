"""Which addresses are Teams' own: nothing is sent anywhere else, whatever a request says.

An activity names the address to which answers are to go (`serviceUrl`), and our token goes there with each of them. So
it is looked at when it arrives, and again before one that was stored is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from bot.server.settings import is_loopback

_HOSTS = frozenset({"smba.trafficmanager.net", "teams.microsoft.com"})
_BELOW = (".botframework.com", ".teams.microsoft.com")
_NAME = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
LONGEST = 500  # characters; Teams' own have fewer than 100


@dataclass(frozen=True, slots=True)
class ServiceUrls:
    """Tells which addresses may be talked to."""

    #: The address of a stand-in on this machine, which is then the only one; None: Teams' own.
    only: str | None = None
    #: Whether any address on this machine will do, beside Teams' own: for test tools.
    on_this_machine: bool = False

    def allow(self, url: str) -> bool:
        """Whether something may be sent there."""
        parts = _split(url)
        if parts is None:
            return False
        if self.only is not None:
            return same_address(url, self.only) or _is_same_here(parts, urlsplit(self.only))
        host = (parts.hostname or "").lower()
        if self.on_this_machine and is_loopback(host):
            return True
        is_teams = host in _HOSTS or (host.endswith(_BELOW) and _NAME.fullmatch(host) is not None)
        return is_teams and parts.scheme == "https" and parts.port in (None, 443)


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are the same but for a slash at the end."""
    return one.rstrip("/") == other.rstrip("/")


def _is_same_here(one: SplitResult, other: SplitResult) -> bool:
    """Whether both are one address of this machine, which has several names."""
    here = is_loopback(one.hostname or "") and is_loopback(other.hostname or "")
    return here and (one.port, one.path.rstrip("/")) == (other.port, other.path.rstrip("/"))


def _split(url: str) -> SplitResult | None:
    """The parts of a plain web address; None for anything else, also where browsers and libraries might disagree about
    which host is meant."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or "\\" in url or " " in url:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or parts.query or parts.fragment:
        return None
    return parts if parts.hostname else None
