"""A provider that people sign in with, as strict as the real ones: it knows its app's secret and its addresses, takes a
code once, and signs with keys of its own. What it signs, and with what, can be made wrong."""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, SECRET = "12.34", "hush-hush"
Signing = Callable[[dict[str, Any]], str]


@cache
def key_called(name: str) -> RSAKey:
    """A key of that id; making one takes a moment."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


def signed(claims: dict[str, Any], *, key: str = "first") -> str:
    """The claims, signed by the key of that name."""
    return jwt.encode({"alg": "RS256", "kid": key}, claims, key_called(key))


@dataclass
class OidcProvider:
    """One provider; `path` comes after its address in its name."""

    #: Where it is, once it is served.
    url: str = ""
    path: str = ""
    #: Where it sends people back to; anything else is refused.
    back: str = ""
    #: Whether it wants a proof (PKCE).
    wants_pkce: bool = False
    #: Who is signed in with it, as it says so in its claims.
    who: dict[str, Any] = field(default_factory=dict)
    #: What of these is said otherwise.
    says: dict[str, Any] = field(default_factory=dict)
    #: How a token is made of them.
    sign: Signing = signed
    #: What it answers instead of a token, or instead of its keys.
    answers: web.Response | None = None
    keys: list[str] = field(default_factory=lambda: ["first"])
    #: What was asked of it, in order.
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """What it calls itself."""
        return self.url + self.path

    def app(self) -> web.Application:
        """It, to be served."""
        app = web.Application()
        app.router.add_get(self.path + "/.well-known/openid-configuration", self._describe)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/keys", self._keys)
        return app

    async def _describe(self, _: web.Request) -> web.Response:
        self.asked.append(("describe", {}))
        return web.json_response({
            "issuer": self.says.get("itself", self.issuer), "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
        })  # fmt: skip

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        asked = dict(request.query)
        self.asked.append(("authorize", asked))
        fits = asked.get("response_type") == "code" and asked.get("client_id") == CLIENT_ID
        if not fits or asked.get("redirect_uri") != self.back or "openid" not in asked.get("scope", "").split():
            return web.Response(status=400, text="bad_redirect_uri")
        if self.wants_pkce and asked.get("code_challenge_method") != "S256":
            return web.Response(status=400, text="PKCE is required")
        if "denies" in self.says:
            raise web.HTTPFound(f"{self.back}?{urlencode({'error': self.says['denies'], 'state': asked['state']})}")
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        raise web.HTTPFound(f"{self.back}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(("token", form))
        if self.answers is not None:
            return web.Response(status=self.answers.status, body=self.answers.body, content_type="application/json")
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, SECRET):
            return web.json_response({"error": "invalid_client", "error_description": "AADSTS7000215: x"}, status=401)
        begun = self._codes.pop(form.get("code", ""), None)
        if begun is None or form.get("redirect_uri") != self.back:
            return web.json_response({"ok": False, "error": "invalid_code"})
        proof = urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        if begun.get("code_challenge", proof) != proof:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": "of this app alone", "iat": now, "exp": now + 300,
            "nonce": begun.get("nonce"), **self.who, **self.says.get("claims", {}),
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return web.json_response({"ok": True, "access_token": "xoxp-secret", "id_token": self.sign(claims)})

    async def _keys(self, _: web.Request) -> web.Response:
        self.asked.append(("keys", {}))
        public = [key_called(name).as_dict(private=False) for name in self.keys]
        return web.json_response({"keys": [{"kty": "EC", "kid": "another"}, {"kty": "RSA", "kid": "bad"}, *public]})
