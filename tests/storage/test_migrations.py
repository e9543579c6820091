"""Migrations build what the tables say, once, together, completely; and a database that will not do is explained."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.sql import SQL, Identifier
from sqlalchemy import Integer, inspect, text
from structlog.testing import capture_logs

from storage import migrate as migrations
from storage.database import Database, DatabaseUnusableError
from storage.migrate import config, migrate
from storage.policy_moves import open_versions
from storage.schema import FOLDER, SERVES, Schema, look, versions
from storage.tables.table import ID, Table
from storage.tickets import get_ticket
from tests.earlier import BEFORE
from tests.waiting import becomes
from triage.hours import Calendar
from triage.terms import ClockKind, Target

ROOT = Path(__file__).parents[2]
BROKEN = """
from __future__ import annotations
import sqlalchemy as sa
from alembic import op
revision = "999912312359"
down_revision = "{before}"
def upgrade() -> None:
    op.create_table("half_done", sa.Column("id", sa.Integer()))
    op.execute("no SQL at all")
"""


def catalogue(database: Database) -> dict[str, list[str]]:
    """Everything in the database with its definition, as the engine itself writes it."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            query = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        else:
            query = """
                SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
                UNION ALL SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
                UNION ALL SELECT table_name || '.' || column_name, data_type || ' ' || is_nullable
                    FROM information_schema.columns WHERE table_schema = 'public'
                UNION ALL SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'"""
        found = connection.exec_driver_sql(query)
        return {name: _lines(text) for name, text in found if "alembic_version" not in name + text}


def _lines(definition: str) -> list[str]:
    """A definition's lines, which may stand in any order; SQLite puts an added column on the line of the one before,
    and quotes the name of a table that was renamed."""
    definition = re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", definition)
    lines = re.sub(r", (?=[a-z_]+ [A-Z])", ",\n", definition).splitlines()
    return sorted(line.strip("\t ,") for line in lines)


def _in_tables(_: object, name: str | None, *_more: object) -> bool:
    """Whether the tables say it in words that can be compared. SQLite's index of words is a table of its own kind, and
    PostgreSQL writes a condition that is indexed in its own way; the next test compares both word by word."""
    return not str(name).startswith("words_index") and name != "ix_ticket_queue"


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")  # see the next test
def test_migrations_build_the_same_schema_as_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _in_tables})
        assert compare_metadata(context, Table.metadata) == []


def test_migrations_build_the_very_same_tables_indexes_and_constraints(make_empty: Callable[[], Database]) -> None:
    migrated, made = make_empty(), make_empty()
    migrate(migrated)
    Table.metadata.create_all(made.engine)
    assert catalogue(migrated) == catalogue(made)


def test_whatever_refers_to_an_id_of_64_bits_has_as_many() -> None:
    wide = {f"{name}.id" for name, table in Table.metadata.tables.items() if "id" in table.c and table.c.id.type is ID}
    assert {"ticket.id", "body.id", "conversation.id", "outbox.id"} <= wide
    few = {"organisation_id", "desk_id"}
    short = [
        column
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if column.type is not ID
        and isinstance(column.type, Integer)
        and (
            wide & {key.target_fullname for key in column.foreign_keys}
            or (column.name.endswith("_id") and column.name not in few)
        )
    ]
    assert short == []


FIRST = "202611222350"
WEEK = {"timezone": "Europe/Paris", "weekly_hours": {"mon": [["09:00", "12:00"], ["22:00", "02:00"]]}, "holidays": []}
# As the first release wrote it.
OPENED = {
    "terms": {
        "category": "incident", "severity": 3,
        "targets": {
            "response": {"seconds": 1800, "hours": {"clock": "elapsed"}}, "restore": {"seconds": 172800, "hours": WEEK},
        },
        "pauses": ["restore"], "leads": {"response": [300]}, "thresholds": [[1, 7200]], "levels": 3,
        "promise_limit": 57600, "working": WEEK, "quiet_nights": True, "idle": None, "update_base": "last_update",
        "retarget": "no_past", "policy_version": 4,
    },
    "confirmed": True, "reported_at": "2026-03-02T10:00:00+00:00", "requester": "slack:U1", "customer": None,
    "skills": [], "claimed": None,
}  # fmt: skip


