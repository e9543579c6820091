"""Earlier releases: the database of one, as it stands in `tests/data`, loaded into either engine at its own schema; and
the code of the one before this, where git has it."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command

from storage.database import Database
from storage.migrate import config
from storage.schema import versions
from triage.notice import NoticeKind

#: The newest schema of the release before this one, which has to run beside it on this one's.
BEFORE = "202611291000"
ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "data" / "schema_202611290110"
Json = dict[str, Any]
Row = tuple[str, Json, int]


def earlier_rows() -> Json:
    """Its `schema`, and its `tables`: by name their `columns` and `rows`, as SQLite held them."""
    return _read("database.json.gz")


def earlier_tickets() -> Json:
    """What that release's fold made of each ticket, by number."""
    return _read("tickets.json.gz")


def earlier_events() -> list[Row]:
    """Its events: kind, data and version."""
    return _stored("event")


def earlier_notices() -> list[Row]:
    """Its notices, of the kinds that there are today: kind, data and version. What one person asked to have looked up
    was a notice then."""
    found = _stored("outbox")
    return [row for row in found if row[0] in set(NoticeKind) and "words" not in row[1]]


def _stored(table: str) -> list[Row]:
    found = earlier_rows()["tables"][table]
    kind, data, version = (found["columns"].index(name) for name in ("kind", "data", "data_version"))
    return [(row[kind], json.loads(row[data]), row[version]) for row in found["rows"]]


def load_earlier(database: Database) -> None:
    """Build the earlier schema in an empty database and put every row there."""
    found = earlier_rows()
    with database.engine.begin() as connection:
        command.upgrade(config(connection), found["schema"])
        known = sa.MetaData()
        known.reflect(connection, only=list(found["tables"]))
        for table in known.sorted_tables:
            given = found["tables"][table.name]
            columns = [table.c[name] for name in given["columns"]]
            for row in given["rows"]:
                values = {column.name: _value(column, value) for column, value in zip(columns, row, strict=True)}
                connection.execute(sa.insert(table).values(values))
            if not database.is_sqlite and "id" in table.c:
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"  # noqa: S608  its own names
                )


def _value(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return sa.null()
    if isinstance(column.type, sa.JSON):
        return json.loads(value)
    if isinstance(column.type, sa.Boolean):
        return bool(value)
    if isinstance(column.type, sa.DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value


def _read(name: str) -> Json:
    found: Json = json.loads(gzip.decompress((FOLDER / name).read_bytes()))
    return found


def code_of_before(folder: Path) -> None:
    """Put the code of the release before into that folder: the last commit that knew no newer schema than `BEFORE`.
    Raises LookupError where git does not have it: a package, or a clone without its history."""
    newer = next(each for each in versions() if each > BEFORE)
    added = f"storage/migrations/versions/{newer}_*"
    try:
        commits = _git("log", "--diff-filter=A", "--format=%H", "--", added).split()
        packed = _git("archive", f"{commits[-1].decode()}^", "triage", "storage", "scheduler", "bot")
    except (OSError, IndexError, subprocess.CalledProcessError) as error:
        raise LookupError("git does not have the commit before the newest schema here") from error
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout
