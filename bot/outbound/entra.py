"""Tokens of Entra, Microsoft's directory, with which an app calls what Microsoft runs: fetched beside everything else,
kept until they are about to end.

Not by Microsoft's own libraries: they ask Entra in the middle of everything, and hold everybody up while it is slow.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.outbound.json_answers import object_in

LOGIN = "https://login.microsoftonline.com"
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
EARLY_SECONDS = 300.0  # before a token ends a new one is fetched
BETWEEN_SECONDS = 10.0  # between two fetches, whoever asks for a fresh one
USUAL_SECONDS = 3600.0  # for which a token is good where that is not said
LONGEST_SECONDS = 86400 * 7
LONGEST = 100_000  # bytes of an answer
LONGEST_WORD = 2000  # characters of what is read of an answer
_CODE = re.compile(r"AADSTS\d+")


class NoTokenError(Exception):
    """There is no token to call with; the message is one line that says why. `is_refused`: Entra will not give one,
    whatever is tried again."""

    def __init__(self, reason: str, *, is_refused: bool = False) -> None:
        super().__init__(reason)
        self.is_refused = is_refused


@dataclass(frozen=True, slots=True)
class Kept:
    """A token in memory."""

    #: The token.
    token: str
    #: When it was fetched, in seconds of the clock.
    fetched_at: float
    #: When it ends, in seconds of the clock.
    ends_at: float


def token_url(tenant_id: str, login: str = LOGIN) -> str:
    """Where a tenant's tokens are given."""
    return f"{login}/{tenant_id}/oauth2/v2.0/token"


def token_request(app_id: str, secret: str, scope: str) -> dict[str, str]:
    """What is asked for there: a token of the app's own, good for that alone."""
    return {"grant_type": "client_credentials", "client_id": app_id, "client_secret": secret, "scope": scope}


class EntraTokens:
    """The tokens of one app, which shows who it is by its secret. `scope`: what they are good for; `clock`: seconds
    that only ever increase."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        app_id: str,
        secret: str,
        scope: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._url = url
        self._asked = token_request(app_id, secret, scope)
        self._clock = clock
        self._kept: Kept | None = None
        self._failure: NoTokenError | None = None
        self._failed_at = 0.0
        self._fetching = asyncio.Lock()

    async def token(self, *, fresh: bool = False) -> str:
        """A token. `fresh`: not one that is kept, for that was refused. Raises NoTokenError."""
        async with self._fetching:
            kept, now = self._kept, self._clock()
            if kept is not None and now < kept.ends_at - EARLY_SECONDS and not fresh:
                return kept.token
            if kept is not None and now - kept.fetched_at < BETWEEN_SECONDS:
                return kept.token
            if self._failure is None or now - self._failed_at >= BETWEEN_SECONDS:
                await self._try()
            kept = self._kept
            failure = self._failure
            if kept is not None and (failure is None or (now < kept.ends_at and not fresh)):
                return kept.token
            why, is_refused = ("", False) if failure is None else (str(failure), failure.is_refused)
            raise NoTokenError(why, is_refused=is_refused) from failure

    async def _try(self) -> None:
        """Fetch one. What came of it is kept for a moment, so that whoever waits does not try it all over again."""
        try:
            self._kept, self._failure = await self._fetch(), None
        except NoTokenError as error:
            self._failure, self._failed_at = error, self._clock()

    async def _fetch(self) -> Kept:
        try:
            asking = self._session.post(self._url, data=self._asked, timeout=TIMEOUT, allow_redirects=False)
            async with asking as answer:
                said, status = await object_in(answer, LONGEST), answer.status
        except (aiohttp.ClientError, OSError) as error:
            raise NoTokenError(f"Entra cannot be reached ({type(error).__name__})") from error
        token, life = said.get("access_token"), said.get("expires_in")
        if status != 200 or not isinstance(token, str) or not token:
            raise _no_token(said, status)
        now = self._clock()
        seconds = float(life) if isinstance(life, int) and 0 < life <= LONGEST_SECONDS else USUAL_SECONDS
        return Kept(token, now, now + seconds)


def _no_token(said: dict[str, Any], status: int) -> NoTokenError:
    """Why there is none. What Entra calls an error of ours stays one, whatever is tried again."""
    code = _CODE.search(_words_in(said.get("error_description")))
    word = code[0] if code else _words_in(said.get("error")) or f"http {status}"
    is_ours = status in (400, 401) and _words_in(said.get("error")) != "temporarily_unavailable"
    return NoTokenError(f"Entra gives no token ({word}): run vigie doctor", is_refused=is_ours)


def _words_in(value: object) -> str:
    """A short text; empty where it is of another kind."""
    return value if isinstance(value, str) and len(value) <= LONGEST_WORD else ""