FIRST_ROWS = (
    "INSERT INTO organisation VALUES (1, 'slack:T1', '', 1, :at)",
    "INSERT INTO desk VALUES (1, 1, 'support')",
    """INSERT INTO ticket (id, organisation_id, desk_id, number, version, status, requester, level, opened_at)
       VALUES (1, 1, 1, 1, 1, 'open', 'slack:U1', 0, :at)""",
    """INSERT INTO event (organisation_id, ticket_id, seq, at, recorded_at, actor, kind, data_version, data)
       VALUES (1, 1, 1, :at, :at, 'slack:U1', 'opened', 1, :data)""",
)


def test_tickets_of_the_first_release_keep_their_terms(make_empty: Callable[[], Database]) -> None:
    database = make_empty()
    with database.engine.begin() as connection:
        command.upgrade(config(connection), FIRST)
        for statement in FIRST_ROWS:
            connection.execute(text(statement), {"at": "2026-03-02 10:00:00", "data": json.dumps(OPENED)})
    assert migrate(database)
    ticket = database.read_now(lambda session: get_ticket(session, 1, 1)).ticket
    working = Calendar("Europe/Paris", {"mon": [["09:00", "12:00"], ["22:00", "02:00"]]})
    assert ticket.terms.targets == {
        ClockKind.RESPONSE: Target(1800),
        ClockKind.RESTORE: Target(172800, working),
    }
    assert (ticket.terms.working, ticket.terms.policy_version, ticket.terms.quiet_nights) == (working, 4, True)
    day = working.day_seconds
    assert (ticket.terms.chase, ticket.terms.close_after, ticket.terms.reopen_within) == (
        (day, 3 * day),
        5 * day,
        5 * day,
    )
    assert database.read_now(partial(open_versions, organisation_id=1, desk_id=1)) == {4: 1}


def test_a_second_upgrade_finds_nothing_to_do(make_empty: Callable[[], Database]) -> None:
    empty = make_empty()
    assert [migrate(empty), migrate(empty)] == [True, False]


def test_replicas_that_start_together_migrate_once(make_empty: Callable[..., Database]) -> None:
    replicas = [make_empty(), make_empty(same=True), make_empty(same=True)]
    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(migrate, replicas)) == [False, False, True]


def test_whoever_waits_for_the_migration_of_another_says_so(postgres_database: str) -> None:
    database = Database(postgres_database)
    with ThreadPoolExecutor(1) as threads, psycopg.connect(postgres_database.replace("+psycopg", "")) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({migrations.LOCK})")
        with capture_logs() as said:
            waiting = threads.submit(migrate, database)
            while not said:
                time.sleep(0.01)
            other.commit()
            assert not waiting.result()
    assert [line["log_level"] for line in said] == ["warning"]
    database.close_now()


@pytest.mark.slow
async def test_a_migration_that_waits_for_whoever_waits_for_it_is_tried_again(postgres_database: str) -> None:
    plain = postgres_database.replace("+psycopg", "")
    database = Database(postgres_database)
    with psycopg.connect(plain, autocommit=True) as looking:
        # The server breaks off whoever finds that all wait: let it be the migration, and late enough on a busy machine.
        looking.execute(SQL("ALTER DATABASE {} SET deadlock_timeout = '4s'").format(Identifier(looking.info.dbname)))
        with database.engine.begin() as connection:
            command.downgrade(config(connection), BEFORE)
        with ThreadPoolExecutor(1) as threads, psycopg.connect(plain) as other:
            other.execute("SET deadlock_timeout = '1h'")
            other.execute("SELECT 1 FROM event")
            migrated = threads.submit(migrate, database)
            waited_for = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'event'::regclass"
            await becomes(lambda: looking.execute(waited_for).fetchone() is not None, wanted=True)
            other.execute("SELECT 1 FROM ticket")
            other.commit()
            assert migrated.result()
    database.close_now()


