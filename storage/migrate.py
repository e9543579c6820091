"""Bring a database to today's schema, whoever else starts at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.database import Database, DatabaseUnusableError
from storage.schema import FOLDER, WRONG, Schema, look, note_served, recorded_version, serves_us, versions

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger(__name__)
LOCK = 0x5649474945  # PostgreSQL's advisory locks are numbers; this one is ours
# While others work, a migration and one of their transactions may each wait for what the other holds. PostgreSQL then
# breaks off one of them, after a second.
DEADLOCK, TRIES = "40P01", 5


def migrate(database: Database) -> bool:
    """Create or upgrade the tables; whether there was anything to do.

    All or nothing, and one after another: whoever comes second waits and finds the work done. Raises
    DatabaseUnusableError, one line for a person, when the database cannot be reached, cannot be written to, was written
    by a newer version, or is another program's, in which nothing is touched then.
    """
    if look(database) is Schema.FOREIGN:
        raise DatabaseUnusableError(WRONG[Schema.FOREIGN].format(database.where))
    database.check()
    for tries_left in reversed(range(TRIES)):
        try:
            with _alone(database) as connection:
                return _brought_up(connection)
        except DBAPIError as error:
            if not (tries_left and getattr(error.orig, "sqlstate", None) == DEADLOCK):
                raise database.unusable(error) from error
    raise AssertionError("the last try answers or raises")


def _brought_up(connection: Connection) -> bool:
    recorded = recorded_version(connection)
    known = versions()
    if recorded == known[-1]:
        return False
    if recorded is not None and recorded not in known:
        if serves_us(connection, recorded):  # the next release is being rolled out
            return False
        raise DatabaseUnusableError(
            f"the database is of a newer Vigie (schema {recorded}, here {known[-1]}): run that version, "
            "or restore a backup made with this one"
        )
    _upgrade(connection)
    note_served(connection)
    return True


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    # Loaded here because it takes longer than all the rest of a start at which there is nothing to migrate.
    from alembic.config import Config  # noqa: PLC0415

    found = Config()
    found.set_main_option("script_location", FOLDER.as_posix().replace("%", "%%"))
    found.attributes["connection"] = connection
    return found


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A transaction that no other migration runs beside."""
    with database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        if database.is_sqlite:
            # Copying a table drops the old one, which must not take along what points at it. Inside a transaction this
            # could not be switched; the transaction itself keeps others out.
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not database.is_sqlite:
                    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # however long the one before takes
                    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
                    if not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({LOCK})").scalar_one():
                        log.warning("another process migrates the database: this one waits for it")
                        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
                yield connection
        finally:
            if database.is_sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  as in `config`

    command.upgrade(config(connection), "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise DatabaseUnusableError("the database has rows that point nowhere: restore a backup and report this")
