"""What tests of the program share: a desk of their own, and an empty environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk.binding import Binding
from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from storage.accounts import save_accounts
from storage.database import Database
from tests.bot.samples import PEOPLE, POLICY, directory_of
from tests.factories import NOW, make_home


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting in the environment, and an empty folder to start in."""
    for name in os.environ:
        if name.startswith(("VIGIE_", "SLACK_", "TEAMS_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def desk(sqlite_database: str) -> Iterator[DeskRuntime]:
    """A desk with an empty database of its own."""
    database = Database(sqlite_database)
    home = database.write_now(make_home)
    people = directory_of(PEOPLE)
    accounts = people.accounts.values()
    database.write_now(lambda session: save_accounts(session, home.organisation_id, accounts, NOW))
    yield DeskRuntime(home.organisation_id, home.desk_id, Binding("slack"), database, Now(), DeskState(POLICY, people))
    database.close_now()
