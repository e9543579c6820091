"""What the desk's pages ask of either database: the queue narrowed down, how the desk stands, what changed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from storage.changed import Seen, look_at_open
from storage.changes import record
from storage.database import Database
from storage.desk_page import NOBODY, Narrowed, figures
from storage.tickets import get_ticket, get_tickets_by_number
from storage.work_queue import queue
from tests.factories import AGENT, NOW, Home, open_stored, opening
from triage.change import Change
from triage.owning import take
from triage.policy import QUEUE
from triage.resolving import resolve
from triage.ticket import Ticket

MINUTE = timedelta(minutes=1)


def a_desk(database: Database, home: Home) -> None:
    """Three tickets: one of Ana's, one of a customer, one that is near its deadline."""
    for minutes, given in ((0, {"severity": 3}), (1, {"customer": "Acme"}), (2, {"severity": 2})):
        change = opening(NOW + minutes * MINUTE, **given)
        database.write_now(partial(open_stored, home=home, now=NOW + minutes * MINUTE, change=change))
    does(database, home, 1, take(ticket(database, home, 1), AGENT, NOW + 3 * MINUTE))


def ticket(database: Database, home: Home, number: int) -> Ticket:
    return database.read_now(lambda session: get_ticket(session, home.organisation_id, number)).ticket


def does(database: Database, home: Home, number: int, change: Change) -> None:
    database.write_now(
        lambda session: record(session, get_ticket(session, home.organisation_id, number, lock=True), change, NOW)
    )


def test_the_queue_is_narrowed_down(database: Database, home: Home) -> None:
    a_desk(database, home)

    def found(narrowed: Narrowed, minutes: float = 5) -> set[int]:
        conditions = narrowed.conditions(NOW + minutes * MINUTE)
        rows, total = database.read_now(
            lambda session: queue(session, home.organisation_id, home.desk_id, QUEUE, limit=9, narrowed=conditions)
        )
        assert total == len(rows)
        return {row.number for row in rows}

    assert found(Narrowed()) == {1, 2, 3}
    assert found(Narrowed(assignee=AGENT.id)) == {1}
    assert found(Narrowed(assignee=NOBODY)) == {2, 3}
    assert found(Narrowed(customer="ACME")) == {2}
    assert found(Narrowed(severity=2)) == {3}
    assert found(Narrowed(state="open", severity=3)) == {1}
    assert found(Narrowed(state="soon")) == {2, 3}
    assert found(Narrowed(state="late"), 16.5) == {2}


def test_how_the_desk_stands(database: Database, home: Home) -> None:
    a_desk(database, home)
    stand = database.read_now(
        partial(figures, organisation_id=home.organisation_id, desk_id=home.desk_id, now=NOW + 16.5 * MINUTE)
    )
    assert (stand.open, stand.late, stand.soon, stand.unassigned, stand.customers) == (3, 1, 1, 2, ("Acme",))
    assert stand.next is not None
    assert stand.next.number == 3
    rows = database.read_now(lambda session: get_tickets_by_number(session, home.organisation_id, [3, 1, 99]))
    assert [each.number for each in rows] == [1, 3]


def test_a_look_finds_what_was_opened_changed_and_closed_since_the_last(database: Database, home: Home) -> None:
    whose = {home.organisation_id}
    seen, changed = database.read_now(partial(look_at_open, organisations=whose, last=Seen()))
    assert changed == {}
    a_desk(database, home)
    seen, changed = database.read_now(partial(look_at_open, organisations=whose, last=seen))
    assert changed == {home.organisation_id: {1, 2, 3}}
    does(database, home, 2, resolve(ticket(database, home, 2), AGENT, NOW + 6 * MINUTE, "Replaced"))
    does(database, home, 3, take(ticket(database, home, 3), AGENT, NOW + 6 * MINUTE))
    seen, changed = database.read_now(partial(look_at_open, organisations=whose, last=seen))
    assert changed == {home.organisation_id: {2, 3}}
    again, changed = database.read_now(partial(look_at_open, organisations=whose, last=seen))
    assert (again, changed) == (seen, {})
