"""The SDK is left alone: nothing that lies about in the environment or in a file opens it, or comes into ours by it."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HOSTILE = {
    "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "on",
    "CLIENT_ID": "33333333-aaaa-4000-8000-000000000001",
    "CLIENT_SECRET": "theirs",
    "TENANT_ID": "theirs",
    "MANAGED_IDENTITY_CLIENT_ID": "system",
    "CLOUD": "nowhere",
    "SERVICE_URL": "https://evil.example/",
    "OAUTH_URL": "https://evil.example/",
    "PORT": "1",
    "PYTHON_DOTENV_DISABLED": "0",
    "VIGIE_CHANNEL": "theirs",
    "VIGIE_TEAMS_DEV": "1",
    "TEAMS_CLIENT_ID": "theirs",
}
# In a process of its own, for the SDK reads files when it is loaded. It prints last what came of it.
PROGRAM = """
import asyncio, json, os, sys, warnings
import aiohttp
from pathlib import Path
from bot.server.settings import load_settings
from bot.teams.app import Cloud, Identity, TeamsApp
from bot.teams.key_set import KeySet

async def main():
    before = dict(os.environ)
    async with aiohttp.ClientSession() as session:
        keys = KeySet("http://127.0.0.1:9/keys", session)
        app = TeamsApp(Identity("ours", "our-tenant"), Cloud(), keys)
        await app.start()
        let_in = [await app.lets_in(token, "https://smba.trafficmanager.net/emea/") for token in ("", " ", "a.b.c")]
    sdk = app._app
    print(json.dumps({
        "let_in": let_in,
        "environment": dict(os.environ) == before,
        "app": sdk.id, "tenant": sdk.credentials.tenant_id, "credentials": type(sdk.credentials).__name__,
        "service_url": sdk.api.service_url, "issuer": sdk.cloud.token_issuer,
        "keys": sdk.server._token_validator._service_validator._jwks_client is keys,
        "channel": load_settings(None).channel,
    }))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    "where",
    ["everywhere", *(pytest.param(each, marks=pytest.mark.slow) for each in ("environment", "file", "file above"))],
)
def test_what_lies_about_changes_nothing(where: str, tmp_path: Path) -> None:
    within = tmp_path / "below" / "further"
    within.mkdir(parents=True)
    lines = "".join(f"{name}={value}\n" for name, value in HOSTILE.items())
    for folder, named in ((within, "file"), (tmp_path, "file above")):
        if where in (named, "everywhere"):
            (folder / ".env").write_text(lines, encoding="utf-8")
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    if where in ("environment", "everywhere"):
        environment |= {name: value for name, value in HOSTILE.items() if name != "VIGIE_CHANNEL"}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(PROGRAM)],
        cwd=within, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == {
        "let_in": [False, False, False],
        "environment": True,
        "app": "ours",
        "tenant": "our-tenant",
        "credentials": "TokenCredentials",
        "service_url": "https://smba.trafficmanager.net/teams",
        "issuer": "https://api.botframework.com",
        "keys": True,
        "channel": None,
    }


def test_a_desk_in_slack_alone_never_loads_the_sdk() -> None:
    program = "import sys, bot.app, bot.cli.run; print([m for m in sys.modules if m.startswith(('microsoft_', 'jwt'))])"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
