"""What storage tests share: an organisation to work in."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.factories import Home, make_home


@pytest.fixture
def home(database: Database) -> Home:
    """The organisation and desk of this test."""
    return database.write_now(make_home)
