"""What is written of several rows at once is what one after another would have written, on either engine."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from storage.database import Database
from storage.outbox_rows import Row, planned, put
from storage.tables.outbox import OutboxRow
from tests.factories import NOW, Home
from triage.notice import Urgency


def row(home: Home, key: str, now: datetime = NOW, **more: Any) -> Row:
    return planned(
        organisation_id=home.organisation_id, platform="slack", channel="slack:C1", kind="note", audience="desk",
        key=key, now=now, **more,
    )  # fmt: skip


def stored(session: Session) -> list[tuple[str, dict[str, Any], int, datetime]]:
    found = session.exec(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]
    return [(each.dedupe_key, each.data, each.urgency, each.planned_at) for each in found]


def test_rows_stand_in_the_order_and_with_the_values_that_they_were_given_in(database: Database, home: Home) -> None:
    later = NOW + timedelta(microseconds=250)
    data = {"text": 'l\'été "là"\\ \n', "list": [1, None, {"deep": True}], "none": None}
    rows = [row(home, "c", data=data), row(home, "a", now=later), row(home, "b", urgency=Urgency.FIRST)]
    database.write_now(partial(put, rows=rows))
    usual = Urgency.USUAL.value
    expected = [("c", data, usual, NOW), ("a", {}, usual, later), ("b", {}, Urgency.FIRST.value, NOW)]
    assert database.read_now(stored) == expected


def test_of_two_rows_with_one_key_the_later_is_shown_as_soon_as_the_more_urgent(database: Database, home: Home) -> None:
    first = row(home, "a", data={"n": 1}, urgency=Urgency.AHEAD)
    database.write_now(partial(put, rows=[first, row(home, "b"), row(home, "a", data={"n": 2})]))
    database.write_now(partial(put, rows=[row(home, "b", data={"n": 3}), row(home, "c")]))
    found = [(key, data.get("n"), urgency) for key, data, urgency, _ in database.read_now(stored)]
    usual = Urgency.USUAL.value
    assert found == [("a", 2, Urgency.AHEAD.value), ("b", 3, usual), ("c", None, usual)]


def test_an_instant_without_a_timezone_is_refused(database: Database, home: Home) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="timezone"):
        database.write_now(partial(put, rows=[row(home, "a"), row(home, "b", now=naive)]))
    assert database.read_now(stored) == []
