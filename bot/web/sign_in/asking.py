"""What is asked of a provider: where things are, which keys it signs with, and who it was that came back with a code.
Everything has an end, in time and in size; what goes wrong is one sentence, without anything secret."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from bot.server.settings import is_loopback
from bot.web.sign_in.attempt import Attempt
from bot.web.sign_in.errors import SignInError
from bot.web.sign_in.providers import Provider

if TYPE_CHECKING:
    from bot.web.sign_in.id_token import Keys

TIMEOUT = aiohttp.ClientTimeout(total=8, connect=4)
LONGEST = 500_000  # bytes of an answer
FRESH = 86_400.0  # seconds for which what a provider says of itself counts
REST = 5.0  # seconds after something failed in which it is not tried again, however many ask
BETWEEN = 30.0  # seconds between two looks for a key that nobody knows
SCOPE = "openid profile"
_WORD = re.compile(r"[a-z_]{1,40}")
_AADSTS = re.compile(r"AADSTS\d+")
# What is wrong with us rather than with whoever signs in.
_OURS = {
    "invalid_client", "unauthorized_client", "invalid_client_id", "bad_client_secret", "bad_redirect_uri",
    "invalid_scope", "redirect_uri_mismatch",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """Where a provider has what."""

    #: Where people are sent to.
    authorize: str
    #: Where a code is given for a token.
    token: str
    #: Where its keys are.
    keys: str


@dataclass
class Asking:
    """Asks one provider. `clock`: seconds that only ever increase."""

    #: The provider.
    provider: Provider
    #: With what it is asked.
    session: aiohttp.ClientSession
    #: See above.
    clock: Callable[[], float] = time.monotonic
    _places: Places | None = None
    _places_at: float = 0.0
    _keys: Keys = field(default_factory=dict)
    _keys_at: float = float("-inf")
    _failed: SignInError | None = None
    _failed_at: float = 0.0
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def places(self) -> Places:
        """Where it has what. Raises SignInError."""
        async with self._one_at_a_time:
            if self._places is None or self.clock() - self._places_at > FRESH:
                said = await self._described(f"{self.provider.issuer}/.well-known/openid-configuration")
                if said.get("issuer") != self.provider.issuer:
                    raise SignInError("unreachable", "the provider calls itself something else")
                self._places, self._places_at = self._read_places(said), self.clock()
            return self._places

    async def address(self, attempt: Attempt, back: str, hint: str = "") -> str:
        """Where somebody is sent to sign in; `hint`: the workspace that it is likely to be. Raises SignInError."""
        asked = {
            "response_type": "code", "client_id": self.provider.client_id, "scope": SCOPE, "redirect_uri": back,
            "state": attempt.state, "nonce": attempt.nonce,
        }  # fmt: skip
        if self.provider.has_pkce:
            asked |= {"code_challenge": attempt.challenge, "code_challenge_method": "S256"}
        if hint:
            asked["team"] = hint
        place = (await self.places()).authorize
        return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}"

    async def claims(self, code: str, attempt: Attempt, back: str, now: datetime) -> Mapping[str, Any]:
        """What it signs of whoever came back with that code. Raises SignInError."""
        id_token = await asyncio.to_thread(_id_token)  # with it come its libraries, which takes a moment once
        token = await self._exchange(code, attempt, back)
        key_id = id_token.key_id_of(token)
        key = (await self.keys(key_id)).get(key_id)
        if key is None:
            raise SignInError("refused", "the token is signed with a key that the provider does not have")
        provider = self.provider
        claims: Mapping[str, Any] = id_token.checked(
            token, key, issuer=provider.issuer, client_id=provider.client_id, nonce=attempt.nonce, now=now
        )
        return claims

    async def keys(self, wanted: str = "") -> Keys:
        """The keys that it signs with; they are looked for anew where the `wanted` one is not known, though not again
        and again. Raises SignInError."""
        id_token = await asyncio.to_thread(_id_token)
        place = (await self.places()).keys
        async with self._one_at_a_time:
            age = self.clock() - self._keys_at
            if age > FRESH or (wanted not in self._keys and age > BETWEEN):
                said = await self._described(place)
                keys = said.get("keys")
                found = id_token.keys_in(keys if isinstance(keys, list) else ())
                if not found:
                    raise SignInError("unreachable", "the provider has no keys")
                self._keys, self._keys_at = found, self.clock()
            return self._keys

    async def _exchange(self, code: str, attempt: Attempt, back: str) -> str:
        """The token that a code is good for, once."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "client_id": self.provider.client_id, "client_secret": self.provider.secret.get_secret_value(),
        }  # fmt: skip
        if self.provider.has_pkce:
            form["code_verifier"] = attempt.verifier
        place = (await self.places()).token
        status, said = await self._asked("POST", place, form)
        token = said.get("id_token")
        if status == 200 and said.get("ok", True) is True and isinstance(token, str) and token:
            return token
        if status >= 500 or status == 429:
            raise SignInError("unreachable", f"http {status}")
        word = _word(said)
        raise SignInError("misconfigured" if word.split(" ")[0] in _OURS else "refused", word or f"http {status}")

    async def _described(self, url: str) -> Mapping[str, Any]:
        """What it says of itself there. While it is away whoever asks is told so at once, and does not wait in line."""
        if self._failed is not None and self.clock() - self._failed_at < REST:
            raise SignInError(self._failed.why, self._failed.detail)
        try:
            status, said = await self._asked("GET", url, None)
            if status != 200 or not said:
                raise SignInError("unreachable", f"http {status}")
        except SignInError as error:
            self._failed, self._failed_at = error, self.clock()
            raise
        self._failed = None
        return said

    async def _asked(self, method: str, url: str, form: dict[str, str] | None) -> tuple[int, Mapping[str, Any]]:
        """What it answers, as far as that is an object of JSON."""
        body = bytearray()
        try:
            asking = self.session.request(
                method, url, data=form, timeout=TIMEOUT, allow_redirects=False, headers={"Accept": "application/json"}
            )
            async with asking as answer:
                async for chunk in answer.content.iter_any():
                    body += chunk
                    if len(body) > LONGEST:
                        raise SignInError("unreachable", "the answer has no end")
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise SignInError("unreachable", type(error).__name__) from None
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            said = None
        return answer.status, said if isinstance(said, dict) else {}

    def _read_places(self, said: Mapping[str, Any]) -> Places:
        found = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        is_here = is_loopback(urlsplit(self.provider.issuer).hostname or "")
        for each in found:
            parts = urlsplit(each) if isinstance(each, str) else urlsplit("")
            if not parts.hostname or (parts.scheme != "https" and not (is_here and is_loopback(parts.hostname))):
                raise SignInError("unreachable", "the provider does not say where things are")
        authorize, token, keys = map(str, found)
        return Places(authorize, token, keys)


def word_of(text: str) -> str:
    """What a provider calls an error, where that is a word of its own: anybody can write an address."""
    return text if _WORD.fullmatch(text) else "something else"


def _word(said: Mapping[str, Any]) -> str:
    """What a provider calls an error, as far as that is a word of its own."""
    word, told = said.get("error"), said.get("error_description")
    name = word if isinstance(word, str) and _WORD.fullmatch(word) else ""
    code = _AADSTS.search(told) if isinstance(told, str) else None
    return f"{name} {code[0]}" if code else name


def _id_token() -> Any:
    from bot.web.sign_in import id_token  # noqa: PLC0415  nobody signs in for weeks

    return id_token
