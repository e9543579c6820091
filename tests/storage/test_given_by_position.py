"""Rows that are written by the thousand are given by position, in whichever order they are named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from storage.core import table, upsert_tuples
from storage.database import Database
from storage.tables.tickets import DeadlineRow
from tests.factories import NOW, make_home, open_stored

KEY = ("ticket_id", "clock")
BY_COLUMN = (*KEY, "organisation_id", "step", "cycle", "due_at")
_rows = table(DeadlineRow)


@pytest.mark.parametrize("names", [BY_COLUMN, BY_COLUMN[::-1]], ids=["as the columns stand", "backwards"])
def test_each_value_comes_into_its_own_column_and_overwrites_what_stood_there(
    database: Database, names: tuple[str, ...]
) -> None:
    east = timezone(timedelta(hours=3))

    def write(session: Session) -> list[tuple[object, ...]]:
        stored = open_stored(session, make_home(session), NOW)
        session.execute(_rows.delete())
        for cycle in (1, 2):
            rows = [
                {"clock": clock, "step": f"{clock}-{cycle}", "cycle": cycle, "due_at": at, **stored.scope}
                for clock, at in (("update", datetime(2026, 3, 2, 13, tzinfo=east)), ("restore", NOW))
            ]
            upsert_tuples(session, DeadlineRow, names, [tuple(row[name] for name in names) for row in rows], key=KEY)
        found = session.execute(sa.select(_rows.c.clock, _rows.c.step, _rows.c.cycle, _rows.c.due_at))
        return sorted(tuple(row) for row in found)

    assert database.write_now(write) == [
        ("restore", "restore-2", 2, NOW),
        ("update", "update-2", 2, datetime(2026, 3, 2, 10, tzinfo=UTC)),
    ]


def test_what_the_database_refuses_is_refused_without_a_value_being_told(database: Database) -> None:
    row = (1, "update", 1, "private", 1, NOW)  # of a ticket that is not there
    with pytest.raises(IntegrityError) as refused:
        database.write_now(lambda session: upsert_tuples(session, DeadlineRow, BY_COLUMN, [row], key=KEY))
    assert "private" not in str(refused.value)


def test_nothing_is_written_of_no_rows(database: Database) -> None:
    database.write_now(lambda session: upsert_tuples(session, DeadlineRow, BY_COLUMN, [], key=KEY))
