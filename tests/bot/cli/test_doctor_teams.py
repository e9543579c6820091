"""The doctor on Teams: one line for each thing that is missing, with where to click, and nothing changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from sqlmodel import Session

from bot.cli.checks import Finding, Grade, doctor
from bot.cli.checks.teams import Places, look_at_teams
from bot.desk.policy_file import load_policy
from bot.server.settings import Settings, load_settings
from storage.cause import Cause
from storage.channels import Channel, ChannelKind, close_channel, note_private, save_channel
from storage.database import Database
from storage.installations import ensure_installation
from storage.migrate import migrate
from tests.fakes.microsoft import CLIENT_ID, SECRET, TENANT_ID, Microsoft, microsoft

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
SERVICE = "https://smba.trafficmanager.net/emea/"
USUAL = {
    "TEAMS_CLIENT_ID": CLIENT_ID, "TEAMS_TENANT_ID": TENANT_ID, "TEAMS_CLIENT_SECRET": SECRET, "VIGIE_PORT": "0",
}  # fmt: skip
AWAY = "http://127.0.0.1:9"

pytestmark = pytest.mark.usefixtures("bare_environment")


@pytest.fixture
async def entra() -> AsyncIterator[Microsoft]:
    async with microsoft() as running:
        running.date = NOW
        yield running


def settings(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in (USUAL | variables).items():
        monkeypatch.setenv(name, value)
    return load_settings(None)


async def looked(entra: Microsoft, given: Settings, *, now: datetime = NOW, away: str | None = None) -> list[Finding]:
    """What it finds; `away`: which place cannot be reached."""
    policy, _ = load_policy(None, today=NOW.date())
    places = Places(entra.url, f"{entra.url}/keys", f"{entra.url}/teams")
    if away is not None:
        places = replace(places, **{away: AWAY})
    return await look_at_teams(given, policy.desk, lambda: now, places)


def graded(findings: list[Finding], grade: Grade) -> list[str]:
    return [finding.says for finding in findings if finding.grade is grade]


def only(findings: list[Finding], grade: Grade) -> str:
    (says,) = graded(findings, grade)
    assert "\n" not in says
    return says


async def test_a_tenant_that_works_is_well(entra: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await looked(entra, settings(monkeypatch))
    host = entra.url.removeprefix("http://")
    assert graded(found, Grade.FINE) == [
        f"Microsoft accepts TEAMS_CLIENT_SECRET (app {CLIENT_ID} in tenant {TENANT_ID}).",
        "This machine's clock agrees with Microsoft's.",
        f"The keys that Teams signs with can be had ({host}).",
        f"Teams can be reached where messages go ({host}).",
    ]
    assert graded(found, Grade.MISSING) == []
    assert not any(SECRET in finding.says for finding in found)


async def test_a_secret_that_does_not_work_says_why_and_where_to_make_another(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    entra.refuses = 7000222
    says = only(await looked(entra, settings(monkeypatch)), Grade.MISSING)
    assert says.startswith("Microsoft gives Vigie no token: the secret has expired.")
    assert "Certificates & secrets, New client secret" in says
    assert SECRET not in says


@pytest.mark.parametrize("behind", [timedelta(minutes=2), -timedelta(minutes=2)])
async def test_a_clock_that_is_off_is_said(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch, behind: timedelta
) -> None:
    says = only(await looked(entra, settings(monkeypatch), now=NOW - behind), Grade.MISSING)
    assert f"120 seconds {'behind' if behind > timedelta(0) else 'ahead of'} Microsoft's" in says


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("login", "without it nothing can be sent to Teams"),
        ("keys", "every request of Teams is answered 503"),
        ("service", "without it nothing can be sent to Teams"),
    ],
)
async def test_each_way_out_that_is_closed_is_named_with_what_is_lost(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch, place: str, says: str
) -> None:
    found = only(await looked(entra, settings(monkeypatch), away=place), Grade.MISSING)
    assert found.startswith("127.0.0.1:9 does not answer")
    assert says in found


async def test_keys_from_a_proxy_are_none(entra: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    entra.keys = []
    assert "answers with no keys: see that no proxy" in only(await looked(entra, settings(monkeypatch)), Grade.MISSING)


# -- the way to us -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def in_front(status: int) -> AsyncIterator[str]:
    """Something that answers so at the public address."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status in (301, 308) else None)

    app = web.Application()
    app.router.add_post("/teams/messages", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "grade", "says"),
    [
        (401, Grade.FINE, "leads to Vigie, which answers 401 to whoever is not Teams"),
        (404, Grade.MISSING, "answers 404: have the proxy pass /teams/messages on to"),
        (405, Grade.MISSING, "answers 405: have the proxy pass /teams/messages on to"),
        (308, Grade.MISSING, "leads elsewhere (308), and Teams does not follow"),
        (200, Grade.MISSING, "answers 200 rather than 401"),
        (502, Grade.NOTE, "answers 502: start Vigie"),
        (503, Grade.NOTE, "answers 503: start Vigie"),
    ],
)
async def test_the_public_address_is_knocked_at(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch, status: int, grade: Grade, says: str
) -> None:
    monkeypatch.setattr("bot.cli.checks.teams.SECURE", ("http",))
    async with in_front(status) as url:
        found = await looked(entra, settings(monkeypatch, VIGIE_PUBLIC_URL=url))
    assert any(f"{url}/teams/messages {says}" in said for said in graded(found, grade))


