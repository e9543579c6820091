"""What tests of the command line share that is about a database with something in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database


@pytest.fixture
def on_record(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Database]:
    """That database, which the command line finds in its settings, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    database = Database(database_url)
    yield database
    database.close_now()
