"""The keys that the Bot Connector signs with: fetched beside everything else, never while a request holds up others.

Whoever knocks with a key that nobody knows causes a fetch at most every half minute, and is kept waiting for a moment
at most. Where the keys cannot be had, nobody can be told from anybody: requests are then answered 503, for Teams to
send them again, rather than 401.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import aiohttp
import jwt
import structlog

from bot.outbound.json_answers import object_in
from bot.teams.payload import Body, mappings

log = structlog.get_logger(__name__)

FRESH_SECONDS = 3600.0  # after which they are fetched again, whether somebody asks or not
KEPT_SECONDS = 86400.0  # for which they count, though no newer ones can be had
BETWEEN_SECONDS = 30.0  # between two fetches that requests ask for
PAUSES = (1.0, 5.0, 15.0, 60.0)  # seconds after fetches that failed, the last one again and again
WAIT_SECONDS = 2.0  # for which a request waits for a fetch
MOST_WAITING = 20
LONGEST = 1_000_000  # bytes of a key set
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)


class UnknownKeyError(jwt.PyJWKClientError):
    """The Bot Connector has no such key."""


class KeysAwayError(jwt.PyJWKClientError):
    """It cannot be told whether it has such a key: its keys cannot be had now."""


class KeySet:
    """The keys at one address, in memory, by id. `clock`: seconds that only ever increase."""

    def __init__(self, url: str, session: aiohttp.ClientSession, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self._session = session
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._failed = 0  # fetches, since the last one that did not
        self._waiting = 0
        self._wanted = asyncio.Event()
        self._tried = asyncio.Event()  # another one for each fetch
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Fetch them now, and again and again."""
        self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Fetch them no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def known(self, key_id: str) -> jwt.PyJWK | None:
        """The key of that id, if it is in memory and still counts."""
        return self._keys.get(key_id) if self._age() <= KEPT_SECONDS else None

    async def key(self, key_id: str) -> jwt.PyJWK:
        """The key of that id. Raises UnknownKeyError or KeysAwayError."""
        found = self.known(key_id)
        if found is not None:
            return found
        if self._age() < BETWEEN_SECONDS:
            raise UnknownKeyError("no such key")
        if not await self._fetched():
            raise KeysAwayError("the keys cannot be had")
        found = self.known(key_id)
        if found is None:
            raise UnknownKeyError("no such key")
        return found

    def get_signing_key_from_jwt(self, token: str) -> jwt.PyJWK:
        """What the SDK asks for, by the name under which it does: the key of a token that we have looked at before it
        did. It is in memory, so nothing is fetched."""
        found = self.known(str(jwt.get_unverified_header(token).get("kid")))
        if found is None:
            raise UnknownKeyError("no such key")
        return found

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock() - self._fetched_at

    async def _fetched(self) -> bool:
        """Ask for newer keys and wait a moment for them. Whether they came."""
        if self._waiting >= MOST_WAITING:
            return False
        tried, before = self._tried, self._fetched_at
        self._wanted.set()
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await tried.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
        return self._fetched_at != before

    async def _keep(self) -> None:
        while True:
            self._wanted.clear()
            try:
                self._keys = await self._fetch()
            except (aiohttp.ClientError, OSError, ValueError) as error:
                if not self._failed:
                    log.warning("the keys of Teams cannot be fetched", url=self.url, reason=type(error).__name__)
                self._failed += 1
            else:
                if self._failed:
                    log.warning("the keys of Teams could be fetched again", url=self.url)
                self._failed, self._fetched_at = 0, self._clock()
            self._tried.set()
            self._tried = asyncio.Event()
            await self._rest()

    async def _rest(self) -> None:
        """Until the next fetch: at once when somebody asks, but not too soon after the last one."""
        if self._failed:
            await asyncio.sleep(PAUSES[min(self._failed, len(PAUSES)) - 1])
            return
        await asyncio.sleep(BETWEEN_SECONDS)
        try:
            async with asyncio.timeout(FRESH_SECONDS - BETWEEN_SECONDS):
                await self._wanted.wait()
        except TimeoutError:
            return

    async def _fetch(self) -> dict[str, jwt.PyJWK]:
        """What stands at the address. Raises ClientError, OSError or ValueError where that is no key set."""
        async with self._session.get(self.url, timeout=TIMEOUT, allow_redirects=False) as answer:
            if answer.status != 200:
                raise ValueError(f"http {answer.status}")
            said = await object_in(answer, LONGEST)
        keys = dict(filter(None, map(_key, mappings(said.get("keys")))))
        if not keys:
            raise ValueError("no keys")
        return keys


def _key(said: Body) -> tuple[str, jwt.PyJWK] | None:
    """A key for signatures and its id; None for anything else."""
    if said.get("kty") != "RSA" or said.get("use") not in (None, "sig"):
        return None
    key_id = said.get("kid")
    try:
        return (key_id, jwt.PyJWK.from_dict(said, algorithm="RS256")) if isinstance(key_id, str) and key_id else None
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
