"""What Microsoft runs besides Teams, on loopback: tokens for an app's secret, and the keys of Teams' requests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

CLIENT_ID = "0f6c4d1e-7a52-4c38-9be1-2d1f3a5b7c90"
TENANT_ID = "5d1b9a44-6f0c-4b6e-8a51-90c2e1d7f3aa"
SECRET = "Zx9~mpqR.7_vK-2tYw8sLb4NcE6hJ0uAfD3gQ"  # the shape of a real one, of no app
Answer = dict[str, Any]


@dataclass
class Microsoft:
    """`refuses` is the number of Microsoft's reason to give no token; None: it goes by what it is sent."""

    url: str = ""
    date: datetime | None = None
    refuses: int | None = None
    broken: bool = False  # a proxy answers, with no JSON
    keys: list[Answer] = field(default_factory=lambda: [{"kid": "1", "kty": "RSA"}])
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def reason(self, tenant: str, form: dict[str, str]) -> int | None:
        """Why there is no token for that."""
        if self.refuses is not None:
            return self.refuses
        if tenant != TENANT_ID:
            return 90002
        if form.get("client_id") != CLIENT_ID:
            return 700016
        return None if form.get("client_secret") == SECRET else 7000215

    async def token(self, request: web.Request) -> web.Response:
        """A token, or why there is none."""
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append((request.path, form))
        headers = {"Date": format_datetime(self.date or datetime.now(UTC), usegmt=True)}
        if self.broken:
            return web.Response(status=502, text="<html>Bad gateway</html>", headers=headers)
        reason = self.reason(request.match_info["tenant"], form)
        if reason is None:
            return web.json_response(
                {"token_type": "Bearer", "expires_in": 3599, "access_token": "a.b.c"}, headers=headers
            )
        told = {
            "error": "invalid_client", "error_codes": [reason],
            "error_description": f"AADSTS{reason}: Something is wrong. Trace ID: 1 Correlation ID: 2",
        }  # fmt: skip
        return web.json_response(told, status=401, headers=headers)

    async def configuration(self, _: web.Request) -> web.Response:
        """Where the keys are."""
        return web.json_response({"issuer": "https://api.botframework.com", "jwks_uri": f"{self.url}/keys"})

    async def key_set(self, _: web.Request) -> web.Response:
        """The keys."""
        return web.json_response({"keys": self.keys})


@asynccontextmanager
async def microsoft() -> AsyncIterator[Microsoft]:
    """It runs until the end of the block."""
    fake = Microsoft()
    app = web.Application()
    app.router.add_post("/{tenant}/oauth2/v2.0/token", fake.token)
    app.router.add_get("/v1/.well-known/openidconfiguration", fake.configuration)
    app.router.add_get("/keys", fake.key_set)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield fake
    finally:
        await runner.cleanup()
