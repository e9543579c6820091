"""Whatever delivers holds rows of many conversations, and so does whatever plans, in an order of its own. So what
delivers never waits for a row that somebody else has locked, on PostgreSQL, where a row is locked by itself: it leaves
that one out, or two of them would wait for each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from storage.catching_up import gather
from storage.changes import record
from storage.crowds import find_crowds
from storage.database import Database
from storage.database_outages import is_away
from storage.digests import SPAN, plan_digest, take_in
from storage.fairness import EVERY, WAITED, give_turns
from storage.outbox import Outgoing, claim
from storage.outcomes import mark_retry
from storage.tables.outbox import OutboxRow
from storage.tickets import StoredTicket, get_ticket
from tests.factories import AGENT, NOW, Home, make_home, open_stored
from triage.due import decide_due
from triage.notice import Urgency
from triage.noting import note

Answer = TypeVar("Answer")
BREACHES = [timedelta(minutes=15, seconds=1), timedelta(minutes=30, seconds=1), timedelta(minutes=45, seconds=1)]
BACK = NOW + timedelta(minutes=50)


@pytest.fixture
def database(shared_postgres: str) -> Iterator[Database]:
    opened = Database(shared_postgres)
    yield opened
    opened.close_now()


@pytest.fixture
def home(database: Database) -> Home:
    return database.write_now(make_home)


def noted(session: Session, home: Home) -> StoredTicket:
    """A ticket whose card stands, and under it two notes that wait."""
    stored = open_stored(session, home)
    session.execute(sa.update(OutboxRow).where(sa.column("ticket_id") == stored.id).values(state="sent"))
    for text in ("one", "two"):
        stored = get_ticket(session, home.organisation_id, stored.number, lock=True)
        record(session, stored, note(stored.ticket, AGENT, NOW, text), NOW)
    return stored


def breached(session: Session, home: Home) -> StoredTicket:
    """A ticket whose card stands, and which was breached three times since."""
    stored = open_stored(session, home)
    session.execute(sa.update(OutboxRow).where(sa.column("ticket_id") == stored.id).values(state="sent"))
    for after in BREACHES:
        stored = get_ticket(session, home.organisation_id, stored.number, lock=True)
        record(session, stored, decide_due(stored.ticket, NOW + after), NOW + after)
    return stored


def rows_of(session: Session, *tickets: StoredTicket) -> list[OutboxRow]:
    """What waits of these tickets, in order."""
    of = [each.id for each in tickets]
    query = select(OutboxRow).where(sa.column("ticket_id").in_(of), sa.column("state").in_(["pending", "claimed"]))
    return list(session.exec(query.order_by(sa.column("id"))))


def while_locked(database: Database, row_id: int, act: Callable[[Session], Answer]) -> Answer:
    """What `act` answers while another transaction holds that row. It would wait for two seconds, and then fail."""

    def held(session: Session) -> Answer:
        session.execute(sa.select(OutboxRow).where(sa.column("id") == row_id).with_for_update()).one()
        return database.write_now(act)

    return database.write_now(held)


def test_a_claim_does_not_wait_for_what_it_would_mark(database: Database, home: Home) -> None:
    def put_off(session: Session) -> int:
        first, second = rows_of(session, noted(session, home))[:2]
        first.not_before = NOW + timedelta(hours=1)  # everything that is due waits for it
        return int(second.id or 0)

    second = database.write_now(put_off)
    assert while_locked(database, second, partial(claim, now=NOW, limit=5)) == []


@pytest.mark.parametrize("position", [0, 1])
def test_who_has_waited_for_long_gets_a_turn_without_waiting_for_what_is_before_it(
    database: Database, home: Home, position: int
) -> None:
    later = NOW + WAITED + timedelta(minutes=1)

    def wait(session: Session) -> tuple[StoredTicket, int]:
        stored = noted(session, home)
        rows = rows_of(session, stored)
        rows[0].not_before = later  # it was tried in vain
        return stored, int(rows[position].id or 0)

    def urgent() -> list[int]:
        return database.read_now(lambda session: [row.urgency for row in rows_of(session, stored)])

    stored, held = database.write_now(wait)
    assert while_locked(database, held, partial(give_turns, now=later)) == 0
    assert Urgency.FIRST not in urgent(), "one without the other would be no use"
    assert database.write_now(partial(give_turns, now=later + EVERY)) == 1
    assert urgent()[:2] == [Urgency.FIRST, Urgency.FIRST]


def test_a_catch_up_does_not_wait_for_what_it_would_say(database: Database, home: Home) -> None:
    stored = database.write_now(lambda session: breached(session, home))
    (item,) = database.write_now(lambda session: claim(session, BACK, limit=1))
    held = database.read_now(lambda session: rows_of(session, stored)[1].id or 0)
    while_locked(database, held, partial(gather, item=item, now=BACK))
    rows = database.read_now(lambda session: {row.id: row for row in rows_of(session, stored)})
    assert rows[held].state == "pending", "it is still to be said"


def test_whoever_lost_the_claim_says_nothing_of_what_waits(database: Database, home: Home) -> None:
    """Else what another has said meanwhile would be changed, and what it did not say be ended."""
    database.write_now(lambda session: breached(session, home))
    (item,) = database.write_now(lambda session: claim(session, BACK, limit=1))
    later = BACK + timedelta(seconds=21)
    (taken,) = database.write_now(lambda session: claim(session, later, limit=1))
    assert taken.id == item.id
    before = database.read_now(_told)
    assert database.write_now(partial(gather, item=item, now=later)) is None
    assert database.read_now(_told) == before


def _told(session: Session) -> list[Any]:
    return [(row.id, row.kind, row.state) for row in session.exec(select(OutboxRow).order_by(sa.column("id")))]


def test_a_digest_does_not_wait_for_what_comes_after_what_it_says(database: Database, home: Home) -> None:
    def crowd(session: Session) -> list[StoredTicket]:
        return [breached(session, home) for _ in range(12)]

    tickets = database.write_now(crowd)

    def planned(session: Session) -> Outgoing:
        (where,) = find_crowds(session, BACK, lambda _: 10)
        assert plan_digest(session, where, BACK)
        found = claim(session, BACK + SPAN, limit=40)
        for each in found:
            if each.kind != "digest":
                mark_retry(session, each, BACK, "for a test")
        return next(each for each in found if each.kind == "digest")

    digest = database.write_now(planned)

    def noted_after(session: Session) -> int:
        stored = get_ticket(session, home.organisation_id, tickets[0].number, lock=True)
        record(session, stored, note(stored.ticket, AGENT, BACK, "after them"), BACK)
        last = rows_of(session, stored)[-1]
        last.behind = True
        return int(last.id or 0)

    held = database.write_now(noted_after)
    assert (while_locked(database, held, partial(take_in, digest=digest, now=BACK + SPAN)) or 0) > 0


def test_whoever_stands_still_in_a_transaction_lets_go_of_what_it_holds(
    shared_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what falls due of a ticket waits for a machine that nobody reaches any more."""
    monkeypatch.setattr("storage.engines.IDLE_MS", 300)
    first, second = Database(shared_postgres), Database(shared_postgres)
    stored = first.write_now(lambda session: open_stored(session, make_home(session)))

    def locked(session: Session) -> StoredTicket:
        return get_ticket(session, stored.organisation_id, stored.number, lock=True)

    def stand_still(session: Session) -> StoredTicket:
        locked(session)
        assert second.write_now(locked).id == stored.id
        return locked(session)

    with pytest.raises(DBAPIError) as raised:
        first.write_now(stand_still)
    assert is_away(raised.value)
    assert first.write_now(locked).id == stored.id, "it goes on by a new connection"
    first.close_now()
    second.close_now()
