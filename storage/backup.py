"""Backups of an SQLite database: made while it is used, and put back where nobody uses it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from storage.database import Database, DatabaseUnusableError, database_url
from storage.schema import WRONG, Schema, file_of, look

PATIENCE = 5  # seconds, for whoever writes just now
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file


@dataclass(frozen=True, slots=True)
class Held:
    """What a file of ours holds, for people."""

    #: The version of its schema.
    schema: str
    #: How many tickets it has.
    tickets: int
    #: When the last thing happened in it; None: nothing did.
    last_at: datetime | None
    #: Whether a start has to bring it up to date first.
    is_older: bool = False


def back_up(database: Database, target: Path) -> Held:
    """Copy the database as it is at one instant to that file, which must not exist yet. Those who read and write are
    not held up. Raises DatabaseUnusableError, one line that says what to do."""
    source = _file(database)
    if target.exists() or target.is_symlink():
        raise DatabaseUnusableError(f"{target} exists already: name another file, or move that one away")
    if not (folder := target.absolute().parent).is_dir():
        raise DatabaseUnusableError(f"the folder {folder} does not exist: create it, or name another file")
    made = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        _private(made)
        _copy(source, made)
        held = check(made)
        synced(made)
        os.link(made, target)  # not over what somebody else put there meanwhile
    finally:
        _remove(made)
    synced(target.absolute().parent)
    return held


def check(file: Path) -> Held:
    """What that file holds. Raises DatabaseUnusableError, one line that says what to do, unless it is a whole database
    of ours, of no newer version."""
    if not file.is_file():
        raise DatabaseUnusableError(f"there is no file {file}: name a backup that vigie backup made")
    broken = DatabaseUnusableError(f"{file} is damaged or no backup of Vigie's: take another one")
    try:
        with closing(_opened(file, "ro")) as connection:
            if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise broken
            if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise broken
        state = _state(file)
        if state is Schema.NEWER:
            raise DatabaseUnusableError(WRONG[state].format(file))
        if state not in (Schema.CURRENT, Schema.OLDER):
            what = "another program's tables" if state is Schema.FOREIGN else "nothing"
            raise DatabaseUnusableError(f"{file} holds {what}: name a backup that vigie backup made")
        with closing(_opened(file, "ro")) as connection:
            schema, tickets, last = connection.execute(
                "SELECT (SELECT version_num FROM alembic_version), (SELECT count(*) FROM ticket), "
                "(SELECT max(recorded_at) FROM event)"
            ).fetchone()
    except sqlite3.Error:
        raise broken from None
    last_at = None if last is None else datetime.fromisoformat(last).replace(tzinfo=UTC)
    return Held(schema, tickets, last_at, state is Schema.OLDER)


def check_for(database: Database, backup: Path) -> Held:
    """`check` of what is to be put in the place of that database, which is another file."""
    source = _file(database)
    if source.exists() and backup.exists() and source.samefile(backup):
        raise DatabaseUnusableError(f"{backup} is the database itself: name a backup")
    return check(backup)


def restore(database: Database, backup: Path, now: datetime) -> Path | None:
    """Put a backup in the database's place. The file that stood there is kept beside it: where. None: there was none.

    Raises DatabaseUnusableError, one line that says what to do, where somebody uses the database at this moment, or the
    backup is not whole. Nothing is changed then."""
    source = _file(database)
    check_for(database, backup)
    made = source.with_name(f".{source.name}.{os.getpid()}")
    aside = source.with_name(f"{source.name}.before-{now:%Y%m%dT%H%M%SZ}")
    if aside.exists():
        raise DatabaseUnusableError(f"{aside} exists already: move it away")
    try:
        _private(made)
        _copy(backup, made)
        check(made)
        synced(made)
        if not source.exists():
            made.replace(source)
            return None
        with _alone(source):
            os.link(source, aside)
            made.replace(source)
    finally:
        _remove(made)
    synced(source.absolute().parent)
    return aside


def require_file(address: str) -> None:
    """Raises DatabaseUnusableError, one line that says what to do, where the database at that address is no file."""
    if database_url(address).get_backend_name() != "sqlite":
        raise DatabaseUnusableError(
            "this is for SQLite: on PostgreSQL use pg_dump and pg_restore, as docs/deploy.md says"
        )


def _file(database: Database) -> Path:
    require_file(database.url.render_as_string(hide_password=False))
    return file_of(database.url)


def _state(file: Path) -> Schema:
    beside = Database(f"sqlite:///{file}")
    try:
        return look(beside)
    finally:
        beside.close_now()


def _opened(file: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(str(file.resolve()))}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)


def _private(file: Path) -> None:
    """An empty file that its owner alone can read."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _copy(source: Path, target: Path) -> None:
    """One instant of `source`: read in one go, since it would begin anew with each write of others. With a write-ahead
    log a reader holds up nobody."""
    try:
        with closing(_opened(source, "rw")) as read, closing(_opened(target, "rw")) as written:
            read.execute("PRAGMA query_only=ON")
            read.backup(written)
            written.execute("PRAGMA journal_mode=DELETE")  # so that all of it is in the one file
    except sqlite3.Error as error:
        raise DatabaseUnusableError(
            f"cannot copy {source} to {target.parent} ({error}): look for what is full or forbidden there"
        ) from None


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """While this holds nobody else has the file open: everything written is in it, and nothing beside it."""
    try:
        connection = _opened(file, "rw")
    except sqlite3.Error as error:
        raise DatabaseUnusableError(f"cannot open {file} ({error}): move it away, then restore") from None
    with closing(connection):
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=DELETE")  # refused while anybody else has it open
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise DatabaseUnusableError(f"cannot use {file} ({error}): move it away, then restore") from None
            raise DatabaseUnusableError(f"something uses {file}: stop Vigie, then restore") from None
        except sqlite3.DatabaseError:
            pass  # it is damaged, which is why a backup is put in its place
        yield


def synced(path: Path) -> None:
    """Return once a file or a folder is on the disk as it is now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(made: Path) -> None:
    for suffix in ("", *BESIDE):
        with suppress(FileNotFoundError):
            made.with_name(made.name + suffix).unlink()
