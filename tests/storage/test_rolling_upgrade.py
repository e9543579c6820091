"""While it is rolled out a release runs beside the one before it, on the new schema: so that one finds all it relies
on, and all that it writes is taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from storage.database import Database
from storage.migrate import config, migrate
from storage.schema import RECORD, versions
from tests.earlier import BEFORE

Row = dict[str, Any]

# SQLAlchemy does not read indexes over expressions; none of them is unique.
pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")


def is_ours(name: str, *_: object) -> bool:
    """Whether migrations have made that table: neither Alembic's own nor the parts of SQLite's index of words."""
    return name != RECORD and not name.startswith("words_index")


def reflected(database: Database) -> sa.MetaData:
    """The tables as they are."""
    found = sa.MetaData()
    found.reflect(database.engine, only=is_ours)
    return found


@pytest.fixture
def upgraded(make_empty: Callable[[], Database]) -> tuple[Database, sa.MetaData]:
    """A database of the release before that this one has upgraded, and the tables as that release knows them."""
    database = make_empty()
    with database.engine.begin() as connection:
        command.upgrade(config(connection), BEFORE)
    earlier = reflected(database)
    assert migrate(database)
    return database, earlier


def row_of(table: sa.Table, known: dict[str, Row], number: int) -> Row:
    """A row that names every column of `table`, and of others what `known` has of them."""
    return {column.name: value_of(column, known, number) for column in table.columns if column.name != "id"}


def value_of(column: sa.Column[Any], known: dict[str, Row], number: int) -> Any:
    """Something for one column, other with each number."""
    for key in column.foreign_keys:
        if (other := known.get(key.column.table.name)) is not None:
            return other[key.column.name]
        return sa.null()
    match column.type:
        case sa.Boolean():
            return bool(number % 2)
        case sa.JSON():
            return {"n": number}
        case sa.DateTime():
            return datetime(2026, 3, 10, 12, 0, number, tzinfo=UTC)
        case sa.Integer() | sa.Float():
            return number
        case _:
            return f"{column.name} {number}"


def test_all_that_the_release_before_writes_and_reads_it_still_can(upgraded: tuple[Database, sa.MetaData]) -> None:
    database, earlier = upgraded
    known: dict[str, Row] = {}
    with database.engine.begin() as connection:
        for table in in_order(earlier):
            written = row_of(table, known, 1)
            key = connection.execute(sa.insert(table).values(written)).inserted_primary_key
            mine = sa.and_(*(c == value for c, value in zip(table.primary_key, key or (), strict=True)))
            connection.execute(sa.update(table).where(mine).values(written))
            (found,) = connection.execute(sa.select(table).where(mine)).all()
            known[table.name] = dict(found._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
        assert set(known) == set(earlier.tables)
        for table in reversed(in_order(earlier)):
            assert connection.execute(sa.delete(table)).rowcount == 1


def in_order(tables: sa.MetaData) -> list[sa.Table]:
    """The tables, each after those that its rows have to point at."""
    left, done = list(tables.tables.values()), list[sa.Table]()
    while left:
        for table in left:
            needed = {k.column.table.name for c in table.columns if not c.nullable for k in c.foreign_keys}
            if needed <= {table.name, *(each.name for each in done)}:
                done.append(table)
        left = [each for each in left if each not in done]
    return done


#: What a column may become: all that the release before writes fits, and it reads what it wrote.
WIDER = {"INTEGER": "BIGINT"}


def taken_away(database: Database, earlier: sa.MetaData) -> list[str]:
    """What the release before relies on and does not find in the database, and what it would be refused there."""
    today, wrong = reflected(database), list[str]()
    for before in earlier.tables.values():
        after = today.tables.get(before.name)
        if after is None:
            wrong.append(f"{before.name} is gone")
            continue
        for column in before.columns:
            now = after.columns.get(column.name)
            if now is None:
                wrong.append(f"{column} is gone")
            elif str(now.type) not in (str(column.type), WIDER.get(str(column.type))):
                wrong.append(f"{column} was {column.type} and is {now.type}")
            elif column.nullable and not now.nullable:
                wrong.append(f"{column} has to be given")
        added = [column for column in after.columns if column.name not in before.columns]
        wrong += [f"{column} has to be given" for column in added if not (column.nullable or column.server_default)]
        wrong += [f"{before.name} is not unique by {by}" for by in unique(before) - unique(after)]
        asked = {by for by in unique(after) - unique(before) if set(by) <= set(before.columns.keys())}
        wrong += [f"{before.name} has to be unique by {by}" for by in asked]
        wrong += [f"{before.name} is checked: {each}" for each in checks(after) - checks(before)]
    return wrong


def unique(table: sa.Table) -> set[tuple[str, ...]]:
    """By which columns its rows are unique: an upsert names them."""
    by = [each.columns for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    by += [each.columns for each in table.indexes if each.unique]
    return {tuple(sorted(column.name for column in columns)) for columns in by}


def checks(table: sa.Table) -> set[str]:
    """What is asked of its rows besides: conditions, and what columns point at."""
    return {
        str(each.sqltext) if isinstance(each, sa.CheckConstraint) else ", ".join(each.column_keys)
        for each in table.constraints
        if isinstance(each, sa.CheckConstraint | sa.ForeignKeyConstraint)
    }


def test_nothing_that_the_release_before_relies_on_is_taken_away(upgraded: tuple[Database, sa.MetaData]) -> None:
    database, earlier = upgraded
    assert taken_away(database, earlier) == []


BREAKS = {
    "ALTER TABLE desk RENAME COLUMN name TO title": "desk.name is gone",
    "ALTER TABLE ticket DROP COLUMN level": "ticket.level is gone",
    "DROP TABLE oauth_state": "oauth_state is gone",
    "ALTER TABLE ticket ALTER COLUMN level TYPE VARCHAR": "ticket.level was INTEGER and is VARCHAR",
    "ALTER TABLE outbox ALTER COLUMN seq TYPE SMALLINT": "outbox.seq was INTEGER and is SMALLINT",
    "ALTER TABLE outbox ADD COLUMN size INTEGER NOT NULL": "outbox.size has to be given",
    "CREATE UNIQUE INDEX one_each ON ticket (requester)": "ticket has to be unique by ('requester',)",
}


@pytest.mark.slow
@pytest.mark.parametrize("statement", BREAKS)
def test_what_would_break_it_is_noticed(postgres_database: str, statement: str) -> None:
    database = Database(postgres_database)
    earlier = reflected(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert BREAKS[statement] in taken_away(database, earlier)
    database.close_now()


@pytest.mark.slow
def test_what_only_adds_or_widens_is_no_trouble(postgres_database: str) -> None:
    database = Database(postgres_database)
    earlier = reflected(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE outbox ADD COLUMN size INTEGER")
        connection.exec_driver_sql("ALTER TABLE outbox ADD COLUMN shape VARCHAR NOT NULL DEFAULT ''")
        connection.exec_driver_sql("CREATE INDEX by_size ON outbox (size)")
        connection.exec_driver_sql("ALTER TABLE outbox ALTER COLUMN seq TYPE BIGINT")
    assert taken_away(database, earlier) == []
    database.close_now()


def test_the_release_before_is_an_earlier_one() -> None:
    assert BEFORE in versions()[:-1]
