"""What the command line finds on record, and a look at what it left there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

from storage.database import Database

Answer = TypeVar("Answer")


def ask(database_url: str, question: Callable[[Session], Answer]) -> Answer:
    """What one question to the database is answered; it may write as well."""
    database = Database(database_url)
    try:
        return database.write_now(question)
    finally:
        database.close_now()
