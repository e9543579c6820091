"""SQLite's one writer: a thread that runs transactions in order, with group commit.

A commit waits for the disk and costs more than the transaction that it ends. So transactions that wait together share
one commit, each after the first inside a savepoint of its own; nobody is answered before the commit is on the disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from storage.checkpoints import Checkpoints

Answer = TypeVar("Answer")

MOST = 16  # transactions in one commit: the first of them waits for the last


class Writer:
    """Runs the transactions that are submitted. `open_session` makes a session for one, on the connection it is
    given. `checkpoints` are told of each commit."""

    def __init__(self, engine: Engine, open_session: Callable[[Connection], Session], checkpoints: Checkpoints) -> None:
        self._engine = engine
        self._open_session = open_session
        self._checkpoints = checkpoints
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="write", daemon=True)
        self._thread.start()

    def submit(self, transaction: Callable[[Session], Answer]) -> Future[Answer]:
        """Run `transaction` after those submitted before; the answer comes once it is committed."""
        job = _Job(transaction)
        self._waiting.put(job)
        return job.future

    def close(self) -> None:
        """Finish what was submitted, then end."""
        self._waiting.put(None)
        self._thread.join()
        self._checkpoints.close()

    def _run(self) -> None:
        while (job := self._waiting.get()) is not None:
            jobs = [job]
            try:
                with self._engine.begin() as connection:
                    # Who comes from now on is for the next commit: else the first would wait for as long as they come.
                    others = min(self._waiting.qsize(), MOST - 1)
                    job.run_first(connection, self._open_session)
                    while len(jobs) <= others and (job := self._next()) is not None:
                        jobs.append(job)
                        job.run(connection, self._open_session)
            except Exception as error:  # noqa: BLE001  everyone waiting is told: nothing of this commit happened
                for job in jobs:
                    job.fail(error)
            else:
                for job in jobs:
                    job.answer()
                self._checkpoints.committed()

    def _next(self) -> _Job | None:
        with suppress(Empty):
            job = self._waiting.get_nowait()
            if job is not None:
                return job
            self._waiting.put(None)  # the end, which is for later
        return None


class _Job:
    """A transaction, and whoever waits for it."""

    def __init__(self, transaction: Callable[[Session], Any]) -> None:
        self._transaction = transaction
        self._result: Any = None
        self._error: Exception | None = None
        self.future: Future[Any] = Future()

    def run_first(self, connection: Connection, open_session: Callable[[Connection], Session]) -> None:
        """Run it before all others of its commit; it raises what it raises, and the commit with nothing else in it is
        given up. A savepoint, in which SQLite keeps what was there before, would take a twelfth of planning again."""
        if self.future.set_running_or_notify_cancel():
            with open_session(connection) as session:
                self._result = self._transaction(session)
                session.flush()

    def run(self, connection: Connection, open_session: Callable[[Connection], Session]) -> None:
        """Run it; if it fails, what it wrote is undone and the others go on. Raises only when that is impossible."""
        if not self.future.set_running_or_notify_cancel():
            return
        with open_session(connection) as session:
            cursor = session.info["cursor"]
            cursor.execute("SAVEPOINT job")
            try:
                self._result = self._transaction(session)
                session.flush()
            except Exception as error:  # noqa: BLE001  it is the caller's, who gets it
                self._error = error
                try:
                    cursor.execute("ROLLBACK TO job")
                except sqlite3.OperationalError:  # SQLite has undone all of the commit by itself, as on a full disk
                    raise error from None
            cursor.execute("RELEASE job")

    def answer(self) -> None:
        """After the commit."""
        if self.future.cancelled():
            return
        if self._error is not None:
            self.future.set_exception(self._error)
        else:
            self.future.set_result(self._result)

    def fail(self, error: Exception) -> None:
        """There was no commit."""
        if not self.future.done() and (self.future.running() or self.future.set_running_or_notify_cancel()):
            self.future.set_exception(self._error or error)
