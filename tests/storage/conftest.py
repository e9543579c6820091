"""What storage tests share: an organisation to work in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from storage.database import Database
from storage.tickets import StoredTicket
from tests.factories import Home, make_home, open_stored
from tests.postgres import create_database, drop_database


@pytest.fixture
def home(database: Database) -> Home:
    """The organisation and desk of this test."""
    return database.write_now(make_home)


@pytest.fixture
def ticket(database: Database, home: Home) -> StoredTicket:
    """A ticket whose card waits to be posted."""
    return database.write_now(lambda session: open_stored(session, home))


@pytest.fixture(params=["sqlite", "postgresql"])
def make_empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Makes databases without tables, or more openings of the last one; the test runs once on each kind."""
    admin = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    opened: list[Database] = []

    def make(*, same: bool = False) -> Database:
        if same:
            url = opened[-1].url.render_as_string(hide_password=False)
        elif admin is None:
            url = f"sqlite:///{tmp_path / uuid4().hex}.db"
        else:
            url = create_database(admin, f"vigie_{uuid4().hex}")
        opened.append(Database(url))
        return opened[-1]

    yield make
    for database in opened:
        database.close_now()
    for name in {str(database.url.database) for database in opened if admin}:
        drop_database(str(admin), name)
