"""How resolved tickets went, as it is kept for reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.changes import record
from storage.core import table
from storage.database import Database
from storage.tables.tickets import TicketRow
from storage.ticket_figures import open_at, opened_in, sums_in
from tests.factories import AGENT, NOW, Home, make_home, open_stored
from triage import merging, noting, owning, resolving, updating
from triage.figures import figures_of, figures_to_data
from triage.linking import Numbered
from triage.policy import Policy
from triage.report import Sums
from triage.terms import ClockKind

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def resolved(database: Database, home: Home, since: datetime = NOW - 30 * DAY) -> dict[str, Any]:
    """All that the tickets come to that were resolved since then."""
    read = partial(sums_in, organisation_id=home.organisation_id, desk_id=home.desk_id, since=since, until=NOW + DAY)
    return vars(database.read_now(read))


def resolve_one(session: Session, home: Home, at: datetime = NOW) -> int:
    stored = open_stored(session, home, at - HOUR)
    stored = record(session, stored, owning.take(stored.ticket, AGENT, at - HOUR), at - HOUR)
    stored = record(session, stored, updating.update(stored.ticket, AGENT, at, "on it"), at)
    return record(session, stored, resolving.resolve(stored.ticket, AGENT, at, "done"), at).id


def test_what_was_resolved_in_a_span_is_read_as_its_events_tell_it(database: Database, home: Home) -> None:
    database.write_now(partial(resolve_one, home=home, at=NOW - 40 * DAY))
    database.write_now(partial(resolve_one, home=home))
    found = resolved(database, home)
    assert (found["count"], found["done"]) == (1, {AGENT.id: 1})
    assert found["kept"][ClockKind.RESTORE, 1] == [1, 0]
    assert resolved(database, home, NOW - 50 * DAY)["count"] == 2


def test_another_desk_reads_nothing_of_it(database: Database, home: Home) -> None:
    database.write_now(partial(resolve_one, home=home))
    other = database.write_now(partial(make_home, workspace="T2"))
    assert resolved(database, other) == vars(Sums())


def test_what_is_not_kept_or_is_older_than_its_ticket_is_worked_out(database: Database, home: Home) -> None:
    database.write_now(partial(resolve_one, home=home))
    kept = resolved(database, home)
    for stored in ({"of": 1}, None):
        write = sa.update(table(TicketRow)).values(figures=stored)
        database.write_now(lambda session, write=write: session.execute(write))  # type: ignore[misc]
        assert resolved(database, home) == kept


def test_what_is_done_after_the_end_is_in_what_is_kept(database: Database, home: Home) -> None:
    def noted(session: Session) -> int:
        stored = open_stored(session, home, NOW - HOUR)
        stored = record(session, stored, resolving.resolve(stored.ticket, AGENT, NOW - HOUR, "done"), NOW - HOUR)
        return record(session, stored, noting.note(stored.ticket, AGENT, NOW, "it was the fuse"), NOW).ticket.version

    version = database.write_now(noted)
    kept = sa.select(table(TicketRow).c.figures)
    assert database.read_now(lambda session: session.execute(kept).scalar_one())["of"] == version


def test_an_open_ticket_and_one_opened_again_are_in_no_figure_but_in_the_backlog(
    database: Database, home: Home
) -> None:
    def again(session: Session) -> None:
        open_stored(session, home, NOW - 2 * DAY)
        stored = open_stored(session, home, NOW - HOUR)
        stored = record(session, stored, resolving.resolve(stored.ticket, AGENT, NOW - HOUR, "done"), NOW - HOUR)
        record(session, stored, resolving.reopen(stored.ticket, AGENT, NOW, counts=True), NOW)

    database.write_now(again)
    assert resolved(database, home) == vars(Sums())
    where: dict[str, Any] = {"organisation_id": home.organisation_id, "desk_id": home.desk_id}
    assert len(database.read_now(partial(open_at, **where, at=NOW + HOUR))) == 2
    assert len(database.read_now(partial(open_at, **where, at=NOW - DAY))) == 1
    span: dict[str, Any] = {"since": NOW - DAY, "until": NOW + DAY}
    assert database.read_now(partial(opened_in, **where, **span)) == {NOW - HOUR: 1}


def test_what_was_merged_counts_with_the_ticket_that_went_on(database: Database, home: Home) -> None:
    def merge(session: Session) -> None:
        one, other = open_stored(session, home, NOW - HOUR), open_stored(session, home, NOW - HOUR)
        both = merging.merge(
            Numbered(one.number, one.ticket), Numbered(other.number, other.ticket), AGENT, NOW, Policy()
        )
        record(session, one, both[0], NOW)
        other = record(session, other, both[1], NOW)
        record(session, other, resolving.resolve(other.ticket, AGENT, NOW, "done"), NOW)

    database.write_now(merge)
    assert resolved(database, home)["count"] == 1
    where: dict[str, Any] = {"organisation_id": home.organisation_id, "desk_id": home.desk_id}
    opened = database.read_now(partial(opened_in, **where, since=NOW - DAY, until=NOW + DAY))
    assert sum(opened.values()) == 1


def test_what_is_kept_is_what_the_events_say(database: Database, home: Home) -> None:
    def told(session: Session) -> Sums:
        stored = open_stored(session, home, NOW - HOUR)
        stored = record(session, stored, resolving.resolve(stored.ticket, AGENT, NOW, "done"), NOW)
        found = Sums()
        found.add(stored.ticket.ownership.assignee, figures_to_data(figures_of(stored.ticket, stored.events)))
        return found

    assert vars(database.write_now(told)) == resolved(database, home)
