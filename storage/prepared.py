"""Statements compiled once and then run on the driver's own cursor, for what every command does.

SQLAlchemy writes the SQL and knows how values go in and come out. Its way from there to the driver takes four times as
long as the work itself for one row (26 us instead of 6), and makes a whole transaction of a verb 1.5 times as long
(1.3 ms instead of 0.8): `make bench ONLY=statements` measures it. So what every command runs goes past it; all else
goes through the session as usual. What is used of the compiled statement is not SQLAlchemy's public interface,
which is why `pyproject.toml` caps its version (docs/adr/0005-prepared-statements.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Delete, Dialect, Insert, Select, Update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

from storage.as_json import to_json
from storage.driver_errors import without_values

Values = Mapping[str, Any]
Row = tuple[Any, ...]
Convert = Callable[[Any], Any] | None
ROWS = "given_rows"  # the parameter; no column's name


def among(column: sa.ColumnElement[Any], name: str, engine: str) -> sa.ColumnElement[bool]:
    """That a column is one of a list, which is the parameter `name`: one parameter, however long it is."""
    if engine == "postgresql":
        return column == sa.any_(sa.bindparam(name, type_=postgresql.ARRAY(column.type)))
    listed = sa.func.json_each(sa.bindparam(name, type_=sa.JSON)).table_valued("value")
    return column.in_(sa.select(listed.c.value))


def given(columns: Mapping[str, TypeEngine[Any]]) -> sa.TableValuedAlias:
    """Rows as a table within a statement, on PostgreSQL: all of them are one parameter (`as_given`). The driver takes
    longer to run a statement twenty times than to hand over twenty rows."""
    rows = sa.cast(sa.bindparam(ROWS, type_=sa.Text), sa.JSON)
    typed = (sa.column(name, of) for name, of in columns.items())
    return sa.func.json_to_recordset(rows).table_valued(*typed, name="given").render_derived(with_types=True)


def as_given(rows: Sequence[Values]) -> Values:
    """These rows as the parameter of a statement that has them `given`."""
    return {ROWS: to_json(rows, _with_zone)}


def _with_zone(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("an instant without a timezone")
    return at.isoformat()


class Prepared:
    """One statement. Its parameters are the columns that an INSERT or UPDATE sets and the names of its `bindparam`s,
    the same ones in every run; a list is one of them only by `among`. Raises what SQLAlchemy raises.

    `names`: SQLite is given a tuple of these parameters, in this order, instead of a mapping (`run_tuples`)."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, names: Sequence[str] = ()) -> None:
        self._statement = statement
        self._names = names
        self._forms: dict[str, _Form] = {}

    def run(self, session: Session, values: Values) -> int:
        """Run it; how many rows it touched."""
        return int(self._execute(self._form(session, values), session, values).rowcount)

    def run_many(self, session: Session, rows: Sequence[Values]) -> int:
        """Run it once for each of `rows`, in order; they name the same parameters. How many rows it touched in all."""
        if len(rows) < 2:
            return sum(self.run(session, values) for values in rows)
        return self._execute_many(self._form(session, rows[0]), session, rows)

    def run_tuples(self, session: Session, rows: Sequence[Row]) -> int:
        """`run_many` of tuples: to name the values of thousands of rows takes a fifth of the time to write them."""
        return self._execute_many(self._form(session, dict.fromkeys(self._names)), session, rows)

    def rows(self, session: Session, values: Values) -> list[list[Any]]:
        """Run a query, or what has a RETURNING; its rows."""
        form = self._form(session, values)
        return form.read(self._execute(form, session, values).fetchall())

    def _execute(self, form: _Form, session: Session, values: Values) -> Any:
        cursor = session.info["cursor"]
        try:
            cursor.execute(form.sql, form.bind(values), **form.how)
        except form.driver_error as error:
            raise form.translated(error) from error
        return cursor

    @staticmethod
    def _execute_many(form: _Form, session: Session, rows: Sequence[Any]) -> int:
        cursor = session.info["cursor"]
        try:
            # One by one: thousands of lists that live until the last is run are looked through for garbage meanwhile.
            cursor.executemany(form.sql, map(form.bind, rows))
        except form.driver_error as error:
            raise form.translated(error) from error
        return int(cursor.rowcount)

    def _form(self, session: Session, values: Values) -> _Form:
        form = self._forms.get(session.info["engine"])
        if form is None:
            form = _form(self._statement, session.get_bind().dialect, values, self._names)
            self._forms[session.info["engine"]] = form
        return form


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement in the words of one engine."""

    sql: str
    #: Values as the driver takes them: of a mapping, or of a tuple where the statement is given these.
    bind: Callable[[Any], Any]
    results: tuple[tuple[int, Callable[[Any], Any]], ...]
    driver_error: type[Exception]
    #: What the driver is told beside the statement and its values.
    how: Mapping[str, bool]

    def read(self, found: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Rows as the driver gave them, in our types."""
        rows = list(map(list, found))
        for position, convert in self.results:
            for row in rows:
                row[position] = convert(row[position])
        return rows

    def translated(self, error: Exception) -> Exception:
        """A driver's error as SQLAlchemy's, without the values: they may be private."""
        without_values(error)
        return DBAPIError.instance(self.sql, None, error, self.driver_error, hide_parameters=True)


