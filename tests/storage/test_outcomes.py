"""What became of a sending: every notice ends somewhere people can see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlmodel import Session

from storage import outbox, outcomes
from storage.cause import Cause
from storage.changes import Place
from storage.database import Database
from storage.dead_letters import Which, change_dead_letters, find_entries
from storage.messages import find_by_message
from storage.outbox import LEASE
from storage.tickets import StoredTicket, get_ticket
from tests.factories import NOW, Home, open_stored
from tests.outbox import kinds, mark, row, say, take_all


def test_what_was_said_counts_even_when_the_claim_was_lost(database: Database, ticket: StoredTicket) -> None:
    (old,) = take_all(database)
    (new,) = take_all(database, NOW + LEASE)
    mark(database, outcomes.mark_sent, old, "1.1", "slack:CDESK", NOW)
    mark(database, outcomes.mark_retry, new, NOW, "not sure")
    assert row(database, new).state == "sent"
    assert row(database, new).message_id == "1.1"


def test_doubt_stays_until_it_is_settled(database: Database, ticket: StoredTicket) -> None:
    (item,) = take_all(database)
    mark(database, outcomes.mark_retry, item, NOW, "connection broke", unsure=True)
    (item,) = take_all(database)
    assert item.unsure
    mark(database, outcomes.mark_retry, item, NOW, "looking it up failed")
    (item,) = take_all(database)
    assert item.unsure


def test_being_asked_to_come_back_is_no_failed_try(database: Database, ticket: StoredTicket) -> None:
    (item,) = take_all(database)
    mark(database, outcomes.mark_retry, item, NOW, "slow down", counts=False)
    assert take_all(database)[0].attempts == 1


def test_the_first_message_carries_the_thread_and_reactions_on_it_find_the_ticket(
    database: Database, ticket: StoredTicket
) -> None:
    database.write_now(lambda session: say(session, ticket, "one"))
    for message in ("1.1", "1.2"):
        (item,) = take_all(database)
        mark(database, outcomes.mark_sent, item, message, "slack:CDESK", NOW)
    stored = database.read_now(lambda session: get_ticket(session, ticket.organisation_id, ticket.number))
    assert stored.conversations == (replace(ticket.conversations[0], root_id="1.1", card_id="1.1"),)
    for message in ("1.1", "1.2"):
        look = partial(
            find_by_message, organisation_id=ticket.organisation_id, channel="slack:CDESK", message_id=message
        )
        found = database.read_now(look)
        assert found == ticket.id


def test_a_card_below_a_message_that_was_there_keeps_its_thread(database: Database, home: Home) -> None:
    database.write_now(lambda session: open_stored(session, home, NOW, Place("slack:CDESK", "desk", "50.1")))
    (card,) = take_all(database)
    mark(database, outcomes.mark_sent, card, "60.2", "slack:CDESK", NOW)
    stored = database.read_now(lambda session: get_ticket(session, home.organisation_id, 1))
    assert (stored.conversations[0].root_id, stored.conversations[0].card_id) == ("50.1", "60.2")


def test_a_dead_letter_is_seen_holds_up_nobody_and_can_be_tried_again(database: Database, ticket: StoredTicket) -> None:
    database.write_now(lambda session: say(session, ticket, "one"))
    (card,) = take_all(database)
    mark(database, outcomes.mark_failed, card, Cause.ARCHIVED, "is_archived")
    assert database.read_now(outbox.waiting) == 1
    assert kinds(take_all(database)) == ["note"]
    (entry,) = database.read_now(lambda session: find_entries(session, Which(states=("failed",))))
    assert (entry.id, entry.number, entry.kind, entry.cause, entry.reason) == (
        card.id, 1, "card", Cause.ARCHIVED, "is_archived",
    )  # fmt: skip
    again = NOW + timedelta(hours=1)

    def retry(session: Session) -> list[int]:
        return [change_dead_letters(session, [card.id], state="pending", now=again) for _ in range(2)]

    assert database.write_now(retry) == [1, 0]
    (found,) = [item for item in take_all(database, again) if item.id == card.id]
    assert found.attempts == 1


def test_a_dead_letter_can_be_dropped(database: Database, ticket: StoredTicket) -> None:
    (card,) = take_all(database)
    mark(database, outcomes.mark_failed, card, Cause.ARCHIVED, "is_archived")
    assert database.write_now(lambda session: change_dead_letters(session, [card.id], state="dropped", now=NOW)) == 1
    assert take_all(database) == []
