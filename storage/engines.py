"""How the database is connected to: what every connection is told before it is used, on either engine."""

from __future__ import annotations

import sqlite3
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from storage.as_json import from_json, to_json
from storage.checkpoints import LONGEST
from storage.driver_errors import keep_values_out
from storage.idle_connections import ask_idle_ones

BUSY_MS = 5000
LOCK_MS = 2000
# Whoever holds a row and stands still for so long (a machine that stopped, or that nobody reaches) lets go of it.
IDLE_MS = 20_000
BUSY_STEP = 0.02  # seconds
READERS = 2
POSTGRES_POOL = 5
CONNECT_SECONDS = 10
KEPT = 300  # plans on a connection: more than there are statements, or the driver would give up some that are needed
# The system notices a server that vanished without a word: while nothing is asked of it, and (by the last) while it
# owes an answer, for which it would else wait a quarter of an hour.
ALIVE: dict[str, int] = {
    "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": IDLE_MS,
}  # fmt: skip


def make_engine(url: URL, *, writer: bool) -> Engine:
    """The engine of that address: of an SQLite file, one that writes or that reads."""
    if url.get_backend_name() != "sqlite":
        return _postgres(url)
    engine = create_engine(
        url,
        pool_size=1 if writer else READERS,
        max_overflow=0,
        json_serializer=to_json,
        json_deserializer=from_json,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        _write_ahead(connection)
        for pragma in _pragmas(writer=writer):
            connection.execute(f"PRAGMA {pragma}")

    # A writer takes the lock at once: with a plain BEGIN two read-modify-writes would both fail or lose one.
    start = "BEGIN IMMEDIATE" if writer else "BEGIN"

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        try:
            connection.connection.driver_connection.execute(start)  # past SQLAlchemy, which takes ten times as long
        except sqlite3.Error as error:
            raise DBAPIError.instance(start, None, error, sqlite3.Error, hide_parameters=True) from error

    return engine


def _postgres(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=POSTGRES_POOL + READERS,
        max_overflow=0,
        pool_use_lifo=True,  # each connection plans for itself: the fewer are in use, the less is planned
        connect_args={"connect_timeout": CONNECT_SECONDS, **_alive(url)},
        json_serializer=to_json,
        json_deserializer=from_json,
        hide_parameters=True,
    )
    keep_values_out(engine)
    ask_idle_ones(engine)

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        connection.prepared_max = KEPT
        # Whoever waits for an answer waits no longer than for this; what is done for nobody is tried again.
        connection.execute(f"SET lock_timeout = {LOCK_MS}")
        connection.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MS}")
        connection.commit()

    return engine


def _alive(url: URL) -> dict[str, int]:
    return {name: value for name, value in ALIVE.items() if name not in url.query}  # what the address says holds


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn on the write-ahead log. SQLite does not wait by itself for other processes while it does so: those that
    start together would make one another fail."""
    deadline = monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() >= deadline:
                raise
            sleep(BUSY_STEP)
        else:
            return


def _pragmas(*, writer: bool) -> list[str]:
    return [
        f"busy_timeout={BUSY_MS}",
        "foreign_keys=ON",
        "synchronous=FULL",  # what was acknowledged survives a power cut
        "secure_delete=ON",  # what was erased is overwritten where it stood
        f"query_only={'OFF' if writer else 'ON'}",
        f"wal_autocheckpoint={LONGEST}",
    ]
