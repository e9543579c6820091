"""What an earlier release wrote is taken over: every row is there after the migrations, every ticket is what it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from storage.announcements import AnnouncementKind
from storage.database import Database
from storage.migrate import migrate
from storage.tables import EventRow, OutboxRow, TicketRow
from storage.tickets import StoredTicket, get_ticket_by_id
from tests.earlier import Json, earlier_rows, earlier_tickets, load_earlier
from tests.postgres import create_database, drop_database
from triage.agenda import upcoming
from triage.event import Event, Kind
from triage.notice import NoticeKind
from triage.terms import Terms
from triage.ticket import Ticket


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def taken_over(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """That release's database, brought to today's schema, on each engine."""
    if request.param == "sqlite":
        admin, url = None, f"sqlite:///{tmp_path_factory.mktemp('earlier') / 'vigie.db'}"
    else:
        admin = request.getfixturevalue("postgres_url")
        url = create_database(admin, f"vigie_{uuid4().hex}")
    database = Database(url)
    load_earlier(database)
    migrate(database)
    yield database
    database.close_now()
    if admin is not None:
        drop_database(admin, str(database.url.database))


def stored_tickets(database: Database) -> dict[str, StoredTicket]:
    """Every ticket on record, by its number."""

    def read(session: Any) -> dict[str, StoredTicket]:
        found = session.exec(select(TicketRow.id, TicketRow.organisation_id)).all()
        tickets = [get_ticket_by_id(session, organisation_id, ticket_id) for ticket_id, organisation_id in found]
        return {str(stored.number): stored for stored in tickets}

    return database.read_now(read)


def test_every_ticket_folds_to_what_it_was(taken_over: Database) -> None:
    was, tickets = earlier_tickets(), stored_tickets(taken_over)
    assert tickets.keys() == was.keys()
    for number, stored in tickets.items():
        found = as_it_was(stored.ticket)
        assert found.keys() == was[number].keys()
        for name, value in found.items():
            assert value == told_today(was[number][name]), f"#{number} {name}"


def test_every_kind_that_there_was_stands_in_it() -> None:
    rows = earlier_rows()["tables"]
    assert kinds(rows["event"]) >= {kind.value for kind in Kind}
    assert kinds(rows["outbox"]) >= {kind.value for kind in (*NoticeKind, *AnnouncementKind)}
    assert all(table["rows"] for table in rows.values())


def test_no_fact_and_no_notice_is_lost(taken_over: Database) -> None:
    rows = earlier_rows()["tables"]
    events = taken_over.read_now(lambda session: session.exec(select(EventRow.kind)).all())
    notices = taken_over.read_now(lambda session: session.exec(select(OutboxRow.state)).all())
    assert len(events) == len(rows["event"]["rows"])
    assert len(notices) == len(rows["outbox"]["rows"])


def kinds(table: Json) -> set[str]:
    """The kinds of a table's rows."""
    at = table["columns"].index("kind")
    return {row[at] for row in table["rows"]}


def as_it_was(ticket: Ticket) -> Json:
    """A ticket in the words of that release."""
    state: Json = {each.name: plain(getattr(ticket, each.name)) for each in fields(ticket)}
    return state | {
        "status": ticket.status.value, "level": ticket.level, "next_due": plain(ticket.next_due),
        "due": {kind.value: plain(clock.due) for kind, clock in ticket.clocks.items()},
        "upcoming": plain(upcoming(ticket)),
    }  # fmt: skip


def told_today(value: Any) -> Any:
    """What that release said of an event, without what it wrote out though it says nothing (no, none), and without the
    mark by which its fold left out what was not delivered."""
    if isinstance(value, list):
        return [told_today(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "kind" in value and "data" in value:
        said = {key: each for key, each in value["data"].items() if each not in (None, False, []) and key != "untold"}
        return value | {"data": said}
    return {key: told_today(each) for key, each in value.items()}


def plain(value: Any) -> Any:
    """As JSON."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Terms) or hasattr(value, "to_data"):
        return dict(value.to_data()) if isinstance(value, Terms) else value.to_data()
    if isinstance(value, Event):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value) if each.name != "fact"} | {
            "kind": value.kind.value,
            "data": {key: each for key, each in value.fact.to_data().items() if each not in (None, False, [])},
        }  # fmt: skip
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((plain(each) for each in value), key=repr)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
