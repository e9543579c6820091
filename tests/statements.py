"""The statements that a database is asked, as they are run: what a verb costs, on any machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import event
from sqlmodel import Session

from storage.database import Database
from storage.prepared import Prepared, Values


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is run on `database` inside, in order, without beginnings and ends of transactions. One that is run for many
    rows at once counts once, as it is one on its way to the server."""
    seen: list[str] = []
    run, run_many = Prepared._execute, Prepared.run_many  # noqa: SLF001  they go past SQLAlchemy, which tells of the others

    def execute(self: Prepared, form: Any, session: Session, values: Values) -> Any:
        seen.append(form.sql)
        return run(self, form, session, values)

    def execute_many(self: Prepared, session: Session, rows: Sequence[Values]) -> int:
        if len(rows) > 1:  # fewer go the other way
            seen.append(self._form(session, rows[0]).sql)
        return run_many(self, session, rows)

    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", heard)
    if database.is_sqlite:
        event.listen(database._reader, "before_cursor_execute", heard)  # noqa: SLF001  it has one for reading alone
    try:
        with mock.patch.multiple(Prepared, _execute=execute, run_many=execute_many):
            yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", heard)
        if database.is_sqlite:
            event.remove(database._reader, "before_cursor_execute", heard)  # noqa: SLF001  the same
