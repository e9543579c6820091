"""The database: one engine, whole transactions as functions, the same code on SQLite and PostgreSQL.

A transaction is a plain function of a session. It runs in a thread of its own, from BEGIN to COMMIT, so that the event
loop never waits for a disk and nothing can be awaited (no chat, no network) while rows are locked. Reads run on a
snapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext, suppress
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import structlog
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from storage.checkpoints import Checkpoints
from storage.core import Traces, has_planned
from storage.database_outages import is_away, is_full, is_held, is_unconnected
from storage.engines import BUSY_MS, POSTGRES_POOL, READERS, make_engine
from storage.errors import InDoubtError
from storage.patience import in_time
from storage.together import Together
from storage.tracing import traced
from storage.word_index import purge
from storage.writer import Writer

log = structlog.get_logger(__name__)
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Made = TypeVar("Made")

# While a process starts, nobody waits for it: so often it waits once more for a lock that another one holds, which
# migrates, or starts at the same moment on a machine that has no time for either.
START_TRIES = 20
SCRUB_MS = 200  # while it waits for those who read, nobody writes
SECRETS = frozenset({"password", "passfile", "sslpassword"})  # of PostgreSQL's parameters
HIDDEN = "***"


class DatabaseUnusableError(Exception):
    """The database cannot be used as configured; the message is one line that says what to do."""


def database_url(text: str) -> URL:
    """The URL with the one driver used here for each engine: `sqlite`, `sqlite+aiosqlite`, `postgres` and
    `postgresql` are all accepted."""
    try:
        url = make_url(text)
    except (SQLAlchemyError, ValueError):  # a port that is no number is the latter
        # The text itself stays out of the message: it may hold a password.
        raise DatabaseUnusableError(
            "VIGIE_DATABASE_URL is not a database address: use sqlite:///vigie.db or postgresql://user@host/name"
        ) from None
    backend = url.drivername.split("+")[0]
    if backend == "sqlite":
        return url.set(drivername="sqlite+pysqlite")
    if backend in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseUnusableError(f"VIGIE_DATABASE_URL: use sqlite:/// or postgresql://, not {backend}://")


def shown_url(text: str) -> str:
    """The address as it was typed, without its secrets, wherever they stand in it."""
    url = make_url(text)
    hidden = url.update_query_dict({name: HIDDEN for name in url.query if name.lower() in SECRETS})
    return hidden.render_as_string(hide_password=True).replace(quote(HIDDEN), HIDDEN)


class Database:
    """Runs transactions. `write` functions see a locked, consistent world; `read` functions only look.

    On SQLite there is one writer thread (waiting writers queue here, in order, instead of polling the file) and readers
    of their own; on PostgreSQL both share a pool.
    """

    def __init__(self, url: str) -> None:
        self.url = database_url(url)
        self.where = shown_url(url)  # for people
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            _check_folder(self.url)
        self._writer = make_engine(self.url, writer=True)
        if self.is_sqlite:
            self._reader = make_engine(self.url, writer=False)
        else:
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._traces = Traces()
        #: Whether this process is starting: it waits for locks with more patience.
        self.is_starting = False
        #: Called on PostgreSQL after each commit that planned something, in the thread that made it; None: nobody is.
        self.on_planned: Callable[[], object] | None = None
        self._checkpoints = Checkpoints(make_engine(self.url, writer=False)) if self.is_sqlite else None
        self._queue = None if self._checkpoints is None else Writer(self._writer, self._session, self._checkpoints)
        self._write_threads = ThreadPoolExecutor(POSTGRES_POOL, "write")  # they start when needed
        self._read_threads = ThreadPoolExecutor(READERS, "read")
        self._together: dict[object, Together[Any, Any]] = {}

    @property
    def engine(self) -> Engine:
        """For migrations."""
        return self._writer

    async def write(self, transaction: Callable[[Session], Answer]) -> Answer:
        """Run `transaction` and commit it; an exception rolls everything back and is raised here. DatabaseBusyError:
        it could not begin while somebody waited (`storage.patience`). InDoubtError: nobody knows."""
        transaction = traced(transaction)
        if self._queue is not None:
            return await in_time(self._queue.submit(transaction))
        return await in_time(self._write_threads.submit(self.write_now, transaction))

    async def write_for(self, transaction: Callable[[Session], Answer], make: Callable[[Answer], Made]) -> Made:
        """`write`, and what `make` makes of the answer: on the event loop, while the commit is on its way to the disk.
        Nobody has it before the commit is there, and nobody ever where it fails: `make` tells nobody of anything."""
        loop, context = asyncio.get_running_loop(), copy_context()
        made: list[Made] = []

        def begin(answer: Answer) -> None:
            with suppress(Exception):  # it will raise it once more, where somebody waits
                made[:] = [make(answer)]

        def decided(session: Session) -> Answer:
            answer = transaction(session)
            loop.call_soon_threadsafe(begin, answer, context=context)
            return answer

        answer = await self.write(decided)
        return made[0] if made else make(answer)

    async def read(self, query: Callable[[Session], Answer]) -> Answer:
        """Run `query` on a snapshot; it cannot write. DatabaseBusyError: as for `write`."""
        return await in_time(self._read_threads.submit(self.read_now, query))

    async def write_each(self, batch: Callable[[Session, Sequence[Asked]], Sequence[Answer]], asked: Asked) -> Answer:
        """What `batch` answers to `asked`, in one transaction with what others ask of it at this moment
        (`storage.together`): for what nobody waits for at a screen."""
        if (together := self._together.get(batch)) is None:
            together = self._together[batch] = Together(self.write, batch, locks=True)
        return await together.do(asked)  # type: ignore[no-any-return]

    async def read_each(self, batch: Callable[[Session, Sequence[Asked]], Sequence[Answer]], asked: Asked) -> Answer:
        """The same on one snapshot, where nothing is written."""
        if (together := self._together.get(batch)) is None:
            together = self._together[batch] = Together(self.read, batch, locks=False)
        return await together.do(asked)  # type: ignore[no-any-return]

    def write_now(self, transaction: Callable[[Session], Answer]) -> Answer:
        """`write`, in this thread."""
        for tries_left in reversed(range(START_TRIES if self.is_starting else 1)):
            try:
                return self._write_once(transaction)
            except DBAPIError as error:
                if not (tries_left and is_held(error)):
                    raise
                log.warning("another process holds what this start needs: it goes on waiting", tries_left=tries_left)
        raise AssertionError("the last try answers or raises")

    def _write_once(self, transaction: Callable[[Session], Answer]) -> Answer:
        is_done = False
        try:
            with self._writer.begin() as connection, self._session(connection) as session:
                answer = transaction(session)
                session.flush()
                is_done = True
        except DBAPIError as error:
            if is_done and is_away(error):
                raise InDoubtError("the database broke off while it committed") from error
            raise
        if self.on_planned is not None and has_planned(session):
            self.on_planned()
        return answer

    def read_now(self, query: Callable[[Session], Answer]) -> Answer:
        """`read`, in this thread."""
        with self._reader.begin() as connection, self._session(connection) as session:
            return query(session)

    def _session(self, connection: Connection) -> Session:
        """A session of a transaction that has begun, with the driver's own cursor for `storage.prepared`."""
        info = {"cursor": connection.connection.cursor(), "engine": connection.dialect.name, "traces": self._traces}
        return Session(connection, expire_on_commit=False, info=info)

    def check(self) -> None:
        """Raise DatabaseUnusableError with one clear line unless the database can be written to."""
        try:
            with self._writer.begin() as connection:
                if self.is_sqlite:
                    # Any statement is refused by what is no database, this one also by a file that may not be written.
                    connection.exec_driver_sql("PRAGMA user_version = 0")
                elif connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on":
                    raise DatabaseUnusableError(
                        f"the database {self.where} can only be read: name its primary in VIGIE_DATABASE_URL"
                    )
        except DBAPIError as error:
            raise self.unusable(error) from error

    def unusable(self, error: DBAPIError) -> DatabaseUnusableError:
        """What to tell a person whose database answered with `error`."""
        lines = str(error.orig).strip().splitlines() or ["no answer"]
        advice = "check VIGIE_DATABASE_URL and its permissions"
        if is_full(error):
            advice = "make room on its disk"
        elif is_unconnected(error):
            advice = "check VIGIE_DATABASE_URL, and whether its server runs"
        return DatabaseUnusableError(f"cannot use the database {self.where} ({lines[0]}): {advice}")

    async def try_writing(self) -> None:
        """Write something harmless. Raises the driver's error where nothing can be written: the database is away, full,
        or read-only."""
        await self.write(_write_nothing)

    async def scrub(self) -> bool:
        """Remove erased texts from SQLite's file and write-ahead log. False where another connection is in the way, so
        that it has to be done again later. PostgreSQL's own vacuum does it in its own time."""
        if not (self.is_sqlite and self._traces.left):
            return True
        if self._traces.in_index:
            await self._purge_index()
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, self._scrub)

    async def _purge_index(self) -> None:
        """A part at a time, so that nobody who writes waits for all of it."""
        self._traces.in_index = False  # first, for more may be erased meanwhile
        done, first = False, True
        while not done:
            done = await self.write(partial(_purge, first=first)) and not first
            first = False

    def _scrub(self) -> bool:
        self._traces.left = False  # first, for more may be erased meanwhile
        copying = nullcontext() if self._checkpoints is None else self._checkpoints.copying
        with copying, closing(self._reader.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={SCRUB_MS}")
            is_busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        self._traces.left |= bool(is_busy)
        return not is_busy

    async def close(self) -> None:
        """Finish what was asked for, then let go of every connection."""
        for each in list(self._together.values()):
            await each.finish()
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """`close`, in this thread."""
        if self._queue is not None:
            self._queue.close()
        self._write_threads.shutdown()
        self._read_threads.shutdown()
        self._reader.dispose()
        self._writer.dispose()


def _purge(session: Session, *, first: bool) -> bool:
    return purge(session.info["cursor"], first=first)


def _write_nothing(session: Session) -> None:
    """As little as can be written: on SQLite a page of its log, on PostgreSQL the number of a transaction."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA user_version = 0")
    elif (
        connection.exec_driver_sql(
            "SELECT current_setting('transaction_read_only') FROM pg_current_xact_id()"
        ).scalar_one()
        == "on"
    ):
        raise DatabaseUnusableError("it can only be read")


def _check_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise DatabaseUnusableError("VIGIE_DATABASE_URL names no file: use sqlite:///vigie.db")
    folder = Path(url.database.removeprefix("file:")).resolve().parent
    if not folder.is_dir():
        raise DatabaseUnusableError(
            f"the folder of the database does not exist: create {folder} or set VIGIE_DATABASE_URL"
        )
    if (path := Path(url.database.removeprefix("file:"))).is_dir():
        raise DatabaseUnusableError(f"VIGIE_DATABASE_URL names the folder {path}: name a file in it, {path}/vigie.db")
