"""Recognising errors of a database that is away or cannot be written to: an outage, not a defect."""

from __future__ import annotations

import sqlite3
import sys

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from storage.errors import DatabaseBusyError, InDoubtError

_SQLITE = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip
_PRIMARY = 0xFF  # of SQLite's extended codes
_AGAIN = "40"  # what has to be done again, as after a deadlock: a class of SQLSTATE
_POSTGRES_OURS = (_AGAIN, "42", "22", "23")  # what we did wrong, or have to do again
_READ_ONLY, _STOOD_STILL, _DISK_FULL, _LOCKED = "25006", "25P03", "53100", "55P03"


def _cause(error: BaseException | None) -> BaseException | None:
    """What the driver raised."""
    if isinstance(error, InDoubtError):
        error = error.__cause__
    return error.orig if isinstance(error, DBAPIError) else error


def is_away(error: BaseException | None) -> bool:
    """Whether it says that the database does not answer, or cannot be written to."""
    if isinstance(error, PoolTimeoutError | DatabaseBusyError):
        return True
    cause = _cause(error)
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorcode", 0) & _PRIMARY in _SQLITE
    psycopg = sys.modules.get("psycopg")  # loaded where it is used
    if psycopg is not None and isinstance(cause, psycopg.Error):
        if cause.sqlstate is None:
            return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        ours = cause.sqlstate.startswith(_POSTGRES_OURS)
        ended = cause.sqlstate in (_READ_ONLY, _STOOD_STILL)
        return ended or (isinstance(cause, psycopg.OperationalError) and not ours)
    return False


def may_be_repeated(error: BaseException) -> bool:
    """Whether a transaction that failed so may succeed when it is tried again: the database was away, or has undone it
    in favour of another."""
    cause = _cause(error)
    psycopg = sys.modules.get("psycopg")
    undone = psycopg is not None and isinstance(cause, psycopg.Error) and (cause.sqlstate or "").startswith(_AGAIN)
    return undone or is_away(error)


def is_held(error: BaseException) -> bool:
    """Whether another transaction has locked a row for longer than this one was to wait for it."""
    cause = _cause(error)
    return getattr(cause, "sqlstate", None) == _LOCKED


def is_unconnected(error: BaseException) -> bool:
    """Whether it is the connection that failed, so that the database itself said nothing."""
    cause = _cause(error)
    psycopg = sys.modules.get("psycopg")
    return psycopg is not None and isinstance(cause, psycopg.Error) and cause.sqlstate is None


def is_full(error: BaseException) -> bool:
    """Whether there is no room left on the database's disk."""
    cause = _cause(error)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & _PRIMARY == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == _DISK_FULL


def reason_of(error: BaseException) -> str:
    """In one line what the database said."""
    cause = _cause(error) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0][:200]
