"""The doctor: one line for each thing that is missing, with where to click or what to type, and nothing changed."""

from __future__ import annotations

import os
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlmodel import Session

from bot.cli.checks import Finding, Grade, doctor, is_well
from bot.cli.checks.sign_in import look_at_sign_in
from bot.desk.policy_file import load_policy
from bot.server.settings import Settings, load_settings
from bot.slack.scopes import SCOPES
from storage.accounts import Account, save_accounts
from storage.database import Database
from storage.installations import ensure_installation
from storage.migrate import migrate
from storage.organisations import ensure_desk
from storage.policies import save_policy
from storage.schema import versions
from tests.bot.web.sign_in.provider import OidcProvider
from tests.fakes.slack_web_api import APP_TOKEN, BOT_TOKEN, SlackWebApi, slack_web_api

EVERY_SCOPE = ",".join(scope.name for scope in SCOPES)


@pytest.fixture
async def api() -> AsyncIterator[SlackWebApi]:
    async with slack_web_api() as running:
        running.scopes = EVERY_SCOPE
        yield running


pytestmark = pytest.mark.usefixtures("bare_environment")


def write(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def settings(**variables: str) -> Settings:
    write(".env", "".join(f"{name}={value}\n" for name, value in ({"VIGIE_PORT": "0"} | variables).items()))
    return load_settings()


def connected(api: SlackWebApi, **variables: str) -> Settings:
    usual = {
        "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "VIGIE_CHANNEL": "support",
        "SLACK_API_URL": api.url,
    }  # fmt: skip
    return settings(**(usual | variables))


def graded(findings: list[Finding], grade: Grade) -> list[str]:
    return [finding.says for finding in findings if finding.grade is grade]


async def only_missing(given: Settings) -> str:
    found = graded(await doctor(given), Grade.MISSING)
    assert len(found) == 1, found
    assert "\n" not in found[0]
    return found[0]


async def test_a_connected_workspace_is_well(api: SlackWebApi) -> None:
    found = await doctor(connected(api))
    assert is_well(found)
    assert graded(found, Grade.FINE) == [
        "The database sqlite:///vigie.db will be made at the first start.",
        "Any free port of 127.0.0.1 will do.",
        "Slack accepts SLACK_BOT_TOKEN (workspace Acme).",
        "This machine's clock agrees with Slack's.",
        "The app has every permission.",
        "Socket Mode works.",
        "The desk's channel is #support, and Vigie is in it.",
    ]


async def test_who_may_read_the_figures_is_said_where_others_reach_this_machine(api: SlackWebApi) -> None:
    def said(findings: list[Finding], grade: Grade) -> list[str]:
        return [says for says in graded(findings, grade) if "/metrics" in says]

    assert not said(await doctor(connected(api)), Grade.NOTE)
    (alone,) = said(await doctor(connected(api, VIGIE_HOST="0.0.0.0")), Grade.NOTE)  # noqa: S104  that is the case
    assert "set VIGIE_METRICS_TOKEN" in alone
    assert said(await doctor(connected(api, VIGIE_METRICS_TOKEN="7" * 32)), Grade.FINE)


async def test_nothing_configured_is_well_and_says_what_comes_next() -> None:
    found = await doctor(settings())
    assert is_well(found)
    assert "vigie connect slack" in found[-1].says


async def test_a_workspace_on_this_machine_is_joined_rather_than_connected() -> None:
    found = await doctor(settings(SLACK_API_URL="http://127.0.0.1:9/local/api/"))
    assert is_well(found)
    assert "vigie run joins it" in found[-1].says


async def test_the_doctor_changes_nothing(api: SlackWebApi, tmp_path: Path) -> None:
    await doctor(connected(api))
    assert os.listdir(tmp_path) == [".env"]  # noqa: PTH208
    assert {method for method, _, _ in api.calls} <= {
        "auth.test", "apps.connections.open", "conversations.info", "conversations.list",
    }  # fmt: skip


async def test_a_half_configured_platform_is_missing_what_it_lacks() -> None:
    found = graded(await doctor(settings(SLACK_SIGNING_SECRET="s", VIGIE_CHANNEL="C1")), Grade.MISSING)
    assert any("SLACK_BOT_TOKEN" in says for says in found)


async def test_a_page_without_its_secret_and_a_secret_without_a_page_are_named(api: SlackWebApi) -> None:
    write(
        "policy.yml",
        """
page:
  targets:
    noc: {url: 'https://pager.example.com/vigie', secret: $VIGIE_PAGE_NOC}
    pd: {pagerduty: $VIGIE_PAGE_PD}
  severity_1: [noc, pd]
""",
    )
    given = connected(api, VIGIE_POLICY="policy.yml", VIGIE_PAGE_NOC="hush", VIGIE_PAGE_DP="hush")
    assert await only_missing(given) == (
        "VIGIE_PAGE_PD is not set, so no page reaches pd: set it to PagerDuty's routing key."
    )
    said = graded(await doctor(given), Grade.NOTE)
    assert "VIGIE_PAGE_DP is set, but no target of pages names it: correct its name." in said
    assert not any("hush" in each for each in said)


async def test_a_token_that_slack_refuses_says_where_to_get_another(api: SlackWebApi) -> None:
    says = await only_missing(connected(api, SLACK_BOT_TOKEN="xoxb-old"))
    assert "invalid_auth" in says
    assert "Bot User OAuth Token" in says
    assert "xoxb-old" not in says


async def test_an_app_token_that_slack_refuses_says_where_to_get_another(api: SlackWebApi) -> None:
    says = await only_missing(connected(api, SLACK_APP_TOKEN="xapp-old"))
    assert "App-Level Tokens" in says


async def test_a_slack_that_does_not_answer_is_one_line(api: SlackWebApi) -> None:
    says = await only_missing(connected(api, SLACK_API_URL="http://127.0.0.1:9/api/"))
    assert "does not answer" in says


async def test_a_missing_scope_says_what_is_lost_and_where_to_click(api: SlackWebApi) -> None:
    api.scopes = ",".join(scope.name for scope in SCOPES if scope.name != "reactions:read")
    says = await only_missing(connected(api))
    assert "reactions:read" in says
    assert "reactions do nothing" in says
    assert "OAuth & Permissions" in says


async def test_a_missing_optional_scope_is_a_note(api: SlackWebApi) -> None:
    api.scopes = ", ".join(scope.name for scope in SCOPES if not scope.optional)
    found = await doctor(connected(api))
    assert is_well(found)
    assert sum("optional permission" in says for says in graded(found, Grade.NOTE)) == sum(
        scope.optional for scope in SCOPES
    )


async def test_a_server_that_tells_no_scopes_is_a_note(api: SlackWebApi) -> None:
    api.scopes = None
    found = await doctor(connected(api))
    assert is_well(found)
    assert any("not checked" in says for says in graded(found, Grade.NOTE))


@pytest.mark.parametrize(("seconds", "says"), [(200, "200 seconds behind"), (-200, "200 seconds ahead of")])
async def test_a_clock_that_is_wrong_is_said_with_its_size(api: SlackWebApi, seconds: int, says: str) -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    api.date = now + timedelta(seconds=seconds)
    found = graded(await doctor(connected(api), now=lambda: now), Grade.MISSING)
    assert len(found) == 1
    assert says in found[0]
    assert "timedatectl" in found[0]


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        ({"is_member": False}, "Vigie is not in #support: there, type /invite @Vigie."),
        ({"is_archived": True}, "The desk's channel #support is archived"),
        ({"name": "other"}, "The desk's channel support does not exist"),
    ],
)
async def test_a_channel_that_will_not_do_says_what_to_type(
    api: SlackWebApi, channel: dict[str, object], says: str
) -> None:
    api.channels[0] |= channel
    assert says in await only_missing(connected(api))


