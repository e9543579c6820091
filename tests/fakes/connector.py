"""Plays the part of Bot Framework that a request's token depends on: a key, tokens signed with it, and its key set over
HTTP, which may be slow, wrong or away."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

Json = dict[str, Any]
ISSUER, APP, TENANT = "https://api.botframework.com", "11111111-aaaa-4000-8000-000000000001", "tenant-one"
SERVICE = "https://smba.trafficmanager.net/emea/"


@cache
def key(name: str = "ours") -> rsa.RSAPrivateKey:
    """A key, made once: that takes a while."""
    return rsa.generate_private_key(65537, 2048)


def public_pem(name: str = "ours") -> bytes:
    """What everybody may know of a key."""
    return (
        key(name).public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def claims(*, expired_for: int = -3600, **other: Any) -> Json:
    """What the Connector says in a token that expired that many seconds ago; None takes a claim away."""
    now = int(time.time())
    usual = {"iss": ISSUER, "aud": APP, "serviceurl": SERVICE, "nbf": now - 300, "iat": now, "exp": now - expired_for}
    return {name: value for name, value in (usual | other).items() if value is not None}


def token(*, signed_by: str = "ours", kid: str | None = "ours", **other: Any) -> str:
    """A token, good unless something `other` is said in it."""
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims(**other), key(signed_by), "RS256", headers)


def forged(algorithm: str, secret: bytes = b"", kid: str | None = "ours", **other: Any) -> str:
    """A token of another algorithm, put together by hand, for libraries refuse to."""
    header = {"alg": algorithm, "typ": "JWT", **({} if kid is None else {"kid": kid})}
    head, body = (_coded(json.dumps(part).encode()) for part in (header, claims(**other)))
    made = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(f"{head}.{body}".encode(), secret)
    return f"{head}.{body}.{_coded(made)}"


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def key_set(*names: str) -> Json:
    """These keys, as they are published."""
    listed = [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key())) for name in names]
    return {"keys": [each | {"kid": name, "use": "sig"} for each, name in zip(listed, names, strict=True)]}


class KeyHost:
    """Where the keys are published."""

    def __init__(self) -> None:
        #: What it answers.
        self.body = json.dumps(key_set("ours"))
        self.status = 200
        #: How often it was asked.
        self.asked = 0
        #: It answers as long as this is set.
        self.answers = asyncio.Event()
        self.answers.set()
        self.url = ""

    async def answer(self, _request: web.Request) -> web.Response:
        """What is asked for."""
        self.asked += 1
        await self.answers.wait()
        return web.Response(text=self.body, status=self.status, content_type="application/json")


@asynccontextmanager
async def key_host() -> AsyncIterator[KeyHost]:
    """One that runs."""
    host, app = KeyHost(), web.Application()
    app.router.add_get("/keys", host.answer)
    server = TestServer(app)
    await server.start_server()
    host.url = str(server.make_url("/keys"))
    yield host
    host.answers.set()
    await server.close()
