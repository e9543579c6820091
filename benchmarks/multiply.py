"""Many tickets from a few: what the program has put on record is copied inside the database, with other ids.

To open and take a ticket costs the program two milliseconds; to copy one costs a twentieth of that. Copies differ from
what they are copied from in ids, numbers and the platform's message ids alone.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
from sqlmodel import SQLModel

from storage.core import table
from storage.database import Database
from storage.tables.conversations import ConversationRow, MessageRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow, DeadlineRow, EventRow, TicketRow
from storage.tables.words import WordsRow

FIRST_MESSAGE = 1_700_000_000  # what the ids of messages begin with (`benchmarks.record`)
# What is moved on in each copy, and by the largest of what.
TICKET, NUMBER, BODY, PLACE, NOTICE = "ticket.id", "ticket.number", "body.id", "conversation.id", "outbox.id"
MOVED: dict[type[SQLModel], dict[str, str]] = {
    TicketRow: {"id": TICKET, "number": NUMBER, "summary_id": BODY},
    BodyRow: {"id": BODY, "ticket_id": TICKET},
    WordsRow: {"ticket_id": TICKET},
    EventRow: {"ticket_id": TICKET, "body_id": BODY},
    DeadlineRow: {"ticket_id": TICKET},
    ConversationRow: {"id": PLACE, "ticket_id": TICKET},
    MessageRow: {"ticket_id": TICKET, "body_id": BODY},
    OutboxRow: {"id": NOTICE, "ticket_id": TICKET, "conversation_id": PLACE, "body_id": BODY, "typed_id": BODY},
}
MESSAGE_IDS = {"root_id", "card_id", "message_id"}
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
COUNTED = ("ticket", "body", "conversation", "outbox")  # whose ids are given by a sequence


def multiply(database: Database, copies: int) -> None:
    """Have every ticket of the database `copies` times, all of one organisation. Nobody may use it meanwhile."""
    if database.is_sqlite:
        _on_sqlite(str(database.url.database), copies)
    else:
        _on_postgres(database.url.set(drivername="postgresql").render_as_string(hide_password=False), copies)


def _on_sqlite(path: str, copies: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Whatever happens to this file meanwhile: it is made anew.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-600000", "locking_mode=EXCLUSIVE"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for statement in _statements(connection, copies, "sqlite"):
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def _on_postgres(url: str, copies: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # keys that point nowhere are not made
        connection.execute("SET maintenance_work_mem = '256MB'")
        indexes = connection.execute(_INDEXES).fetchall()  # to make one of all rows at once is several times faster
        drops = [f'DROP INDEX "{name}"' for name, _ in indexes]
        makes = [made for _, made in indexes]
        for statement in (*drops, *_statements(connection, copies, "postgresql"), *makes):
            connection.execute(statement)
        for name in COUNTED:
            most = _largest(connection, name, "id")
            connection.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (name, most))
        connection.execute("VACUUM ANALYZE")  # autovacuum does so within a minute


def _statements(connection: Any, copies: int, engine: str) -> list[str]:
    most = {of: _largest(connection, *of.split(".")) for of in (TICKET, NUMBER, BODY, PLACE, NOTICE)}
    found = []
    for row, moved in MOVED.items():
        rows = table(row)
        names = [column.name for column in rows.columns]
        values = [_value(name, {at: most[of] for at, of in moved.items()}, engine) for name in names]
        copied = (
            f"INSERT INTO {rows.name} ({', '.join(names)}) WITH RECURSIVE copies(n) AS "  # noqa: S608  our own names
            f"(SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {copies - 1}) "
            f"SELECT {', '.join(values)} FROM copies CROSS JOIN few_{rows.name} AS few"
        )
        few = f"CREATE TEMPORARY TABLE few_{rows.name} AS SELECT * FROM {rows.name}"  # noqa: S608
        found += [few, copied, f"DROP TABLE few_{rows.name}"]
    return [*found, "UPDATE organisation SET last_number = (SELECT max(number) FROM ticket)"] if copies > 1 else []


def _largest(connection: Any, name: str, column: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max({column}), 0) FROM {name}").fetchone()[0])  # noqa: S608  our own names


def _value(name: str, moved: dict[str, int], engine: str) -> str:
    """What stands in a column of the n-th copy."""
    if name in moved:
        return f"few.{name} + n * {moved[name]}"
    if name in MESSAGE_IDS:
        return f"replace(few.{name}, '{FIRST_MESSAGE}', CAST({FIRST_MESSAGE} + n AS text))"
    if name == "dedupe_key":  # `claimed:` and the row's id, or what begins with the ticket's
        tail = "substr(few.dedupe_key, length(CAST(few.ticket_id AS text)) + 1)"
        return (
            f"CASE WHEN few.dedupe_key LIKE 'claimed:%' THEN 'claimed:' || (few.id + n * {moved['id']}) "
            f"ELSE (few.ticket_id + n * {moved['ticket_id']}) || {tail} END"
        )
    if name == "data" and "conversation_id" in moved:  # which message is shown anew
        return _moved_data(moved["id"], engine)
    return f"few.{name}"


def _moved_data(by: int, engine: str) -> str:
    if engine == "sqlite":
        at, moved = "few.data ->> '$.outbox'", "json_set(few.data, '$.outbox', (few.data ->> '$.outbox') + n * {})"
    else:
        at = "few.data ->> 'outbox'"
        moved = "CAST(jsonb_set(CAST(few.data AS jsonb), '{{outbox}}', to_jsonb(CAST(few.data ->> 'outbox' AS bigint)"
        moved += " + n * {})) AS json)"
    return f"CASE WHEN {at} IS NULL THEN few.data ELSE {moved.format(by)} END"