async def test_a_customers_channel_is_looked_at_too(api: SlackWebApi) -> None:
    write("policy.yml", "desks: {support: {channels: {desk: C0SUPPORT1, customers: {C0ACME0001: Acme}}}}")
    says = await only_missing(connected(api, VIGIE_POLICY="policy.yml"))
    assert "The channel of Acme C0ACME0001 does not exist" in says


async def test_a_proxy_that_answers_in_slacks_place_is_one_line(api: SlackWebApi) -> None:
    api.broken = True
    assert "http 502" in await only_missing(connected(api))


async def test_a_channel_that_cannot_be_looked_up_is_a_note(api: SlackWebApi) -> None:
    api.methods["conversations.list"] = {"ok": False, "error": "ratelimited"}
    found = await doctor(connected(api))
    assert is_well(found)
    assert any("could not be looked up (ratelimited)" in says for says in graded(found, Grade.NOTE))


async def test_every_problem_of_the_policy_file_is_a_line() -> None:
    write("policy.yml", "severitys: 1\nlevels: [{contacts: [ana]}]")
    found = graded(await doctor(settings(VIGIE_POLICY="policy.yml")), Grade.MISSING)
    assert [says.split(": ")[0] for says in found] == ["policy.yml:1", "policy.yml:2"]


async def test_a_policy_file_that_is_not_there_is_one_line() -> None:
    assert "gone.yml cannot be read" in await only_missing(settings(VIGIE_POLICY="gone.yml"))


