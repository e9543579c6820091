"""What was said is shown again as it is now: the messages of an update, or those that show a text that was erased."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from storage.changes import Place, record
from storage.database import Database
from storage.outbox import claim
from storage.outcomes import mark_dropped, mark_sent
from storage.posted import load_posted
from storage.tables.outbox import OutboxRow
from storage.texts import load_texts, redact_texts
from storage.tickets import StoredTicket, get_ticket
from tests.factories import AGENT, CARD_PLACE, NOW, Home, make_home, open_stored
from triage.awaiting import wait
from triage.correcting import edit, redact, take_back
from triage.noting import note
from triage.people import Actor, Role
from triage.updating import promise, update

CUSTOMER_PLACE = Place("slack:CACME", "customer", "100.1")
LEAD = Actor("slack:ULEAD", frozenset({Role.LEAD}))


@pytest.fixture
def ticket(database: Database, home: Home) -> StoredTicket:
    """A ticket with a thread of the customer's."""
    return database.write_now(lambda session: open_stored(session, home, NOW, CARD_PLACE, CUSTOMER_PLACE))


def does(database: Database, ticket: StoredTicket, verb: Any, *args: Any, by: Actor = AGENT, **more: Any) -> None:
    def act(session: Session) -> None:
        stored = get_ticket(session, ticket.organisation_id, ticket.number, lock=True)
        record(session, stored, verb(stored.ticket, by, NOW, *args, **more), NOW)

    database.write_now(act)


def send_all(database: Database) -> None:
    def send(session: Session) -> int:
        claimed = claim(session, NOW, limit=50)
        for item in claimed:
            mark_sent(session, item, f"{item.id}.0", item.channel, NOW)
        return len(claimed)

    while database.write_now(send):
        pass


def rows(database: Database, kind: str) -> list[OutboxRow]:
    query = select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id)  # type: ignore[arg-type]
    return database.read_now(lambda session: list(session.exec(query)))


def refreshed(database: Database) -> list[str]:
    """The kinds of the messages that are to be shown again."""
    kinds = {row.id: row.kind for row in database.read_now(lambda session: list(session.exec(select(OutboxRow))))}
    return sorted(kinds[row.data["outbox"]] for row in rows(database, "message"))


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("verb", [edit, take_back])
def test_an_update_that_is_put_right_is_shown_again_after_whatever_comes_of_it(
    database: Database, ticket: StoredTicket, verb: Any, sent: bool
) -> None:
    does(database, ticket, update, "the first")
    does(database, ticket, update, "the rooter")
    if sent:
        send_all(database)
    does(database, ticket, verb, *(["the router"] if verb is edit else []))
    again, mirror = rows(database, "message")
    last, shown = rows(database, "update")[-1], rows(database, "told")[-1]
    assert mirror.data == {"outbox": shown.id}, "what stands under the card follows"
    assert (again.data, again.conversation_id, again.body_id) == ({"outbox": last.id}, last.conversation_id, None)
    send_all(database)
    posted = database.read_now(lambda session: load_posted(session, ticket.organisation_id, again.data["outbox"]))
    assert posted is not None
    assert (posted.message_id, posted.item.kind, posted.item.seq) == (f"{last.id}.0", "update", 3)


def test_a_promise_that_was_given_with_a_wait_is_shown_again_without_the_wait(
    database: Database, ticket: StoredTicket
) -> None:
    does(database, ticket, wait, "their logs", next_update=NOW.replace(hour=11))
    does(database, ticket, take_back)
    assert refreshed(database) == ["promise", "told"]


def test_what_was_never_sent_cannot_be_shown_again(database: Database, ticket: StoredTicket) -> None:
    send_all(database)
    does(database, ticket, update, "the rooter")
    item, mirror = sorted(database.write_now(lambda session: claim(session, NOW, limit=9)), key=lambda i: i.id)
    assert (item.kind, mirror.kind) == ("update", "told")
    for each in (item, mirror):
        database.write_now(partial(mark_dropped, item=each, reason="for a test"))
    does(database, ticket, edit, "the router")
    assert rows(database, "message") == []
    assert database.read_now(lambda session: load_posted(session, ticket.organisation_id, item.id)) is None


def texts_of(database: Database, stored: StoredTicket) -> list[str]:
    ids = [event.body_id for event in stored.events if event.body_id is not None]
    return list(database.read_now(lambda session: load_texts(session, stored.organisation_id, ids)).values())


def redacted(database: Database, ticket: StoredTicket, word: str | None) -> list[str]:
    """Erase a word, or everything, and answer the texts that are left."""

    def act(session: Session) -> list[str]:
        stored = get_ticket(session, ticket.organisation_id, ticket.number, lock=True)
        record(session, stored, redact(stored.ticket, LEAD, NOW, redact_texts(session, stored, word, None, NOW)), NOW)
        ids = [event.body_id for event in stored.events if event.body_id is not None]
        return [text for _, text in sorted(load_texts(session, ticket.organisation_id, ids).items())]

    return database.write_now(act)


def test_only_messages_that_show_what_was_erased_are_shown_again(database: Database, ticket: StoredTicket) -> None:
    does(database, ticket, note, "tried Hunter2")
    does(database, ticket, update, "all is well")
    does(database, ticket, promise, NOW.replace(hour=11), "hunter2 is to be changed")
    send_all(database)
    left = redacted(database, ticket, "hunter2")
    assert left == ["Fibre down", "tried █████", "all is well", "█████ is to be changed"]
    assert refreshed(database) == ["note", "promise", "told"]


def test_a_summary_that_was_erased_may_stand_in_every_message(database: Database, ticket: StoredTicket) -> None:
    does(database, ticket, note, "tried it")
    send_all(database)
    assert redacted(database, ticket, None) == []
    assert refreshed(database) == ["note", "receipt"], "the card is refreshed as ever"


def test_another_tickets_texts_stay(database: Database, home: Home, ticket: StoredTicket) -> None:
    other = database.write_now(lambda session: open_stored(session, home))
    elsewhere = database.write_now(lambda session: open_stored(session, make_home(session, "T2")))
    redacted(database, ticket, None)
    for stored in (other, elsewhere):
        assert texts_of(database, stored) == ["Fibre down"]


def test_however_often_it_changes_until_it_is_shown_it_is_shown_once(database: Database, ticket: StoredTicket) -> None:
    does(database, ticket, update, "the rooter")
    send_all(database)
    does(database, ticket, edit, "the roter")
    does(database, ticket, edit, "the router")
    assert refreshed(database) == ["told", "update"]
    (item, *_) = database.write_now(lambda session: claim(session, NOW, limit=1))
    does(database, ticket, edit, "the router in Sydney")
    assert len(refreshed(database)) == 3, f"what changes while {item.id} is on its way is shown after it"