def _form(
    statement: Select[Any] | Insert | Update | Delete, dialect: Dialect, values: Values, names: Sequence[str]
) -> _Form:
    writes = isinstance(statement, Insert | Update) and ROWS not in values
    spelt: Any = replacement_traverse(statement, {}, partial(_spelt, dialect=dialect))
    compiled: Any = spelt.compile(dialect=dialect, column_keys=list(values) if writes else None)
    named = {name: bind for bind, name in compiled.bind_names.items()}
    in_order: list[str] | None = compiled.positiontup
    bound = [(name, _bound(named[name].type, dialect)) for name in in_order or named]
    constants = {name: value for name, value in compiled.params.items() if name not in values}
    columns = getattr(statement, "exported_columns", ())
    converts = [_read(column.type, dialect) for column in columns]
    return _Form(
        sql=compiled.string,
        bind=_in_order(bound, constants, names) if in_order else _by_name(bound, constants),
        results=tuple((position, convert) for position, convert in enumerate(converts) if convert is not None),
        driver_error=dialect.loaded_dbapi.Error,
        # By itself the driver leaves PostgreSQL to plan a statement five times before it has it keep the plan, on each
        # connection: that took longer than all that these statements do.
        how={"prepare": True} if dialect.name == "postgresql" else {},
    )


def _spelt(element: Any, *, dialect: Dialect, **_: object) -> sa.ColumnClause[Any] | None:
    """What is the same in every run, as part of the SQL; None: it is none of that.

    PostgreSQL keeps a plan only where that seems to cost no more than one made for the very values, and takes a LIMIT
    that it does not know for a tenth of the table: beside many rows it planned anew in each run, which took longer than
    to find one.
    """
    if not isinstance(element, sa.BindParameter) or not isinstance(element.value, int | str):
        return None
    if isinstance(element.value, str) and "%" in element.value:  # the driver's own sign: it would be doubled twice
        return None
    write = _type(element.type, dialect).literal_processor(dialect)
    return None if write is None else sa.literal_column(write(element.value), element.type)


def _by_name(bound: Sequence[tuple[str, Convert]], constants: Values) -> Callable[[Values], Any]:
    converts = [(name, convert) for name, convert in bound if convert is not None]

    def bind(values: Values) -> dict[str, Any]:
        taken = {**constants, **values}
        for name, convert in converts:
            taken[name] = convert(taken[name])
        return taken

    return bind


def _in_order(
    bound: Sequence[tuple[str, Convert]], constants: Values, names: Sequence[str]
) -> Callable[[Any], tuple[Any, ...]]:
    """Written once for each statement, as one expression: a row of the outbox has 22 parameters. `names`: what it is
    given is a tuple of these."""
    known: dict[str, Any] = {}
    parts = []
    for number, (name, convert) in enumerate(bound):
        part = f"values[{names.index(name) if names else repr(name)}]"
        if name in constants:
            part = f"constant_{number}"
            known[part] = constants[name]
        if convert is not None:
            known[f"convert_{number}"] = convert
            part = f"convert_{number}({part})"
        parts.append(f"{part}, ")
    bind: Callable[[Any], Any] = eval(f"lambda values: ({''.join(parts)})", known)  # noqa: S307  of our own names
    return bind


def _bound(given: TypeEngine[Any], dialect: Dialect) -> Convert:
    """How a value goes in. SQLAlchemy writes an instant for SQLite piece by piece, and a new ticket has twenty."""
    if dialect.name == "sqlite":
        if isinstance(given, UTCDateTime):
            return _writer()
        if isinstance(given, sa.Boolean):
            return None  # the driver takes it as it is
        if isinstance(given, sa.JSON) and not given.none_as_null:
            return to_json
    return _type(given, dialect).bind_processor(dialect)


def _writer() -> Callable[[datetime | None], str | None]:
    """How the instants of one column go in: in a hundred rows of one transaction it is mostly the same `now`."""
    last: tuple[datetime | None, str | None] = None, None

    def written(at: datetime | None) -> str | None:
        nonlocal last
        known, text = last  # taken at once: several threads write
        if at is not known:
            text = _written(at)
            last = at, text
        return text

    return written


def _written(at: datetime | None) -> str | None:
    if at is None:
        return None
    if at.tzinfo is not UTC:
        if at.tzinfo is None:
            raise ValueError("an instant without a timezone")
        at = at.astimezone(UTC)
    # Without its zone, which `isoformat` of the whole would ask for.
    return at.date().isoformat() + " " + at.time().isoformat("microseconds")


def _read(given: TypeEngine[Any], dialect: Dialect) -> Convert:
    """How a value comes out, likewise."""
    if isinstance(given, UTCDateTime) and dialect.name == "sqlite":
        return _instant
    return _type(given, dialect).result_processor(dialect, None)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")  # `replace` takes five times as long


def _type(given: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return given.dialect_impl(dialect)
