"""The outbox: what a change puts there, once, where it belongs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlmodel import Session, select

from storage import outcomes
from storage.cause import Cause
from storage.changes import Place, record
from storage.core import table
from storage.database import Database
from storage.dead_letters import Which, find_entries
from storage.tables.outbox import OutboxRow
from storage.tickets import StoredTicket
from tests.factories import AGENT, MANAGER, NOW, OTHER_AGENT, Home, make_home, open_stored
from tests.outbox import kinds, mark, take_all
from triage.change import Change
from triage.contents.privately import RefusalContent
from triage.escalation import escalate_by_reaction
from triage.notice import Audience, Notice
from triage.noting import note
from triage.owning import take
from triage.updating import update

CUSTOMER_PLACE = Place("slack:CACME", "customer", "100.1")
SOON = timedelta(seconds=2)


def test_a_change_says_each_thing_where_it_belongs(database: Database, home: Home) -> None:
    def story(session: Session) -> StoredTicket:
        stored = open_stored(session, home, NOW, Place("slack:CDESK", "desk"), CUSTOMER_PLACE)
        stored = record(session, stored, take(stored.ticket, AGENT, NOW), NOW)
        return record(session, stored, note(stored.ticket, AGENT, NOW, "between us"), NOW)

    database.write_now(story)
    query = select(OutboxRow).order_by(table(OutboxRow).c.id)
    rows = database.read_now(lambda session: session.exec(query).all())
    assert [(r.kind, r.audience, r.channel) for r in rows] == [
        ("card", "card", "slack:CDESK"),
        ("receipt", "customer", "slack:CACME"),
        ("taken", "customer", "slack:CACME"),
        ("told", "desk", "slack:CDESK"),  # the desk sees all of what the customer is told
        ("note", "desk", "slack:CDESK"),
    ]


def test_where_a_ticket_has_no_customer_thread_the_card_is_the_receipt(
    database: Database, ticket: StoredTicket
) -> None:
    def answer(session: Session) -> None:
        record(session, ticket, update(ticket.ticket, OTHER_AGENT, NOW, "We are on it"), NOW)

    database.write_now(answer)
    first, *_ = take_all(database)
    assert first.kind == "card"
    mark(database, outcomes.mark_sent, first, "1.1", "slack:CDESK", NOW)
    (second,) = take_all(database)
    assert (second.kind, second.channel) == ("update", "slack:CDESK")


def test_a_private_notice_goes_to_the_persons_own_platform(database: Database, ticket: StoredTicket) -> None:
    people = ("slack:U1", "teams:29-abc")
    notices = tuple(Notice(RefusalContent(person, code="x", values={}), Audience.PERSON) for person in people)
    database.write_now(lambda session: record(session, ticket, Change((), notices), NOW))
    found = [(item.platform, item.conversation_id) for item in take_all(database) if item.audience == "person"]
    assert found == [("slack", None), ("teams", None)]


def test_a_refusal_said_twice_is_said_twice(database: Database, ticket: StoredTicket) -> None:
    refusal = Change((), (Notice(RefusalContent("slack:U1", code="x", values={}), Audience.PERSON),))
    for _ in range(2):
        database.write_now(lambda session: record(session, ticket, refusal, NOW))
    assert kinds(take_all(database)) == ["card", "refusal", "refusal"]


def test_refreshes_of_a_card_that_still_waits_are_one(database: Database, ticket: StoredTicket) -> None:
    def acts(session: Session) -> None:
        stored = record(session, ticket, take(ticket.ticket, AGENT, NOW), NOW)
        record(session, stored, escalate_by_reaction(stored.ticket, MANAGER, NOW), NOW)

    database.write_now(acts)
    found = database.read_now(lambda session: find_entries(session, Which(states=("pending",))))
    assert sorted(entry.kind for entry in found) == ["card", "escalated", "pick_reason"]


@pytest.mark.parametrize("ending", ["in flight", "retried", "sent", "failed", "dropped"])
def test_a_change_after_a_card_was_claimed_refreshes_it_again(
    database: Database, ticket: StoredTicket, ending: str
) -> None:
    (card,) = take_all(database)
    endings: dict[str, tuple[Any, ...]] = {
        "retried": (outcomes.mark_retry, card, NOW + SOON, "later"),
        "sent": (outcomes.mark_sent, card, "1.1", "slack:CDESK", NOW),
        "failed": (outcomes.mark_failed, card, Cause.REFUSED, "refused"),
        "dropped": (outcomes.mark_dropped, card, "over"),
    }
    if ending in endings:
        how, *values = endings[ending]
        mark(database, how, *values)
    database.write_now(lambda session: record(session, ticket, take(ticket.ticket, AGENT, NOW), NOW))
    query = select(OutboxRow.id).where(OutboxRow.audience == "card", OutboxRow.id != card.id)
    assert len(database.read_now(lambda session: session.exec(query).all())) == 1


def test_a_card_waits_for_the_change_that_it_will_show_to_be_committed(postgres_database: str) -> None:
    """PostgreSQL lets both overlap: a claim in between would show the old state, and no other would follow."""
    database = Database(postgres_database)
    stored = database.write_now(lambda session: open_stored(session, make_home(session)))
    recorded, go_on = Event(), Event()

    def change(session: Session) -> None:
        record(session, stored, take(stored.ticket, AGENT, NOW), NOW)
        recorded.set()
        go_on.wait(5)

    with ThreadPoolExecutor(1) as thread:
        changing = thread.submit(database.write_now, change)
        recorded.wait(5)
        assert take_all(database) == []
        go_on.set()
        changing.result()
    assert kinds(take_all(database)) == ["card"]
    database.close_now()
