"""Insert, overwrite and upsert rows by compiled statements, without SQLAlchemy's unit of work, which costs more than it
does for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Select, bindparam, case, insert, select, update
from sqlalchemy import Table as SQLTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from storage.prepared import Prepared, as_given, given

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


def is_given(session: Session, rows: Sequence[Any]) -> bool:
    """Whether one statement writes these rows (`storage.prepared.given`): SQLite takes less to run one for each."""
    return len(rows) > 1 and session.info["engine"] == "postgresql"


def add(session: Session, row: type[SQLModel], **values: Any) -> int:
    """Insert one row and return its id."""
    return int(_insert_id(row, tuple(values)).rows(session, values)[0][0])


def add_all(session: Session, row: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Insert rows that need no id back."""
    if not rows:
        return
    names = tuple(rows[0])
    if is_given(session, rows):
        _insert_all(row, names).run(session, as_given(rows))
    else:
        _insert(row, names).run_many(session, rows)


def overwrite(session: Session, row: type[SQLModel], row_id: int, **values: Any) -> None:
    """Overwrite columns of the row with that `id`."""
    _update(row, tuple(values)).run(session, {"row_id": row_id, **values})


def upsert(
    session: Session, row: type[SQLModel], rows: list[dict[str, Any]], *, key: Names, changing: Names | None = None,
    least: Names = (),
) -> None:  # fmt: skip
    """Insert rows; of those with the same `key` columns overwrite the columns `changing`, or all that `rows` name; of
    the columns `least` the smaller value stays."""
    if not rows:
        return
    names, engine = tuple(rows[0]), session.info["engine"]
    changed = changing or tuple(name for name in names if name not in key)
    # Of two rows with the same key the later one overwrites the other, which one statement alone may not do.
    if is_given(session, rows) and len({tuple(row[name] for name in key) for row in rows}) == len(rows):
        _upsert(row, engine, names, key, changed, least=least, all_=True).run(session, as_given(rows))
    else:
        _upsert(row, engine, names, key, changed, least=least).run_many(session, rows)


def upsert_tuples(
    session: Session, row: type[SQLModel], names: Names, rows: Sequence[tuple[Any, ...]], *, key: Names
) -> None:
    """`upsert` of rows that are tuples of the columns `names`: for thousands of them."""
    if session.info["engine"] == "sqlite":
        _upsert_tuples(row, names, key).run_tuples(session, rows)
    else:
        upsert(session, row, [dict(zip(names, each, strict=True)) for each in rows], key=key)


def add_new(session: Session, row: type[SQLModel], values: dict[str, Any], *, key: Names) -> bool:
    """Insert a row unless one with the same `key` columns stands there; whether it was new."""
    return _add_new(row, session.info["engine"], tuple(values), key).run(session, values) == 1


def add_each_new(session: Session, row: type[SQLModel], rows: list[dict[str, Any]], *, key: Names) -> int:
    """The same for several rows; how many were new."""
    if not rows:
        return 0
    names, engine = tuple(rows[0]), session.info["engine"]
    if is_given(session, rows):
        return _add_new(row, engine, names, key, all_=True).run(session, as_given(rows))
    return sum(_add_new(row, engine, names, key).run(session, values) for values in rows)


# Kept by the names of the columns they set: a statement is written for just these.


@lru_cache(maxsize=256)
def _insert(row: type[SQLModel], _: Names) -> Prepared:
    return Prepared(insert(table(row)))


@lru_cache(maxsize=256)
def _insert_all(row: type[SQLModel], names: Names) -> Prepared:
    return Prepared(insert(table(row)).from_select(names, _given(row, names)))


def _given(row: type[SQLModel], names: Names) -> Select[Any]:
    """Rows of that table, as parameters."""
    new = given({name: table(row).c[name].type for name in names})
    return select(*(new.c[name] for name in names))


@lru_cache(maxsize=256)
def _insert_id(row: type[SQLModel], _: Names) -> Prepared:
    rows = table(row)
    return Prepared(insert(rows).returning(rows.c.id))


@lru_cache(maxsize=256)
def _update(row: type[SQLModel], _: Names) -> Prepared:
    rows = table(row)
    return Prepared(update(rows).where(rows.c.id == bindparam("row_id")))


@lru_cache(maxsize=256)
def _upsert(
    row: type[SQLModel], engine: str, names: Names, key: Names, changed: Names, *, least: Names, all_: bool = False
) -> Prepared:
    statement = (sqlite if engine == "sqlite" else postgresql).insert(table(row))
    if all_:
        statement = statement.from_select(names, _given(row, names))
    values: dict[str, Any] = {name: statement.excluded[name] for name in changed}
    for name in least:
        there, new = table(row).c[name], statement.excluded[name]
        values[name] = case((new < there, new), else_=there)
    return Prepared(statement.on_conflict_do_update(index_elements=key, set_=values))


@lru_cache(maxsize=256)
def _upsert_tuples(row: type[SQLModel], names: Names, key: Names) -> Prepared:
    statement = sqlite.insert(table(row))
    values = {name: statement.excluded[name] for name in names if name not in key}
    return Prepared(statement.on_conflict_do_update(index_elements=key, set_=values), names)


@lru_cache(maxsize=256)
def _add_new(row: type[SQLModel], engine: str, names: Names, key: Names, *, all_: bool = False) -> Prepared:
    statement = (sqlite if engine == "sqlite" else postgresql).insert(table(row))
    if all_:
        statement = statement.from_select(names, _given(row, names))
    return Prepared(statement.on_conflict_do_nothing(index_elements=key))