async def test_a_migrated_database_is_fine() -> None:
    database = Database("sqlite:///vigie.db")
    migrate(database)
    database.close_now()
    assert any("can be used" in says for says in graded(await doctor(settings()), Grade.FINE))


@pytest.mark.parametrize(
    ("version", "says"),
    [(versions()[0], "type vigie migrate"), ("999912312359", "written by a newer Vigie")],
)
async def test_a_database_of_another_version_says_what_to_do(version: str, says: str) -> None:
    database = Database("sqlite:///vigie.db")
    migrate(database)
    database.close_now()
    with sqlite3.connect("vigie.db") as connection:
        connection.execute("update alembic_version set version_num = ?", (version,))
    connection.close()
    assert says in await only_missing(settings())


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://db/vigie", "use sqlite:/// or postgresql://"),
        ("nonsense", "not a database address"),
        ("sqlite:////nowhere/at/all/vigie.db", "does not exist"),
        ("postgresql://nobody@127.0.0.1:9/none", "cannot use the database"),
    ],
)
async def test_a_database_that_cannot_be_used_is_one_line(url: str, says: str) -> None:
    assert says in await only_missing(settings(VIGIE_DATABASE_URL=url))


async def test_a_file_that_is_no_database_is_one_line() -> None:
    write("vigie.db", "this is not a database, however long it goes on" * 50)
    assert "cannot use the database" in await only_missing(settings())


async def test_postgresql_is_looked_at_as_well(postgres_database: str) -> None:
    found = await doctor(settings(VIGIE_DATABASE_URL=postgres_database))
    assert is_well(found)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


async def test_a_taken_port_says_how_to_choose_another(taken_port: int) -> None:
    says = await only_missing(settings(VIGIE_PORT=str(taken_port)))
    assert f"Port {taken_port} on 127.0.0.1 is taken" in says
    assert "VIGIE_PORT" in says


async def test_a_port_that_vigie_itself_holds_is_a_note() -> None:
    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        found = await doctor(settings(VIGIE_PORT=str(runner.addresses[0][1])))
    finally:
        await runner.cleanup()
    assert is_well(found)
    assert any("by a Vigie that runs" in says for says in graded(found, Grade.NOTE))


async def test_a_finding_reads_as_one_aligned_line() -> None:
    assert str(Finding(Grade.MISSING, "x")) == "missing x"
    assert str(Finding(Grade.FINE, "x")) == "ok      x"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o604, 0o644, 0o666])
