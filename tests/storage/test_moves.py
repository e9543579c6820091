"""Open tickets are put on other terms some at a time, each lot whole, and only those that are open and elsewhere."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlmodel import Session

from storage.changes import record
from storage.customers import Customer, Plans, load_plans, save_customers
from storage.database import Database
from storage.outbox import claim
from storage.outcomes import mark_sent
from storage.policy_moves import foresee_moves, open_versions, record_moves
from storage.refresh import refresh_stale
from storage.tickets import StoredTicket, get_ticket, get_tickets
from tests.factories import AGENT, NOW, Home, make_home, open_stored, opening
from triage.people import Actor, Role
from triage.policy import Policy
from triage.resolving import resolve
from triage.terms import ClockKind, Target

ADMIN = Actor("slack:UADMIN", frozenset({Role.ADMIN}))
LATER = NOW + timedelta(minutes=5)
HALF = {severity: {ClockKind.RESTORE: Target(3 * 3600)} for severity in (1, 2, 3)}
SECOND = Policy(version=2, targets=HALF, plans={"gold": {1: {ClockKind.RESTORE: Target(3600)}}})


def fill(session: Session, home: Home) -> None:
    """Three open tickets, the second for Acme, and one that is resolved."""
    for customer in (None, "Acme", None):
        open_stored(session, home, change=opening(customer=customer))
    stored = open_stored(session, home)
    record(session, stored, resolve(stored.ticket, AGENT, NOW), NOW)
    save_customers(session, home.organisation_id, [Customer("Acme", "gold")])


def move_all(database: Database, home: Home, limit: int) -> list[int]:
    """How many each lot moved."""
    plans = database.read_now(lambda session: load_plans(session, home.organisation_id))
    look = partial(
        foresee_moves, organisation_id=home.organisation_id, desk_id=home.desk_id, actor=ADMIN, policy=SECOND,
        plans=plans, now=LATER, limit=limit,
    )  # fmt: skip
    lots: list[int] = []
    while moves := database.read_now(partial(look, after=0)):
        missed = database.write_now(partial(record_moves, moves=moves, now=LATER))
        lots.append(len(moves) - len(missed))
    return lots


def look(database: Database, home: Home, number: int) -> StoredTicket:
    return database.read_now(partial(get_ticket, organisation_id=home.organisation_id, number=number))


def test_every_open_ticket_is_moved_once_in_lots(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    assert move_all(database, home, limit=2) == [2, 1]
    assert move_all(database, home, limit=2) == []
    tickets = [look(database, home, number).ticket for number in (1, 2, 3, 4)]
    assert [ticket.terms.policy_version for ticket in tickets] == [2, 2, 2, 1]
    due = [ticket.clocks[ClockKind.RESTORE].due for ticket in tickets]
    assert due == [NOW + timedelta(hours=3), NOW + timedelta(hours=1), NOW + timedelta(hours=3), None]


def test_what_was_moved_is_on_record_with_its_deadlines_and_shown_once(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    move_all(database, home, limit=10)
    stored = look(database, home, 1)
    assert (stored.events[-1].kind.value, stored.events[-1].actor) == ("terms_moved", ADMIN.id)


def test_moved_cards_are_refreshed_some_at_a_time_after_everything_else(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))

    def send_all(session: Session) -> list[tuple[int | None, str]]:
        items = claim(session, LATER, limit=10)
        for item in items:
            mark_sent(session, item, f"100.{item.id}", "slack:CDESK", LATER)
        return [(item.ticket_id, item.kind) for item in items]

    while database.write_now(send_all):
        pass
    move_all(database, home, limit=10)
    refresh = partial(refresh_stale, now=LATER, most=2)
    assert database.write_now(send_all) == [], "nothing in the outbox yet, however many were moved"
    assert [database.write_now(refresh), database.write_now(refresh)] == [2, 0]
    new = database.write_now(lambda session: open_stored(session, home, LATER))
    first = database.write_now(lambda session: claim(session, LATER, limit=1))
    assert [item.ticket_id for item in first] == [new.id]
    database.write_now(lambda session: mark_sent(session, first[0], "200.1", "slack:CDESK", LATER))
    sent = database.write_now(send_all)
    assert sent == [(1, "card"), (2, "card")]
    assert [database.write_now(refresh), database.write_now(refresh)] == [1, 0]


def test_open_tickets_are_counted_by_version(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    count = partial(open_versions, organisation_id=home.organisation_id, desk_id=home.desk_id)
    assert database.read_now(count) == {1: 3}
    move_all(database, home, limit=10)
    assert database.read_now(count) == {2: 3}


def test_another_organisation_is_left_alone(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    other = database.write_now(lambda session: make_home(session, "T2"))
    assert move_all(database, other, limit=10) == []
    assert database.read_now(lambda s: get_tickets(s, other.organisation_id, home.desk_id, limit=9)) == []


def test_many_tickets_at_once_are_the_same_as_one_by_one(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    of, desk = home.organisation_id, home.desk_id
    every = database.read_now(lambda session: get_tickets(session, of, desk, limit=9, only_open=False))
    assert every == [look(database, home, number) for number in (1, 2, 3, 4)]
    assert database.read_now(lambda s: get_tickets(s, of, desk, limit=9, after=every[1].number)) == [every[2]]


def test_plans_are_found_however_the_name_is_written() -> None:
    assert Plans({"acme": ("gold", "emea")}).held(" ACME ") == ("gold", "emea")


def test_a_ticket_that_somebody_changed_meanwhile_is_left_for_another_round(database: Database, home: Home) -> None:
    database.write_now(partial(fill, home=home))
    moves = database.read_now(
        lambda session: foresee_moves(
            session, home.organisation_id, home.desk_id, ADMIN, SECOND, Plans({}), LATER, after=0, limit=9
        )
    )

    def change(session: Session) -> None:
        stored = get_ticket(session, home.organisation_id, 2, lock=True)
        record(session, stored, resolve(stored.ticket, AGENT, NOW), NOW)

    database.write_now(change)
    assert database.write_now(partial(record_moves, moves=moves, now=LATER)) == [moves[1].before.id]
    assert [look(database, home, number).ticket.terms.policy_version for number in (1, 2, 3)] == [2, 1, 2]
    assert look(database, home, 2).events[-1].kind.value == "resolved"
