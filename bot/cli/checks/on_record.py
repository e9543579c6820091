"""What the doctor reads from the database, where there is one of this release."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.server.settings import Settings
from storage.database import Database, DatabaseUnusableError
from storage.schema import Schema, look

Found = TypeVar("Found")


def on_record(settings: Settings, read: Callable[[Session], list[Found]]) -> list[Found]:
    """What `read` finds there. Nothing where it cannot be read, which has a line of its own."""
    try:
        database = Database(settings.database_url)
    except DatabaseUnusableError:
        return []
    try:
        return database.read_now(read) if look(database) is Schema.CURRENT else []
    except (DatabaseUnusableError, DBAPIError):
        return []
    finally:
        database.close_now()
