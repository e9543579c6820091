"""What tests of the command line share that is about a database with something in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty prepared database: what is asked of it here is the same code's business on either kind."""
    url: str = request.getfixturevalue("sqlite_database" if request.param == "sqlite" else "shared_postgres")
    return url


@pytest.fixture
def on_record(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Database]:
    """That database, which the command line finds in its settings, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    database = Database(database_url)
    yield database
    database.close_now()
