"""The doctor where workspaces install Vigie by themselves: keys that are gone, tokens that Slack refuses."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import Session

from bot.cli.checks import Grade, doctor
from bot.server.settings import Settings
from bot.server.vault import Vault
from bot.slack.installed import place_of
from storage.database import Database
from storage.installations import Tokens, find_installation, install
from tests.factories import NOW, make_home
from tests.fakes.slack_web_api import BOT_TOKEN, slack_web_api

KEY, NEXT_KEY = "one long random text and the first", "another text quite as long and random"


pytestmark = pytest.mark.usefixtures("bare_environment")


def settings(
    url: str = "https://slack.invalid/api/", database_url: str = "sqlite:///vigie.db", key: Any = KEY
) -> Settings:
    return Settings(
        VIGIE_PORT=0, VIGIE_DATABASE_URL=database_url, SLACK_API_URL=url, SLACK_CLIENT_ID="1.2",
        SLACK_CLIENT_SECRET=SecretStr("hush"), SLACK_SIGNING_SECRET=SecretStr("5" * 32), VIGIE_SECRET_KEY=key,
        VIGIE_PUBLIC_URL="https://vigie.example.com",
    )  # fmt: skip


def keep(database_url: str, token: str) -> None:
    """A workspace that has installed Vigie with that token."""

    def save(session: Session) -> None:
        make_home(session, "T1")
        found = find_installation(session, "slack", "T1")
        assert found is not None
        install(session, found, Tokens(Vault([KEY]).seal(token, place_of("T1", "bot_token"))), installer=None, now=NOW)

    database = Database(database_url)
    database.write_now(save)
    database.close_now()


async def told(given: Settings, grade: Grade) -> list[str]:
    return [finding.says for finding in await doctor(given) if finding.grade is grade]


async def test_before_anybody_has_installed_it_says_where_to_and_makes_no_file(tmp_path: Path) -> None:
    assert any("open https://vigie.example.com/slack/install" in line for line in await told(settings(), Grade.NOTE))
    assert os.listdir(tmp_path) == []  # noqa: PTH208  names are what is compared


@pytest.mark.parametrize(
    ("token", "key", "grade", "says"),
    [
        (BOT_TOKEN, KEY, Grade.FINE, "accepts the token of workspace Acme"),
        (BOT_TOKEN, f"{NEXT_KEY},{KEY}", Grade.FINE, "accepts the token of workspace Acme"),
        (BOT_TOKEN, NEXT_KEY, Grade.MISSING, "list the key that sealed it in VIGIE_SECRET_KEY"),
        ("xoxb-gone", KEY, Grade.MISSING, "refuses the token of workspace T1 (invalid_auth): install at https://"),
    ],
)
async def test_each_workspaces_token_is_opened_and_tried(
    sqlite_database: str, token: str, key: str, grade: Grade, says: str
) -> None:
    keep(sqlite_database, token)
    async with slack_web_api() as api:
        assert any(says in line for line in await told(settings(api.url, sqlite_database, key), grade))


async def test_a_slack_that_does_not_answer_is_one_line(sqlite_database: str) -> None:
    keep(sqlite_database, BOT_TOKEN)
    found = await told(settings("http://127.0.0.1:9/api/", sqlite_database), Grade.MISSING)
    assert len(found) == 1
    assert "does not answer" in found[0]


async def test_what_is_half_configured_is_named() -> None:
    secret = SecretStr("hush")
    given = Settings(VIGIE_PORT=0, SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET=secret, SLACK_SIGNING_SECRET=secret)
    (found,) = await told(given, Grade.MISSING)
    assert "VIGIE_SECRET_KEY" in found
    assert "VIGIE_PUBLIC_URL" in found
