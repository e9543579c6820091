"""The desk's order of work, from the index of open tickets; and what of it may wait for a manager."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from storage.changes import record
from storage.customers import Customer, save_customers
from storage.database import Database
from storage.listing import list_tickets
from storage.policy_moves import open_versions
from storage.ticket_figures import opened_in, sums_in
from storage.work_queue import pressing, queue
from tests.factories import AGENT, MANAGER, NOW, Home, make_home, open_stored, opening
from triage.escalation import escalate
from triage.people import Actor, Role
from triage.policy import QUEUE
from triage.resolving import resolve
from triage.terms import Category

HOUR = timedelta(hours=1)


def opened(database: Database, home: Home, now: datetime = NOW, **given: Any) -> int:
    """The number of a new ticket."""
    return database.write_now(lambda session: open_stored(session, home, now, change=opening(now, **given)).number)


def ordered(database: Database, home: Home, *, limit: int = 20, offset: int = 0) -> tuple[list[int], int]:
    page = partial(queue, organisation_id=home.organisation_id, desk_id=home.desk_id, order=QUEUE)
    found, total = database.read_now(lambda session: page(session, limit=limit, offset=offset))
    return [each.number for each in found], total


def test_the_policy_orders_the_queue_and_inside_it_the_next_deadline(database: Database, home: Home) -> None:
    inquiry = opened(database, home, severity=None, category=Category.INQUIRY)
    minor = opened(database, home, severity=3)
    new_port = opened(database, home, severity=None, category=Category.PROVISIONING)
    later = opened(database, home, NOW + HOUR, severity=2)
    sooner = opened(database, home, severity=2)
    worst = opened(database, home, NOW + HOUR)
    assert ordered(database, home) == ([worst, sooner, later, new_port, minor, inquiry], 6)
    assert ordered(database, home, limit=2, offset=4) == ([minor, inquiry], 6)


def test_what_was_requested_for_a_day_stands_by_that_day(database: Database, home: Home) -> None:
    given: dict[str, Any] = {"severity": None, "category": Category.PROVISIONING}
    whenever = opened(database, home, **given)
    in_a_month = opened(database, home, **given, requested_date=NOW + 30 * 24 * HOUR)
    in_a_week = opened(database, home, **given, requested_date=NOW + 7 * 24 * HOUR)
    assert ordered(database, home)[0] == [in_a_week, in_a_month, whenever]


def test_a_vip_goes_first_among_equals(database: Database, home: Home) -> None:
    database.write_now(lambda session: save_customers(session, home.organisation_id, [Customer("Globex", is_vip=True)]))
    first = opened(database, home, customer="Acme")
    second = opened(database, home, customer="Globex")
    assert ordered(database, home)[0] == [second, first]


def test_another_desk_and_another_organisation_have_queues_of_their_own(database: Database, home: Home) -> None:
    opened(database, home)
    other = database.write_now(partial(make_home, workspace="T2"))
    assert ordered(database, other) == ([], 0)


def test_a_resolved_ticket_is_in_no_queue(database: Database, home: Home) -> None:
    def resolved(session: Session) -> None:
        stored = open_stored(session, home)
        record(session, stored, resolve(stored.ticket, AGENT, NOW, "done"), NOW)

    database.write_now(resolved)
    opened(database, home)
    assert ordered(database, home)[1] == 1


def test_what_a_manager_is_wanted_for_is_found_the_highest_level_first(database: Database, home: Home) -> None:
    def fill(session: Session) -> None:
        customer = Actor("slack:UCUST", frozenset({Role.CUSTOMER}))
        for number in range(4):
            stored = open_stored(session, home, NOW, change=opening(NOW, severity=3))
            if number in (1, 3):
                stored = record(session, stored, escalate(stored.ticket, customer, NOW, "slow"), NOW)
            if number == 2:
                stored = record(session, stored, escalate(stored.ticket, MANAGER, NOW, "no progress"), NOW)
            if number == 3:
                record(session, stored, resolve(stored.ticket, AGENT, NOW), NOW)

    database.write_now(fill)
    found = database.read_now(partial(pressing, organisation_id=home.organisation_id, desk_id=home.desk_id, limit=10))
    assert [stored.number for stored in found] == [3, 2]


def test_lists_and_figures_look_at_no_ticket_in_vain(sqlite_database: str) -> None:
    """On record there are far more resolved tickets than open ones."""
    database = Database(sqlite_database)
    home = database.write_now(make_home)
    opened(database, home)  # of an empty queue nothing is looked at
    seen: list[str] = []

    def explain(session: Session) -> None:
        connection = session.connection().connection.driver_connection
        assert connection is not None
        connection.set_trace_callback(seen.append)
        queue(session, home.organisation_id, home.desk_id, QUEUE, limit=5)
        pressing(session, home.organisation_id, home.desk_id, 5)
        opened_in(session, home.organisation_id, home.desk_id, NOW, NOW + HOUR)
        sums_in(session, home.organisation_id, home.desk_id, NOW, NOW + HOUR)
        list_tickets(session, home.organisation_id, limit=5)
        open_versions(session, home.organisation_id, home.desk_id)
        connection.set_trace_callback(None)
        for statement in [each for each in seen if each.startswith("SELECT")]:
            plan = " / ".join(row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {statement}")))
            assert "SCAN ticket" not in plan, plan
            assert (
                "ix_ticket" in plan
                or "index_ticket" in plan
                or "PRIMARY KEY" in plan
                or "event" in statement
                or "SEARCH account USING INDEX" in plan
            ), plan

    database.read_now(explain)
    assert len(seen) >= 7
    database.close_now()


def test_a_customer_is_found_whatever_the_case_of_their_name_accents_included(database: Database, home: Home) -> None:
    database.write_now(
        partial(
            save_customers, organisation_id=home.organisation_id, customers=[Customer("Électricité SA", is_vip=True)]
        )
    )
    opened(database, home, severity=3)
    opened(database, home, severity=3, customer="ÉLECTRICITÉ  SA")
    for typed in ("électricité sa", "Électricité SA"):
        rows = database.read_now(partial(list_tickets, organisation_id=home.organisation_id, limit=5, customer=typed))
        assert [row.number for row in rows] == [2], typed
    assert ordered(database, home) == ([2, 1], 2), "a VIP comes first"
