"""Whoever is not known yet knocks so often from one address, and so often from all of them together: one alone cannot
keep the others out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

from bot.server.bucket import Bucket

MOST, WITHIN = 60, 60.0  # requests of one address, in so many seconds
ALL = 600  # of all together: what they ask of the database stays bounded
SITE = 64  # bits: of IPv6 somebody has a network of that size at least
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
Networks = Collection[IPv4Network | IPv6Network]


@dataclass
class Strangers:
    """Counts them."""

    #: Proxies that are believed when they say for whom they ask, beside those on this machine.
    proxies: Networks = ()
    _all: Bucket = field(default_factory=lambda: Bucket(ALL, WITHIN))
    _each: dict[str, Bucket] = field(default_factory=dict)
    _swept: float = 0.0

    @property
    def remembered(self) -> set[str]:
        """The addresses of which something is kept."""
        return set(self._each)

    def let_in(self, request: web.Request, now: float) -> bool:
        """Whether one more may come in. `now`: a time that never goes back, in seconds."""
        if now - self._swept >= WITHIN:
            self._each = {each: bucket for each, bucket in self._each.items() if not bucket.is_full(now)}
            self._swept = now
        whose = address_of(request, self.proxies)
        own = self._each.get(whose) or Bucket(MOST, WITHIN)
        if not (own.take(now) and self._all.take(now)):
            return False
        self._each[whose] = own
        return True


def address_of(request: web.Request, proxies: Networks) -> str:
    """From where it is asked: what the nearest proxy that is believed says, else whoever is connected."""
    said = [each for line in request.headers.getall("X-Forwarded-For", ()) for each in line.split(",")]
    found = _read(request.remote or "")
    while said and found is not None and _is_in(found, (*_LOOPBACK, *proxies)):
        before = _read(said.pop())
        if before is None:
            break
        found = before
    if isinstance(found, IPv6Address):
        return str(ip_network((found, SITE), strict=False))
    return str(found)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it, some with a port; None: it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_in(address: IPv4Address | IPv6Address, networks: Networks) -> bool:
    return any(address in each for each in networks)