def test_a_migration_that_fails_leaves_nothing_behind(
    make_empty: Callable[[], Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = make_empty()
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "999912312359_broken.py").write_text(BROKEN.format(before=versions()[-1]))
    monkeypatch.setattr(migrations, "FOLDER", folder)
    with pytest.raises(DatabaseUnusableError):
        migrate(empty)
    assert inspect(empty.engine).get_table_names() == []


def test_the_newest_file_is_the_head_that_alembic_sees() -> None:
    assert [versions()[-1]] == ScriptDirectory.from_config(config()).get_heads()


def test_a_start_with_nothing_to_migrate_does_not_even_load_alembic(sqlite_database: str) -> None:
    code = (
        "import sys; from storage.database import Database; from storage.migrate import migrate\n"
        f"assert not migrate(Database({sqlite_database!r})); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '999912312359'")
    with pytest.raises(DatabaseUnusableError, match=r"newer Vigie \(schema 999912312359"):
        migrate(database)
    database.close_now()


def newer_schema(database: Database, oldest: str) -> None:
    """What the next release leaves, which can be used by whoever knows the schema `oldest`."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '999912312359'")
        connection.execute(text("UPDATE served SET version = '999912312359', oldest = :oldest"), {"oldest": oldest})


def test_while_the_next_release_is_rolled_out_this_one_starts_on_its_schema(database_url: str) -> None:
    database = Database(database_url)
    newer_schema(database, versions()[-1])
    assert migrate(database) is False
    assert look(database) is Schema.CURRENT
    newer_schema(database, "999912310000")
    assert look(database) is Schema.NEWER
    with pytest.raises(DatabaseUnusableError, match="newer Vigie"):
        migrate(database)
    database.close_now()


def test_the_schema_says_that_it_serves_the_release_before(database: Database) -> None:
    query = text("SELECT version, oldest FROM served")
    found = database.read_now(lambda session: list(session.execute(query)))
    assert found in ([], [(versions()[-1], BEFORE)]), "tests empty the tables"
    assert SERVES == BEFORE


def refusal(url: str) -> str:
    """What a person is told about the database at `url`."""
    opened: list[Database] = []

    def start() -> None:
        opened.append(Database(url))
        migrate(opened[0])

    with pytest.raises(DatabaseUnusableError) as caught:
        start()
    for database in opened:
        database.close_now()
    return str(caught.value)


def test_a_file_that_may_not_be_written_is_refused_in_one_line(sqlite_database: str) -> None:
    path = sqlite_database.removeprefix("sqlite:///")
    said = refusal(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert "readonly" in said
    assert path in said
    assert "VIGIE_DATABASE_URL" in said
    assert "\n" not in said


def test_a_server_that_only_lets_itself_be_read_is_refused(postgres_database: str) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(Identifier(name)))
    assert "can only be read" in refusal(postgres_database)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    said = refusal(f"sqlite:///{tmp_path / 'nowhere' / 'vigie.db'}")
    assert f"create {tmp_path / 'nowhere'}" in said


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database " * 100)
    assert "not a database" in refusal(f"sqlite:///{tmp_path / 'notes.txt'}")


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    said = refusal("postgresql://vigie:hunter2@127.0.0.1:1/vigie")
    assert "127.0.0.1:1" in said
    assert "hunter2" not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://u:secret@host/x", "not mysql://"),
        ("vigie.db?secret", "not a database address"),
        ("", "not a database address"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_to_write(url: str, said: str) -> None:
    message = refusal(url)
    assert said in message
    assert "secret" not in message