async def test_an_address_that_is_not_secure_is_missing(entra: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await looked(entra, settings(monkeypatch, VIGIE_PUBLIC_URL="http://vigie.example.com"))
    assert "Teams sends to https:// addresses alone" in only(found, Grade.MISSING)


async def test_an_address_that_only_others_can_reach_is_no_mistake(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await looked(entra, settings(monkeypatch, VIGIE_PUBLIC_URL="https://127.0.0.1:9"))
    assert graded(found, Grade.MISSING) == []
    assert any("curl -i -X POST https://127.0.0.1:9/teams/messages" in says for says in graded(found, Grade.NOTE))


# -- channels ----------------------------------------------------------------------------------------------------------


def on_record(record: Callable[[Session, int], None]) -> None:
    """A database as Vigie leaves it."""
    database = Database("sqlite:///vigie.db")
    migrate(database)

    def write(session: Session) -> None:
        home = ensure_installation(
            session, platform="teams", workspace=TENANT_ID, name="Contoso", app=CLIENT_ID, bot_user="28:b",
            bot_id="28:b", now=NOW,
        )  # fmt: skip
        record(session, home.organisation_id)

    database.write_now(write)
    database.close_now()


def channel(name: str, key: str = "") -> Channel:
    key = key or f"teams:19:{name}@thread.tacv2"
    return Channel(key, ChannelKind.CHANNEL, SERVICE, TENANT_ID, name, "19:team", "Contoso IT")


async def channels_of(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch, record: Callable[[Session, int], None] | None, **variables: str
) -> list[Finding]:
    if record is not None:
        on_record(record)
    given = settings(monkeypatch, **variables)
    monkeypatch.setattr("bot.cli.checks.teams.ServiceUrls.allow", lambda _, __: False)  # nobody is called up
    return (await looked(entra, given))[4:]


async def test_a_desk_that_teams_has_not_spoken_of_says_how_it_will(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await channels_of(entra, monkeypatch, None)
    assert any("The desk has no channel in Teams yet: in Teams open Apps" in says for says in graded(found, Grade.NOTE))
    found = await channels_of(entra, monkeypatch, None, VIGIE_TEAMS_CHANNEL="support")
    assert any("has not spoken of the desk's channel support yet" in says for says in graded(found, Grade.NOTE))


@pytest.mark.parametrize("named", ["support", "#Support", "Contoso IT / support", "19:support@thread.tacv2"])
async def test_the_desks_channel_is_known_by_each_of_its_names(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    def record(session: Session, organisation: int) -> None:
        save_channel(session, organisation, channel("support"), NOW)

    found = await channels_of(entra, monkeypatch, record, VIGIE_TEAMS_CHANNEL=named)
    assert graded(found, Grade.FINE) == ["The desk's channel in Teams is Contoso IT / support, and Vigie is in it."]


async def test_conversations_that_were_stopped_are_named_with_since_when_and_why(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    def record(session: Session, organisation: int) -> None:
        for name, cause in {"support": Cause.NOT_A_MEMBER, "acme": Cause.NOT_FOUND}.items():
            save_channel(session, organisation, channel(name), NOW)
            close_channel(session, organisation, channel(name).key, cause, NOW)

    found = await channels_of(entra, monkeypatch, record, VIGIE_TEAMS_CHANNEL="19:support@thread.tacv2")
    assert only(found, Grade.MISSING).startswith(
        "Vigie cannot write in the desk's channel Contoso IT / support since 29 Nov 2026, when Vigie was taken out: in "
    )
    assert any(
        says == "Vigie cannot write in Contoso IT / acme since 29 Nov 2026, when it was deleted."
        for says in graded(found, Grade.NOTE)
    )


async def test_it_says_where_private_messages_work_and_where_they_do_not(
    entra: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    def record(session: Session, organisation: int) -> None:
        for name, works in {"support": True, "acme": False}.items():
            save_channel(session, organisation, channel(name), NOW)
            note_private(session, organisation, channel(name).key, works=works, now=NOW)

    found = await channels_of(entra, monkeypatch, record, VIGIE_TEAMS_CHANNEL="support")
    assert "Private messages work in Contoso IT / support." in graded(found, Grade.FINE)
    assert any("Teams refuses private messages in Contoso IT / acme" in says for says in graded(found, Grade.NOTE))
    found = await channels_of(entra, monkeypatch, None, VIGIE_TEAMS_TARGETED="0")
    assert any("VIGIE_TEAMS_TARGETED is 0" in says for says in graded(found, Grade.NOTE))


# -- what is not there -------------------------------------------------------------------------------------------------


async def test_half_a_configuration_is_missing_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.checks.teams.MICROSOFT", Places(AWAY, AWAY, AWAY))
    found = graded(await doctor(settings(monkeypatch, TEAMS_TENANT_ID="")), Grade.MISSING)
    assert any("TEAMS_TENANT_ID" in says for says in found)


async def test_test_tools_need_nothing_else(entra: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_TEAMS_DEV", "1")
    found = await looked(entra, load_settings(None))
    assert only(found, Grade.NOTE).startswith("VIGIE_TEAMS_DEV is set: whoever reaches the port may act as anybody")
    assert entra.asked == []


WITHOUT_EXTRA = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {absent}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in {absent} else find_spec(name, *rest)
from bot.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("command", "says"),
    [
        pytest.param(
            "run",
            "vigie run: Microsoft Teams needs its SDK: install vigie[teams], or start with make run TEAMS=1",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "doctor",
            "Teams needs its SDK, which is not installed: type make run TEAMS=1, or install vigie[teams].",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_without_the_extra_it_is_said_in_one_line(command: str, says: str) -> None:
    absent = repr({"microsoft_teams", "jwt", "msal", "httpx"})
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRA.format(absent=absent), command],
        env=os.environ | USUAL,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == (2 if command == "run" else 1)
