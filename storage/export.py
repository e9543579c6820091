"""Everything that an organisation owns, read row by row from one instant of the database, and its tickets as another
system can read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.inventory import INVENTORY
from storage.tables.table import Table

AT_ONCE = 1000  # rows that are held in memory


def exported_tables() -> list[sa.Table]:
    """The tables that are exported, in an order in which each comes after those that it points at."""
    return [rows for rows in Table.metadata.sorted_tables if INVENTORY[rows.name].columns]


def count_rows(session: Session, organisation_id: int) -> dict[str, int]:
    """How many rows the organisation has in each table."""
    found = {}
    for rows in exported_tables():
        query = sa.select(sa.func.count()).select_from(rows).where(belongs(rows, organisation_id))
        found[rows.name] = int(session.execute(query).scalar_one())
    return found


def read_rows(session: Session, organisation_id: int, name: str) -> Iterator[dict[str, Any]]:
    """Its rows of one table by column, in the order of their keys. Only some are in memory at a time."""
    rows = Table.metadata.tables[name]
    columns = [rows.c[column] for column in INVENTORY[name].columns]
    query = sa.select(*columns).where(belongs(rows, organisation_id)).order_by(*rows.primary_key.columns)
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)).mappings():
        yield {column: _plain(value) for column, value in row.items()}


def belongs(rows: sa.Table, organisation_id: int) -> sa.ColumnElement[bool]:
    """The condition that a row of that table is the organisation's."""
    return (rows.c.id if rows.name == "organisation" else rows.c.organisation_id) == organisation_id


def left_out() -> list[tuple[str, str]]:
    """What is left out, as `table` or `table.column`, and why."""
    return [
        (name if column == "*" else f"{name}.{column}", why)
        for name, held in sorted(INVENTORY.items())
        for column, why in sorted(held.left_out.items())
    ]


def written(at: datetime | None) -> str | None:
    """An instant as it is written."""
    return None if at is None else (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _plain(value: Any) -> Any:
    return written(value) if isinstance(value, datetime) else value
