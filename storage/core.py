"""Insert, overwrite and upsert rows by compiled statements, without SQLAlchemy's unit of work, which costs more than it
does for us."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table as SQLTable
from sqlalchemy import bindparam, case, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from storage.prepared import Prepared

Names = tuple[str, ...]


@dataclass
class Traces:
    """Whether this transaction erased a text that may still be found in the database's file (`Database.scrub`)."""

    #: Whether it did.
    left: bool = False
    #: Whether a word of it may still stand in the index as well.
    in_index: bool = False


def leave_traces(session: Session, *, in_index: bool = False) -> None:
    """Note that this transaction erases what somebody wrote, so that the file is scrubbed afterwards. `in_index`: words
    of it were in the index by which tickets are found."""
    session.info["traces"].left = True
    session.info["traces"].in_index |= in_index


def note_planned(session: Session) -> None:
    """Note that this transaction plans something: there is something to send, or something falls due."""
    session.info["planned"] = True


def has_planned(session: Session) -> bool:
    """Whether it did."""
    return "planned" in session.info


def table(row: type[SQLModel]) -> SQLTable:
    """The table behind a row class."""
    return cast("SQLTable", row.__table__)  # type: ignore[attr-defined]


def add(session: Session, row: type[SQLModel], **values: Any) -> int:
    """Insert one row and return its id."""
    return int(_insert_id(row, tuple(values)).rows(session, values)[0][0])


def add_all(session: Session, row: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Insert rows that need no id back."""
    if rows:
        _insert(row, tuple(rows[0])).run_many(session, rows)


def overwrite(session: Session, row: type[SQLModel], row_id: int, **values: Any) -> None:
    """Overwrite columns of the row with that `id`."""
    _update(row, tuple(values)).run(session, {"row_id": row_id, **values})


def upsert(
    session: Session, row: type[SQLModel], rows: list[dict[str, Any]], *, key: Names, changing: Names | None = None,
    least: Names = (),
) -> None:  # fmt: skip
    """Insert rows; of those with the same `key` columns overwrite the columns `changing`, or all that `rows` name; of
    the columns `least` the smaller value stays."""
    if rows:
        changed = changing or tuple(name for name in rows[0] if name not in key)
        _upsert(row, session.info["engine"], tuple(rows[0]), key, changed, least).run_many(session, rows)


def add_new(session: Session, row: type[SQLModel], values: dict[str, Any], *, key: Names) -> bool:
    """Insert a row unless one with the same `key` columns stands there; whether it was new."""
    return _add_new(row, session.info["engine"], tuple(values), key).run(session, values) == 1


# Kept by the names of the columns they set: a statement is written for just these.


@lru_cache(maxsize=256)
def _insert(row: type[SQLModel], _: Names) -> Prepared:
    return Prepared(insert(table(row)))


@lru_cache(maxsize=256)
def _insert_id(row: type[SQLModel], _: Names) -> Prepared:
    rows = table(row)
    return Prepared(insert(rows).returning(rows.c.id))


@lru_cache(maxsize=256)
def _update(row: type[SQLModel], _: Names) -> Prepared:
    rows = table(row)
    return Prepared(update(rows).where(rows.c.id == bindparam("row_id")))


@lru_cache(maxsize=256)
def _upsert(row: type[SQLModel], engine: str, _: Names, key: Names, changed: Names, least: Names) -> Prepared:
    statement = (sqlite if engine == "sqlite" else postgresql).insert(table(row))
    values: dict[str, Any] = {name: statement.excluded[name] for name in changed}
    for name in least:
        there, new = table(row).c[name], statement.excluded[name]
        values[name] = case((new < there, new), else_=there)
    return Prepared(statement.on_conflict_do_update(index_elements=key, set_=values))


@lru_cache(maxsize=256)
def _add_new(row: type[SQLModel], engine: str, _: Names, key: Names) -> Prepared:
    statement = (sqlite if engine == "sqlite" else postgresql).insert(table(row))
    return Prepared(statement.on_conflict_do_nothing(index_elements=key))