async def test_files_that_others_can_read_are_named_with_what_to_type(mode: int) -> None:
    given = settings(VIGIE_DATABASE_URL="sqlite:///own.db")
    database = Database("sqlite:///own.db")
    migrate(database)
    database.close_now()
    for name in (".env", "own.db"):
        os.chmod(name, mode)  # noqa: PTH101  a path of its own would be one that blocks
    found = await doctor(given)
    said = [line for line in graded(found, Grade.NOTE) if "Others on this machine" in line]
    assert is_well(found)
    assert [line.rsplit(": ", 1)[1] for line in said] == (
        [] if mode == 0o600 else ["type chmod 600 .env.", "type chmod 600 own.db."]
    )


def test_what_the_program_makes_is_its_owners_alone(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "bot", "migrate"], cwd=tmp_path, check=True, capture_output=True, umask=0o022,
        env={**os.environ, "VIGIE_DATABASE_URL": "sqlite:///own.db"},
    )  # fmt: skip
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {"own.db": 0o600}


async def test_an_email_that_several_people_have_is_named() -> None:
    given = settings(VIGIE_DATABASE_URL="sqlite:///own.db")
    database = Database("sqlite:///own.db")
    migrate(database)
    now = datetime.now(UTC)
    policy, data = load_policy("roles: {admins: [Marcus@example.com, ana@example.com]}", today=now.date())
    both = [Account(f"slack:U{n}", "M", email="marcus@example.com") for n in (1, 2)]

    def prepare(session: Session) -> None:
        known = ensure_installation(
            session, platform="slack", workspace="T1", name="Acme", app="A1", bot_user="UB", bot_id="B1", now=now
        )
        desk = ensure_desk(session, known.organisation_id, policy.desk.name)
        save_policy(session, known.organisation_id, desk, data, now)
        ana = Account("slack:U3", "Ana", email="ana@example.com")
        save_accounts(session, known.organisation_id, [*both, ana], now)

    database.write_now(prepare)
    said = await only_missing(given)
    assert ("Acme names marcus@example.com" in said, "U1, U2" in said) == (True, True)
    database.write_now(lambda session: save_accounts(session, 1, [replace(both[0], is_external=True)], now))
    database.close_now()
    assert is_well(await doctor(given))


async def test_a_public_channel_is_said_to_be_open_to_whoever_joins_it(api: SlackWebApi) -> None:
    api.channels[0]["is_private"] = False
    found = await doctor(connected(api))
    assert any("whoever joins it is one of the desk" in line for line in graded(found, Grade.NOTE))
    assert is_well(found)


async def test_whether_one_can_sign_in_to_the_pages_is_said(api: SlackWebApi) -> None:
    closed = [each for each in graded(await doctor(connected(api)), Grade.NOTE) if "VIGIE_SIGN_IN" in each]
    assert len(closed) == 1
    provider = OidcProvider()
    async with TestServer(provider.app()) as server:
        provider.url = str(server.make_url("")).rstrip("/")
        given = connected(
            api, SLACK_API_URL=f"{provider.url}/api/", VIGIE_SIGN_IN="slack", SLACK_SIGN_IN_ID="1.2",
            SLACK_SIGN_IN_SECRET="3", VIGIE_PUBLIC_URL="https://vigie.example.com",
        )  # fmt: skip
        (ready,) = await look_at_sign_in(given)
        assert ready.grade is Grade.FINE
        assert "https://vigie.example.com/sign-in/slack/back" in ready.says
        provider.says["itself"] = "https://elsewhere.example"
        (wrong,) = await look_at_sign_in(given)
    (away,) = await look_at_sign_in(given)
    assert [wrong.grade, away.grade] == [Grade.MISSING] * 2
    assert "calls itself something else" in wrong.says
    assert "ClientConnectorError" in away.says
