"""Telling what a database holds before it is used: our schema, in which version, or another program's tables. Nothing
is changed by looking."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.database import Database, DatabaseUnusableError

FOLDER = Path(__file__).parent / "migrations"
OURS = frozenset({"organisation", "outbox"})  # tables of ours from the first version on
RECORD = "alembic_version"
# The newest schema of the release before: such a process works with today's as well.
SERVES = "202611291000"
PATIENCE = 5  # seconds, for whoever writes just now


class Schema(Enum):
    """The state of a database."""

    ABSENT = auto()  # no such file yet
    EMPTY = auto()
    FOREIGN = auto()  # the tables of another program
    OLDER = auto()
    CURRENT = auto()
    NEWER = auto()


WRONG = {
    Schema.ABSENT: "there is no database {} yet: start vigie run once, or name the right one in VIGIE_DATABASE_URL",
    Schema.EMPTY: "the database {} is empty: start vigie run once, or name the right one in VIGIE_DATABASE_URL",
    Schema.FOREIGN: "the database {} holds another program's tables: name Vigie's own in VIGIE_DATABASE_URL",
    Schema.OLDER: "the database {} has an older schema: type vigie migrate",
    Schema.NEWER: "the database {} was written by a newer Vigie: run that version, or restore a backup",
}


def look(database: Database) -> Schema:
    """The state of that database. Raises DatabaseUnusableError where it cannot be looked at.

    A file is not made, nor is anything in it touched: it may be another program's.
    """
    path = file_of(database.url) if database.is_sqlite else None
    if path is not None and not path.exists():
        return Schema.ABSENT
    try:
        with _looking_at(path) if path is not None else database.engine.connect() as connection:
            return _state(connection)
    except DBAPIError as error:
        raise database.unusable(error) from error


def require(database: Database) -> None:
    """Raises DatabaseUnusableError, one line that says what to do, unless the tables of today's schema are there."""
    state = look(database)
    if state is not Schema.CURRENT:
        raise DatabaseUnusableError(WRONG[state].format(database.where))


def file_of(url: URL) -> Path:
    """The file of an SQLite address."""
    return Path(str(url.database).removeprefix("file:"))


def versions() -> list[str]:
    """The versions of the schema, oldest first: a migration's file is named after the one it brings about."""
    return sorted(file.name.partition("_")[0] for file in (FOLDER / "versions").glob("*_*.py"))


def recorded_version(connection: Connection) -> str | None:
    """The version of the schema that the database has on record; None for an empty database."""
    if not inspect(connection).has_table(RECORD):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()


def serves_us(connection: Connection, recorded: str | None) -> bool:
    """Whether the newer schema that is recorded says that a release that knows no newer one than ours can work with
    it."""
    if not inspect(connection).has_table("served"):
        return False
    query = text("SELECT oldest FROM served WHERE version = :version")
    oldest = connection.execute(query, {"version": recorded}).scalar_one_or_none()
    return oldest is not None and str(oldest) <= versions()[-1]


def note_served(connection: Connection) -> None:
    """Put on record whom today's schema serves."""
    connection.exec_driver_sql("DELETE FROM served")
    row = {"version": versions()[-1], "oldest": SERVES}
    connection.execute(text("INSERT INTO served (version, oldest) VALUES (:version, :oldest)"), row)


def _state(connection: Connection) -> Schema:
    tables = set(inspect(connection).get_table_names())
    if not tables - {RECORD}:
        return Schema.EMPTY
    if not tables >= OURS or RECORD not in tables:
        return Schema.FOREIGN
    recorded, known = recorded_version(connection), versions()
    if recorded == known[-1]:
        return Schema.CURRENT
    if recorded in known:
        return Schema.OLDER
    return Schema.CURRENT if serves_us(connection, recorded) else Schema.NEWER


@contextmanager
def _looking_at(path: Path) -> Iterator[Connection]:
    """A connection that only looks. It is opened for writing all the same: opening a file with a write-ahead log
    read-only leaves two more files beside it."""
    address = f"file:{quote(str(path.resolve()))}?mode=rw"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, timeout=PATIENCE)
        connection.execute("PRAGMA query_only=ON")
        return connection

    with create_engine("sqlite://", creator=connect, poolclass=NullPool).connect() as connection:
        yield connection
