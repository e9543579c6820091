"""A desk that uses none of the pages, the API, letters, pictures or Teams pays for none of it: what only they need is
not loaded before somebody asks for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LONGEST_SECONDS

PROGRAM = """
import asyncio, json, sys
from bot.app import Vigie
from bot.server.settings import Settings
import aiohttp

async def main():
    vigie = Vigie(Settings(VIGIE_DATABASE_URL="sqlite:///vigie.db", VIGIE_PORT=0), local_platforms=("slack",))
    await vigie.start()
    before = sorted(sys.modules)
    async with aiohttp.ClientSession() as http, http.get(vigie.address + "/") as page:
        shown = page.status
    print(json.dumps({"before": before, "shown": shown, "after": sorted(sys.modules)}))
    await vigie.stop()

asyncio.run(main())
"""
# What says only where something is, and loads it when it is asked for.
DOORS = {
    "bot.api", "bot.api.door", "bot.api.house", "bot.api.webhooks",
    "bot.web", "bot.web.desk", "bot.web.customer", "bot.web.customer.route",
}  # fmt: skip
OURS = ("bot.api", "bot.charts", "bot.email", "bot.teams", "bot.teams_emulator", "bot.web")
THEIRS = {
    "aiosmtplib", "cryptography.hazmat.primitives.asymmetric.rsa", "font_roboto", "icalendar", "imapclient", "jinja2",
    "joserfc", "mailparser_reply", "microsoft_teams", "opentelemetry", "prometheus_client", "resvg_py",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("bare_environment")
def test_what_nobody_asks_for_is_not_loaded(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True, text=True, check=True, cwd=tmp_path, timeout=LONGEST_SECONDS,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    before, after = set(told["before"]), set(told["after"])
    ours = {each for each in before if each.startswith(tuple(f"{name}." for name in OURS)) or each in OURS}
    assert ours == DOORS
    assert THEIRS & before == set()
    assert told["shown"] == 200
    assert "jinja2" in after, "the first page loads its templates"
    assert THEIRS & after == {"jinja2"}
