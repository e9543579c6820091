"""What else somebody is about to be warned of is found, and what they were told of with it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select, text, update
from sqlmodel import Session

from scheduler import deadlines
from storage.changes import record
from storage.core import add_all, table
from storage.database import Database
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import DeadlineRow
from storage.tickets import get_ticket_by_id
from storage.told_with import LOOKED_AT, Near, near_warnings, note_told, told_by, told_with
from storage.writing import LONG, is_written, note_writing
from tests.factories import AGENT, MANAGER, NOW, OTHER_AGENT, Home, open_stored
from triage.contents.deadlines import WarningContent
from triage.owning import assign
from triage.people import Actor

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WARNING = NOW + 10 * MINUTE


async def test_a_warning_is_near_while_it_waits_or_is_due_within_a_minute(database: Database, home: Home) -> None:
    def open_some(session: object) -> list[int]:
        after = (timedelta(0), 30 * SECOND, 3 * MINUTE)
        return [open_stored(session, home, NOW + each).id for each in after]  # type: ignore[arg-type]

    first, second, _ = database.write_now(open_some)

    def near(of: int, now: object) -> list[Near]:
        return database.read_now(lambda s: near_warnings(s, home.organisation_id, of, now))  # type: ignore[arg-type]

    assert near(first, WARNING - 2 * MINUTE) == []
    assert near(first, WARNING) == [Near(second, "response", 1, "left-300")]
    await deadlines.run_once(database, WARNING)
    (planned,) = near(second, WARNING)
    assert (planned.ticket_id, planned.outbox_id is None, planned.broadcast) == (first, False, True)
    sent = update(table(OutboxRow)).values(state="sent")
    database.write_now(lambda session: session.execute(sent))
    assert near(second, WARNING) == []


def test_what_somebody_was_told_of_with_another_is_kept_for_that_deadline(database: Database, home: Home) -> None:
    ticket = database.write_now(lambda session: open_stored(session, home))
    warning = WarningContent("left-300", 1, "response", NOW)
    assert database.read_now(lambda session: told_with(session, ticket.id, warning)) is None
    near = [Near(ticket.id, "response", 1, "left-300")]
    for of in (7, 8):
        database.write_now(
            lambda session, of=of: note_told(session, home.organisation_id, near, of, person=AGENT.id, now=NOW)  # type: ignore[misc]
        )
    assert database.read_now(lambda session: told_with(session, ticket.id, warning)) == (8, AGENT.id, NOW)
    by = [database.read_now(lambda session, of=of: told_by(session, of, NOW)) for of in (7, 8)]  # type: ignore[misc]
    assert by == [[], [Near(ticket.id, "response", 1, "")]], "said again, it says so again"
    other = WarningContent("left-300", 5, "response", NOW)
    assert database.read_now(lambda session: told_with(session, ticket.id, other)) is None


def test_a_form_counts_as_open_for_some_minutes(database: Database, home: Home) -> None:
    ticket = database.write_now(lambda session: open_stored(session, home))

    def open_at(now: object) -> bool:
        return database.read_now(lambda session: is_written(session, ticket.id, now))  # type: ignore[arg-type]

    assert not open_at(NOW)
    for person in (AGENT, OTHER_AGENT):
        database.write_now(
            lambda s, person=person: note_writing(s, home.organisation_id, ticket.id, person.id, NOW)  # type: ignore[misc]
        )
    assert open_at(NOW + LONG - SECOND)
    assert not open_at(NOW + LONG)


class Counted:
    """PostgreSQL's cursor, and how many rows are looked at by what is asked through it."""

    def __init__(self, cursor: Any) -> None:
        self._cursor, self.rows = cursor, 0

    def execute(self, sql: str, values: Any, **told: Any) -> Any:
        plan = self._cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values).fetchone()[0]
        self._count((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
        return self._cursor.execute(sql, values, **told)

    def _count(self, node: dict[str, Any]) -> None:
        if "Relation Name" in node or "Index Name" in node:
            each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            self.rows += round(each * node["Actual Loops"])
        for below in node.get("Plans", ()):
            self._count(below)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def counted(session: Session) -> Iterator[list[int]]:
    """How much is looked at inside: on PostgreSQL rows, on SQLite steps of its machine."""
    seen, cursor = list[int](), session.info["cursor"]
    if session.info["engine"] == "sqlite":
        steps = list[None]()
        cursor.connection.set_progress_handler(lambda: steps.append(None), 1)
        yield seen
        cursor.connection.set_progress_handler(None, 0)
        seen.append(len(steps))
        return
    # As it does where there are many.
    for how in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort", "incremental_sort"):
        session.execute(text(f"SET LOCAL enable_{how} = off"))
    session.execute(text("ANALYZE"))
    session.info["cursor"] = watched = Counted(cursor)
    yield seen
    session.info["cursor"] = cursor
    seen.append(watched.rows)


def crowd(session: Session, of: Sequence[int], more: int, begin: int) -> None:
    """So many more warnings of each of those tickets wait before all others, and so much of it falls due."""
    rows, due = table(OutboxRow), table(DeadlineRow)
    warnings = select(*(each for each in rows.c if each.name != "id")).where(rows.c.kind == "warning")
    for like in session.execute(warnings.where(rows.c.ticket_id.in_(of))).mappings().all():
        if not like["dedupe_key"].startswith("copy"):
            key, at = f"copy.{like['ticket_id']}", like["not_before"] - SECOND
            copies = [{**like, "not_before": at, "dedupe_key": f"{key}.{begin + n}"} for n in range(more)]
            add_all(session, OutboxRow, copies)
    (known, *_) = session.execute(select(due).where(due.c.ticket_id == of[0])).mappings().all()
    soon = {"due_at": WARNING - 30 * SECOND}
    add_all(session, DeadlineRow, [{**known, **soon, "clock": f"{begin}.{n}"} for n in range(more * len(of))])


async def test_however_much_waits_for_others_what_is_somebodys_is_found_and_no_more_is_looked_at(
    database: Database, home: Home
) -> None:
    this, *others, mine = (database.write_now(lambda session: open_stored(session, home).id) for _ in range(20))
    await deadlines.run_once(database, WARNING)

    def give(session: Session, of: int, owner: Actor) -> None:
        stored = get_ticket_by_id(session, home.organisation_id, of, lock=True)
        record(session, stored, assign(stored.ticket, MANAGER, WARNING, owner), WARNING)

    for of, owner in ((this, AGENT), (mine, AGENT), *((each, OTHER_AGENT) for each in others)):
        database.write_now(partial(give, of=of, owner=owner))
    lane = f"{home.organisation_id}:slack:CDESK"

    def look(session: Session) -> tuple[list[int], int]:
        with counted(session) as seen:
            near = near_warnings(session, home.organisation_id, this, WARNING, person=AGENT.id, lane=lane)
        return [each.ticket_id for each in near], seen[0]

    looked = list[int]()
    # Up to a thousand rows PostgreSQL may read all of them as well, which costs it no more.
    for begin, more in ((0, LOOKED_AT // 8), (LOOKED_AT // 8, 6 * LOOKED_AT)):
        database.write_now(partial(crowd, of=others, more=more, begin=begin))
        near, rows = database.write_now(look)
        assert near[0] == mine, "theirs come first"
        looked.append(rows)
    assert looked[1] < 1.2 * looked[0], looked
