"""What tests of commands share: a desk of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.desk import Desk
from bot.now import Now
from storage.accounts import save_accounts
from storage.database import Database
from tests.bot.samples import PEOPLE, POLICY, people_called
from tests.factories import NOW, make_home


@pytest.fixture
def desk(sqlite_database: str) -> Iterator[Desk]:
    """A desk with an empty database of its own."""
    database = Database(sqlite_database)
    home = database.write_now(make_home)
    people = people_called(PEOPLE)
    accounts = people.accounts.values()
    database.write_now(lambda session: save_accounts(session, home.organisation_id, accounts, NOW))
    yield Desk(home.organisation_id, home.desk_id, "slack", database, Now(), POLICY, people)
    database.close_now()
