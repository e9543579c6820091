"""How other systems are told over HTTP: signed as Standard Webhooks has it, never where nothing may be sent, no
redirection followed, and no more read of an answer than its status."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from pydantic import SecretStr
from yarl import URL

from bot.desk.policy_file.pages import is_public, may_be_told
from bot.server.settings import is_loopback

AT_ONCE = 20  # connections
Networks = Sequence[IPv4Network | IPv6Network]


class Poster:
    """Connections of their own: a slow system takes none from a chat. Made when the first of it is told."""

    def __init__(
        self, timeout: aiohttp.ClientTimeout, resolver: Callable[[], GuardedResolver], *, read_at_most: int = 4096
    ) -> None:
        self._timeout, self._resolver, self._read_at_most = timeout, resolver, read_at_most
        self._session: aiohttp.ClientSession | None = None
        self._guard: GuardedResolver | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int | str:
        """The status that it answered; else why there is none, without the address."""
        sent = {"Content-Type": "application/json", "User-Agent": "Vigie", **headers}
        client, guard = self._opened()
        try:
            to = URL(url)
            host = to.raw_host or ""
            if is_address(host) and not guard.may_be_told(host, host):  # which nobody looks up
                return "nothing is sent to such an address"
            async with client.post(to, data=body, headers=sent, allow_redirects=False) as answer:
                return answer.status
        except TimeoutError:
            return "it did not answer in time"
        except (aiohttp.ClientError, OSError, ValueError) as error:  # whose words may hold the address
            return f"it cannot be reached ({type(error).__name__})"

    def _opened(self) -> tuple[aiohttp.ClientSession, GuardedResolver]:
        if self._session is None or self._guard is None:
            self._guard = self._resolver()
            connector = aiohttp.TCPConnector(limit=AT_ONCE, resolver=self._guard)
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False,
                read_bufsize=self._read_at_most,
            )  # fmt: skip
        return self._session, self._guard

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


class GuardedResolver(AbstractResolver):
    """Looks a name up, and leaves out addresses that nothing is to be sent to: a name may lead anywhere, and somewhere
    else a moment later."""

    def __init__(self, found: AbstractResolver | None = None) -> None:
        self._found = found or ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        """See `aiohttp.abc.AbstractResolver`."""
        found = await self._found.resolve(host, port, family)
        told = [each for each in found if self.may_be_told(each["host"], host)]
        if not told:
            raise OSError("it stands for no address that may be told")
        return told

    def may_be_told(self, address: str, host: str) -> bool:
        """Whether something may be sent to that address, which that name stands for."""
        return may_be_told(address, by_name=not is_loopback(host))

    async def close(self) -> None:
        """See `aiohttp.abc.AbstractResolver`."""
        await self._found.close()


class PublicResolver(GuardedResolver):
    """The same, for addresses that somebody typed: public ones alone, and those of `networks`."""

    def __init__(self, networks: Networks, found: AbstractResolver | None = None) -> None:
        super().__init__(found)
        self._networks = networks

    def may_be_told(self, address: str, host: str) -> bool:  # noqa: ARG002
        """See GuardedResolver."""
        return is_allowed(address, self._networks)


def is_address(host: str) -> bool:
    """Whether a host is an address rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_allowed(address: str, networks: Networks) -> bool:
    """Whether something may be sent to that address: a public one, or one of `networks`."""
    if is_public(address):
        return True
    try:
        one = ip_address(address)
    except ValueError:
        return False
    one = getattr(one, "ipv4_mapped", None) or one
    return may_be_told(address) and any(one in network for network in networks)


def signed(message_id: str, timestamp: int, body: bytes, *secrets: SecretStr) -> dict[str, str]:
    """The headers by which whoever is told knows that we did, and when (standardwebhooks.com): an HMAC-SHA256 over the
    id, the real time and the body; by each of the secrets, where one takes another's place."""
    what = f"{message_id}.{timestamp}.".encode() + body
    made = (b64encode(hmac.new(_key(each), what, "sha256").digest()).decode() for each in secrets)
    return {
        "webhook-id": message_id, "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{each}" for each in made),
    }  # fmt: skip


def _key(secret: SecretStr) -> bytes:
    given = secret.get_secret_value()
    if given.startswith("whsec_"):
        try:
            return b64decode(given.removeprefix("whsec_"), validate=True)
        except (NoBase64, ValueError):
            pass
    return given.encode()
