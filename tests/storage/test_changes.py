"""The write path: whatever is recorded comes back as it was, in one piece, once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from storage.changes import Place, record
from storage.core import table
from storage.database import Database
from storage.deadlines import due_tickets, next_due_at
from storage.errors import NoSuchTicketError, StaleTicketError
from storage.listing import list_tickets
from storage.messages import find_by_message
from storage.tables.organisations import OrganisationRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow, DeadlineRow, EventRow, TicketRow
from storage.texts import erase_texts, load_texts
from storage.tickets import StoredTicket, get_ticket, get_ticket_by_id
from tests.examples import examples
from tests.factories import AGENT, MANAGER, NOW, OTHER_AGENT, REQUESTER, Home, open_stored, opening
from tests.statements import statements
from triage.acknowledging import acknowledge
from triage.agenda import Due, upcoming
from triage.answering import customer_wrote
from triage.awaiting import resume, wait
from triage.change import Change
from triage.due import decide_due
from triage.errors import Refusal
from triage.escalation import escalate, escalate_by_reaction, undo_reaction
from triage.event import Event
from triage.facts.ahead import Warned
from triage.facts.sorting import CustomerCorrected
from triage.noting import note
from triage.owning import take
from triage.policy import Policy
from triage.reporting import correct_report
from triage.resolving import reopen, resolve
from triage.restoring import relapsed, restored
from triage.sorting import change_category, change_severity
from triage.terms import Category
from triage.ticket import Ticket
from triage.updating import promise, update

DESK_AND_CUSTOMER = (Place("slack:CDESK", "desk"), Place("slack:CACME", "customer", "100.1"))


def rows_of(session: Session, row: type[TicketRow | EventRow | DeadlineRow | OutboxRow | BodyRow]) -> int:
    return int(session.execute(select(func.count()).select_from(table(row))).scalar_one())


def change(
    session: Session, home: Home, number: int, decide: Callable[[Ticket], Change], now: datetime
) -> StoredTicket:
    """Lock, decide, record: what every command does."""
    stored = get_ticket(session, home.organisation_id, number, lock=True)
    return record(session, stored, decide(stored.ticket), now)


# -- numbers and openings ------------------------------------------------------------------------------------------


def test_tickets_opened_at_the_same_moment_are_numbered_without_gap(database: Database, home: Home) -> None:
    def open_one(attempt: int) -> int | None:
        try:
            return database.write_now(lambda session: open_or_fail(session, home, fail=attempt % 4 == 0))
        except ZeroDivisionError:
            return None

    with ThreadPoolExecutor(6) as threads:
        numbers = list(threads.map(open_one, range(40)))
    assert sorted(n for n in numbers if n is not None) == list(range(1, 31))


def open_or_fail(session: Session, home: Home, *, fail: bool) -> int:
    number = open_stored(session, home).number
    if fail:
        raise ZeroDivisionError
    return number


def test_an_opening_that_fails_leaves_nothing(database: Database, home: Home) -> None:
    with pytest.raises(ZeroDivisionError):
        database.write_now(lambda session: open_or_fail(session, home, fail=True))

    def left(session: Session) -> list[int]:
        last = select(OrganisationRow.last_number).where(OrganisationRow.id == home.organisation_id)
        tables = (TicketRow, EventRow, DeadlineRow, OutboxRow, BodyRow)
        return [*(rows_of(session, row) for row in tables), session.exec(last).one()]

    assert database.read_now(left) == [0, 0, 0, 0, 0, 0]


def test_a_ticket_is_found_by_number_by_id_and_by_its_messages(database: Database, home: Home) -> None:
    made = database.write_now(lambda session: open_stored(session, home, NOW, *DESK_AND_CUSTOMER))

    def find(session: Session) -> list[StoredTicket]:
        found = find_by_message(session, home.organisation_id, "slack:CACME", "100.1")
        assert found is not None
        return [
            get_ticket(session, home.organisation_id, 1),
            get_ticket_by_id(session, home.organisation_id, made.id),
            get_ticket_by_id(session, home.organisation_id, found),
        ]

    assert database.read_now(find) == [made, made, made]


def test_a_number_that_was_never_given_is_no_ticket(database: Database, home: Home) -> None:
    with pytest.raises(NoSuchTicketError):
        database.read_now(lambda session: get_ticket(session, home.organisation_id, 1))


# -- events --------------------------------------------------------------------------------------------------------


def test_events_come_back_as_they_went_in(database: Database, home: Home) -> None:
    opened = database.write_now(lambda session: open_stored(session, home))
    tokyo = timezone(timedelta(hours=9))
    written = Event(
        datetime(2026, 3, 2, 20, 30, tzinfo=tokyo),
        NOW + timedelta(hours=2),
        "teams:né",
        CustomerCorrected("é € \U0001f525 \\ \" '", None),
        text="ligne 1\nligne 2 \U0001f469‍\U0001f680 שלום",
        said=("restore", "breach", 1),
    )
    after = database.write_now(lambda session: record(session, opened, Change((written,)), NOW))
    read = database.read_now(lambda session: get_ticket(session, home.organisation_id, 1))
    assert read == after
    last = read.events[-1]
    assert (last.at, last.recorded_at) == (written.at, written.recorded_at)
    assert last.at.tzinfo is UTC
    assert (last.actor, last.fact, last.seq, last.said) == (written.actor, written.fact, 2, written.said)
    assert last.body_id is not None
    texts = database.read_now(lambda session: load_texts(session, home.organisation_id, [last.body_id or 0]))
    assert texts == {last.body_id: written.text}


def test_the_same_warning_is_never_on_record_twice(database: Database, home: Home) -> None:
    opened = database.write_now(lambda session: open_stored(session, home))
    warned = Event(NOW, NOW, "vigie", Warned("response", "left-300", 1), said=("response", "left-300", 1))
    after = database.write_now(lambda session: record(session, opened, Change((warned,)), NOW))
    with pytest.raises(IntegrityError):
        database.write_now(lambda session: record(session, after, Change((warned,)), NOW))


def test_an_empty_change_writes_nothing(database: Database, home: Home) -> None:
    opened = database.write_now(lambda session: open_stored(session, home))
    assert database.write_now(lambda session: record(session, opened, Change(), NOW)) is opened


def test_a_change_decided_on_an_old_ticket_is_refused_whole(database: Database, home: Home) -> None:
    opened = database.write_now(lambda session: open_stored(session, home))
    database.write_now(lambda session: record(session, opened, note(opened.ticket, AGENT, NOW, "first"), NOW))
    with pytest.raises(StaleTicketError):
        database.write_now(lambda session: record(session, opened, note(opened.ticket, AGENT, NOW, "second"), NOW))
    assert database.read_now(lambda session: rows_of(session, BodyRow)) == 2


def test_changes_of_one_ticket_at_the_same_moment_all_count(database: Database, home: Home) -> None:
    database.write_now(lambda session: open_stored(session, home))
    together = Barrier(4)

    def write(number: int) -> None:
        together.wait(5)
        text = f"note {number}"
        database.write_now(lambda session: change(session, home, 1, lambda t: note(t, AGENT, NOW, text), NOW))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    stored = database.read_now(lambda session: get_ticket(session, home.organisation_id, 1))
    assert [event.seq for event in stored.events] == [1, 2, 3, 4, 5]
    assert stored.ticket.version == 5


# -- texts ---------------------------------------------------------------------------------------------------------


def test_a_text_said_and_recorded_is_kept_once(database: Database, home: Home) -> None:
    database.write_now(lambda session: open_stored(session, home))
    stored = database.write_now(
        lambda session: change(session, home, 1, lambda t: update(t, AGENT, NOW, "We are on it"), NOW)
    )
    sent = select(table(OutboxRow).c.body_id).where(table(OutboxRow).c.kind == "told")
    assert database.read_now(lambda session: session.execute(sent).scalars().all()) == [stored.events[-1].body_id]


def test_an_erased_text_is_gone_and_every_event_is_as_it_was(database: Database, home: Home) -> None:
    database.write_now(lambda session: open_stored(session, home))
    before = database.write_now(
        lambda session: change(session, home, 1, lambda t: note(t, AGENT, NOW, "password: hunter2"), NOW)
    )
    body_id = before.events[-1].body_id or 0

    def erase(session: Session) -> list[int]:
        return [erase_texts(session, home.organisation_id, [body_id], NOW) for _ in range(2)]

    assert database.write_now(erase) == [1, 0]

    def left(session: Session) -> tuple[StoredTicket, dict[int, str], list[str]]:
        texts = session.exec(select(BodyRow.text)).all()
        loaded = load_texts(session, home.organisation_id, [body_id])
        return get_ticket(session, home.organisation_id, 1), loaded, list(texts)

    assert database.read_now(left) == (before, {}, ["Fibre down", ""])


# -- what is kept beside the events --------------------------------------------------------------------------------


def test_a_list_shows_what_the_events_tell(database: Database, home: Home) -> None:
    def acts(session: Session) -> None:
        open_stored(session, home, NOW, change=opening(summary="Fibre down\nin Lyon", severity=2, customer="ACME"))
        open_stored(
            session,
            home,
            NOW,
            change=opening(actor=REQUESTER, summary="Slow mail", category=Category.INQUIRY, severity=None),
        )
        open_stored(session, home, NOW)
        change(session, home, 1, lambda t: take(t, OTHER_AGENT, NOW), NOW)
        change(session, home, 1, lambda t: escalate(t, AGENT, NOW, "slow"), NOW)
        change(session, home, 3, lambda t: resolve(t, AGENT, NOW), NOW)

    database.write_now(acts)

    def numbers(**filters: object) -> list[int]:
        found = database.read_now(partial(list_tickets, organisation_id=home.organisation_id, **filters))  # type: ignore[arg-type]
        return [listed.number for listed in found]

    first = database.read_now(lambda session: list_tickets(session, home.organisation_id, severity=2))[0]
    assert (first.number, first.status, first.category, first.severity) == (1, "open", "incident", 2)
    assert (first.assignee, first.customer, first.level) == (OTHER_AGENT.id, "ACME", 1)
    assert (first.summary, first.opened_at, first.next_due_at) == ("Fibre down in Lyon", NOW, NOW + timedelta(hours=1))
    assert numbers() == [2, 1]
    assert numbers(include_resolved=True) == [2, 1, 3]
    assert numbers(person=OTHER_AGENT.id) == [1]
    assert numbers(person=REQUESTER.id) == [2]
    assert numbers(requester=REQUESTER.id) == [2]
    assert numbers(unassigned=True) == [2]
    assert numbers(customer="ACME") == [1]
    assert numbers(limit=1) == [2]


def test_what_is_due_is_found_longest_overdue_first(database: Database, home: Home) -> None:
    later = NOW + timedelta(minutes=3)

    def two(session: Session) -> list[int]:
        return [open_stored(session, home, later).id, open_stored(session, home, NOW).id]

    young, old = database.write_now(two)

    def due(at: datetime, *skip: int) -> list[int]:
        found = database.read_now(lambda session: due_tickets(session, at, 10, skip=skip))
        assert {organisation_id for organisation_id, _ in found} <= {home.organisation_id}
        return [ticket_id for _, ticket_id in found]

    first_warning = NOW + timedelta(minutes=10)  # 5 minutes before the 15 of the first reply
    assert due(first_warning - timedelta(seconds=1)) == []
    assert due(first_warning) == [old]
    assert due(NOW + timedelta(hours=1)) == [old, young]
    assert due(NOW + timedelta(hours=1), old) == [young]
    assert database.read_now(next_due_at) == first_warning
    assert database.read_now(lambda session: next_due_at(session, skip=[old])) == first_warning + timedelta(minutes=3)
    assert database.read_now(lambda session: next_due_at(session, skip=[old, young])) is None


VERBS: dict[str, Callable[[Ticket, datetime], Change]] = {
    "plan": decide_due,
    "take": lambda t, now: take(t, AGENT, now),
    "take over": lambda t, now: take(t, OTHER_AGENT, now),
    "update": lambda t, now: update(t, AGENT, now, "news"),
    "log": lambda t, now: update(t, AGENT, now, "by phone", at=now - timedelta(minutes=7)),
    "promise": lambda t, now: promise(t, AGENT, now, now + timedelta(minutes=50), "soon"),
    "wait": lambda t, now: wait(t, AGENT, now, "for logs", until=now + timedelta(hours=3)),
    "wait for vendor": lambda t, now: wait(t, AGENT, now, "for parts", what="vendor"),
    "resume": lambda t, now: resume(t, AGENT, now),
    "restored": lambda t, now: restored(t, AGENT, now),
    "relapsed": lambda t, now: relapsed(t, AGENT, now),
    "severity 1": lambda t, now: change_severity(t, AGENT, now, Policy(), 1, "worse"),
    "severity 3": lambda t, now: change_severity(t, AGENT, now, Policy(), 3, "better"),
    "inquiry": lambda t, now: change_category(t, AGENT, now, Policy(), Category.INQUIRY),
    "incident": lambda t, now: change_category(t, AGENT, now, Policy(), Category.INCIDENT, 2),
    "provisioning": lambda t, now: change_category(t, AGENT, now, Policy(), Category.PROVISIONING),
    "reported": lambda t, now: correct_report(t, AGENT, now, t.report.at - timedelta(minutes=9), "earlier"),
    "resolve": lambda t, now: resolve(t, AGENT, now),
    "came back": lambda t, now: reopen(t, AGENT, now, counts=False),
    "never fixed": lambda t, now: reopen(t, AGENT, now, counts=True),
    "customer": lambda t, now: customer_wrote(t, REQUESTER, now, "any news?", at=now - timedelta(seconds=40)),
    "acknowledge": lambda t, now: acknowledge(t, AGENT, now),
    "escalate": lambda t, now: escalate(t, AGENT, now, "slow"),
    "react": lambda t, now: escalate_by_reaction(t, MANAGER, now),
    "undo": lambda t, now: undo_reaction(t, MANAGER, now, "escalate"),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(60))
@given(
    first=st.sampled_from([{"severity": 1}, {"severity": 3}, {"severity": None}, {"actor": REQUESTER, "severity": 2}]),
    acts=st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.sampled_from([0, 1, 90, 900, 3600, 30000, 200000]))),
)
def test_deadlines_follow_the_agenda_whatever_happens(
    database: Database, home: Home, first: dict[str, object], acts: list[tuple[str, int]]
) -> None:
    def deadlines(session: Session, ticket_id: int) -> dict[str, Due]:
        rows = session.exec(select(DeadlineRow).where(DeadlineRow.ticket_id == ticket_id))
        return {row.clock: Due(row.due_at, row.clock, row.step, row.cycle) for row in rows}

    def story(session: Session) -> None:
        now = NOW
        stored = open_stored(session, home, now, change=opening(now, **first))
        for verb, seconds in acts:
            now += timedelta(seconds=seconds)
            try:
                decided = VERBS[verb](stored.ticket, now)
            except Refusal:
                continue
            after = record(session, stored, decided, now)
            stored = get_ticket_by_id(session, home.organisation_id, stored.id)
            assert after == stored
            assert deadlines(session, stored.id) == upcoming(stored.ticket)
        row = session.exec(select(TicketRow).where(TicketRow.id == stored.id)).one()
        assert (row.version, row.status, row.severity) == (
            stored.ticket.version, stored.ticket.status, stored.ticket.severity,
        )  # fmt: skip
        assert (row.next_due_at, row.resolved_at) == (stored.ticket.next_due, stored.ticket.resolved_at)

    database.write_now(story)


def test_an_opening_is_one_transaction_of_few_statements(database: Database, home: Home) -> None:
    """Counted rather than timed: a statement too many is what makes it slow."""
    with statements(database) as seen:
        database.write_now(lambda session: open_stored(session, home))
    assert len(seen) <= 12, "\n".join(seen)
