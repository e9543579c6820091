"""An action puts on record first what had fallen due, in its own transaction, whoever locked the ticket for it."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, select

from scheduler.deadlines import plan
from storage.absences import Absence, set_absence
from storage.changes import record
from storage.core import table
from storage.database import Database
from storage.foreseen import events_of
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import EventRow
from storage.tickets import StoredTicket, get_ticket
from tests.factories import AGENT, NOW, Home, make_home, open_stored
from triage import awaiting, noting, owning, updating
from triage.event import Kind

MINUTE = timedelta(minutes=1)
LATE = NOW + 33 * MINUTE


def taken(session: Session) -> tuple[Home, StoredTicket]:
    home = make_home(session)
    stored = open_stored(session, home)
    return home, record(session, stored, owning.take(stored.ticket, AGENT, NOW), NOW)


def updated(session: Session, stored: StoredTicket) -> StoredTicket:
    return record(session, stored, updating.update(stored.ticket, AGENT, LATE, "We are on it"), LATE)


def kinds_of(session: Session) -> list[str]:
    return list(session.exec(select(OutboxRow.kind).order_by(table(OutboxRow).c.id)).all())


def test_the_breach_is_on_record_before_the_update_that_came_too_late(database: Database) -> None:
    def story(session: Session) -> None:
        home, stored = taken(session)
        after = updated(session, stored)
        assert [event.kind for event in events_of(stored, after)] == [Kind.UPDATED]
        breached = [event for event in after.events if event.kind is Kind.BREACHED]
        assert [(event.at, event.recorded_at) for event in breached] == [
            (NOW + 30 * MINUTE + timedelta(seconds=1), LATE)
        ]
        kinds = kinds_of(session)
        assert kinds.index("breach") < kinds.index("told")
        assert not plan(session, home.organisation_id, stored.id, LATE), "nothing is left for the pass"
        assert get_ticket(session, home.organisation_id, stored.number).events == after.events
        rows = session.exec(select(EventRow.step).where(EventRow.kind == "breached")).all()
        assert list(rows) == ["breach"]

    database.write_now(story)


def test_the_words_of_the_action_keep_their_event(database: Database) -> None:
    """Taken back, it is the update that is taken back, and the breach stays."""

    def story(session: Session) -> None:
        _, stored = taken(session)
        after = updated(session, stored)
        (given,) = events_of(stored, after)
        assert given.body_id is not None
        (row,) = session.exec(select(OutboxRow).where(OutboxRow.kind == "told")).all()
        assert row.dedupe_key.split(".")[1] == str(given.seq)

    database.write_now(story)


def test_of_one_ticket_time_never_runs_backwards(database: Database) -> None:
    """The clock is set back by an hour between a wait and its end."""

    def story(session: Session) -> None:
        _, stored = taken(session)
        later, earlier = NOW + 10 * MINUTE, NOW - 50 * MINUTE
        waiting = record(session, stored, awaiting.wait(stored.ticket, AGENT, later, "the customer"), later)
        after = record(session, waiting, awaiting.resume(waiting.ticket, AGENT, earlier), earlier)
        assert after.ticket.waiting is None
        assert after.events[-1].at == after.events[-1].recorded_at == later

    database.write_now(story)


def test_while_the_assignee_is_away_the_channel_hears_of_what_had_fallen_due(database: Database) -> None:
    """A note at the very minute of a warning, which nobody had looked at yet."""

    def story(session: Session) -> None:
        home, stored = taken(session)
        set_absence(session, home.organisation_id, AGENT.id, Absence(None, "ill"), NOW)
        noon = NOW + 21 * MINUTE
        record(session, stored, noting.note(stored.ticket, AGENT, noon, "for us"), noon)
        heard = session.exec(select(OutboxRow.broadcast).where(OutboxRow.kind == "warning")).all()
        assert list(heard) == [True]

    database.write_now(story)
