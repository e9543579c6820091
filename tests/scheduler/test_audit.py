"""The auditor: what should have happened and did not is found, put right and said once, whatever was broken by hand;
and the monitor hears nothing while anything is wrong."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlmodel import Session

from scheduler import deadlines
from scheduler.audit import Auditor
from storage import audit
from storage.changes import record
from storage.core import table
from storage.database import Database
from storage.deadlines import next_due_at
from storage.tables.operation import AuditRow, FindingRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import DeadlineRow, EventRow, TicketRow
from storage.tables.words import WordsRow
from storage.tickets import StoredTicket, get_ticket
from tests.factories import AGENT, NOW, Home, open_stored
from triage.agenda import ESCALATION, upcoming
from triage.auditing import Wrong
from triage.escalation import escalate
from triage.owning import take

MINUTE = timedelta(minutes=1)
WARNING = NOW + timedelta(minutes=10)  # 5 minutes before the 15 of the first reply
BREACHED = NOW + timedelta(minutes=15, seconds=1)
_deadlines, _tickets, _outbox, _findings = table(DeadlineRow), table(TicketRow), table(OutboxRow), table(FindingRow)


@pytest.fixture
def ticket(database: Database, home: Home) -> StoredTicket:
    """A severity 1 ticket opened at NOW, whose card was sent."""
    stored = database.write_now(lambda session: open_stored(session, home))
    break_by_hand(database, update(_outbox).values(state="sent"))
    return stored


@pytest.fixture
def auditor(database: Database) -> Auditor:
    """Looks at that database, at times that the test names."""
    return Auditor(database, lambda: NOW)


def break_by_hand(database: Database, *statements: object) -> None:
    """What somebody did who knew no better."""

    def transaction(session: object) -> None:
        for each in statements:
            session.execute(each)  # type: ignore[attr-defined]

    database.write_now(transaction)


def found(database: Database) -> dict[str, tuple[int, bool, bool]]:
    """By kind: how often it began, whether it stands, and whether the auditor put it right."""
    rows = database.read_now(lambda session: session.execute(select(_findings)).mappings().all())
    return {row["kind"]: (row["times"], row["ended_at"] is None, row["repaired"]) for row in rows}


def said(database: Database) -> list[str]:
    """What is to be said, in order, without the cards."""
    query = select(_outbox.c.kind).where(_outbox.c.kind != "card").order_by(_outbox.c.id)
    return list(database.read_now(lambda session: session.execute(query).scalars().all()))


async def test_a_sound_database_is_left_alone(database: Database, ticket: StoredTicket, auditor: Auditor) -> None:
    before = database.read_now(lambda session: session.execute(select(_deadlines)).all())
    assert [await auditor.run_once(NOW + n * MINUTE) for n in range(3)] == [True, True, True]
    assert database.read_now(lambda session: session.execute(select(_deadlines)).all()) == before
    assert found(database) == {}


async def test_a_ticket_that_no_search_finds_is_found_again(
    database: Database, ticket: StoredTicket, auditor: Auditor
) -> None:
    words = table(WordsRow)

    def known() -> list[str]:
        return list(database.read_now(lambda session: session.execute(select(words.c.opening)).scalars()))

    before = known()
    break_by_hand(database, delete(words))
    assert await auditor.run_once(NOW + MINUTE), "it is right again"
    assert known() == before != []
    assert found(database) == {Wrong.WORDS: (1, False, True)}


async def test_deadlines_that_are_gone_are_made_again_before_they_are_due(
    database: Database, ticket: StoredTicket, auditor: Auditor
) -> None:
    break_by_hand(database, delete(_deadlines))
    assert await auditor.run_once(NOW + MINUTE)  # nothing was late by then
    assert found(database) == {Wrong.DEADLINES: (1, False, True)}
    assert database.read_now(next_due_at) == min(due.at for due in upcoming(ticket.ticket).values())


async def test_what_was_missed_while_deadlines_were_gone_is_said_once(
    database: Database, ticket: StoredTicket, auditor: Auditor
) -> None:
    break_by_hand(database, delete(_deadlines))
    late = NOW + timedelta(hours=3)
    assert await deadlines.run_once(database, late) == (0, set())
    assert not await auditor.run_once(late)  # it was late by then
    assert said(database) == ["catch_up"]
    assert not await auditor.run_once(late + timedelta(seconds=10))  # it is somebody else's turn
    assert await auditor.run_once(late + MINUTE)
    await deadlines.run_once(database, late)
    assert said(database) == ["catch_up"]
    assert found(database) == {Wrong.DEADLINES: (1, False, True)}


async def test_a_chain_that_stands_still_goes_on_and_calls_once(
    database: Database, ticket: StoredTicket, auditor: Auditor
) -> None:
    """A level was reached, nobody has acknowledged it, and what should call the next contact is gone."""

    def climb(session: Session) -> StoredTicket:
        taken = record(session, ticket, take(ticket.ticket, AGENT, NOW), NOW)
        return record(session, taken, escalate(taken.ticket, AGENT, NOW, "worse"), NOW)

    climbed = database.write_now(climb)
    assert upcoming(climbed.ticket)[ESCALATION].at == NOW + 15 * MINUTE
    break_by_hand(database, delete(_deadlines), update(_outbox).values(state="sent"))
    assert await deadlines.run_once(database, NOW + 16 * MINUTE) == (0, set())
    assert "unacknowledged" not in said(database)
    await auditor.run_once(NOW + 16 * MINUTE)
    assert said(database).count("unacknowledged") == 1
    await auditor.run_once(NOW + 18 * MINUTE)
    assert said(database).count("unacknowledged") == 1
    assert found(database) == {Wrong.DEADLINES: (1, False, True)}


async def test_a_deadline_set_too_late_by_hand_is_found_when_it_passes(
    database: Database, ticket: StoredTicket, auditor: Auditor
) -> None:
    await auditor.run_once(NOW)
    break_by_hand(database, update(_deadlines).values(due_at=NOW + timedelta(days=30)))
    for minutes in range(1, 10):
        await auditor.run_once(NOW + minutes * MINUTE)
    assert said(database) == []
    assert await deadlines.run_once(database, WARNING) == (1, set())
    assert said(database) == ["warning"]


async def test_what_stays_overdue_withholds_the_heartbeat_until_it_is_said(
    database: Database, ticket: StoredTicket, auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError("no way")

    with monkeypatch.context() as patched:
        patched.setattr(deadlines, "plan", broken)
        runs = [await auditor.run_once(BREACHED + n * MINUTE) for n in range(4)]
    assert runs[-1] is False
    assert found(database) == {Wrong.OVERDUE: (1, True, False)}
    assert not await auditor.run_once(BREACHED + 4 * MINUTE)  # found and said: what had been wrong was late
    assert await auditor.run_once(BREACHED + 5 * MINUTE)
    assert found(database) == {Wrong.OVERDUE: (1, False, True)}
    assert said(database) == ["breach"]


async def test_what_falls_due_while_time_leaps_is_not_taken_for_forgotten(
    database: Database, ticket: StoredTicket, auditor: Auditor
) -> None:
    await auditor.run_once(NOW)
    assert await auditor.run_once(NOW + timedelta(days=2))  # whoever plans is at it at this moment
    assert found(database) == {}


async def test_columns_that_were_changed_by_hand_say_again_what_the_events_say(
    database: Database, home: Home, ticket: StoredTicket, auditor: Auditor
) -> None:
    wrong = {"status": "resolved", "severity": 3, "assignee": "slack:UNOBODY", "level": 2, "next_due_at": None}
    break_by_hand(database, update(_tickets).values(**wrong))
    assert await auditor.run_once(NOW + MINUTE)
    row = database.read_now(lambda session: session.execute(select(_tickets)).mappings().one())
    assert {name: row[name] for name in wrong} == {
        "status": "open", "severity": 1, "assignee": None, "level": 0, "next_due_at": ticket.ticket.next_due,
    }  # fmt: skip
    assert found(database) == {Wrong.COLUMNS: (1, False, True)}


async def test_a_notice_claimed_past_its_lease_is_released_as_unsure(
    database: Database, ticket: StoredTicket, auditor: Auditor
) -> None:
    await auditor.run_once(NOW)
    break_by_hand(database, update(_outbox).values(state="claimed", lease_until=None))
    assert not await auditor.run_once(NOW + MINUTE)
    assert await auditor.run_once(NOW + 2 * MINUTE)
    rows = database.read_now(lambda session: session.execute(select(_outbox)).mappings().all())
    assert {(row["state"], row["unsure"], row["lease_until"]) for row in rows} == {("pending", True, None)}
    assert found(database) == {Wrong.CLAIMED: (1, False, True)}


async def test_a_notice_that_nobody_sends_withholds_the_heartbeat_until_it_is_sent(
    database: Database, ticket: StoredTicket, auditor: Auditor
) -> None:
    break_by_hand(database, update(_outbox).values(state="pending"))
    runs = [await auditor.run_once(NOW + n * MINUTE) for n in range(9)]
    assert all(runs)
    later = [await auditor.run_once(NOW + n * MINUTE) for n in range(11, 14)]
    assert later[-1] is False
    assert found(database)[Wrong.UNSENT] == (1, True, False)
    break_by_hand(database, update(_outbox).values(state="sent"))
    assert await auditor.run_once(NOW + 14 * MINUTE)
    assert found(database)[Wrong.UNSENT] == (1, False, False)


async def test_a_ticket_that_cannot_be_read_is_said_to_be_so_and_holds_up_no_other(
    database: Database, home: Home, ticket: StoredTicket, auditor: Auditor
) -> None:
    other = database.write_now(lambda session: open_stored(session, home))
    events = table(EventRow)
    kinds = update(events).where(events.c.ticket_id == ticket.id)
    break_by_hand(database, kinds.values(kind="unheard-of"), delete(_deadlines))
    assert not await auditor.run_once(NOW + MINUTE)
    assert found(database) == {Wrong.UNREADABLE: (1, True, False), Wrong.DEADLINES: (1, False, True)}
    break_by_hand(database, kinds.values(kind="opened"))
    assert await auditor.run_once(NOW + 2 * MINUTE)
    assert found(database)[Wrong.UNREADABLE] == (1, False, False)
    assert database.read_now(lambda s: get_ticket(s, home.organisation_id, other.number)).ticket.is_open


async def test_deadlines_of_no_ticket_are_dropped(database: Database, home: Home, auditor: Auditor) -> None:
    row = "INSERT INTO deadline VALUES (4711, 'response', :of, 'breach', 1, '2026-03-02 10:00:00')"
    whose = home.organisation_id
    if database.is_sqlite:
        with closing(sqlite3.connect(str(database.url.database))) as connection:  # which minds no foreign keys
            connection.execute(row, {"of": whose})
            connection.commit()
    else:
        break_by_hand(database, text("SET LOCAL session_replication_role = replica"), text(row).bindparams(of=whose))
    await auditor.run_once(NOW)
    await auditor.run_once(NOW + MINUTE)
    assert database.read_now(next_due_at) is None
    assert found(database) == {Wrong.ORPHAN: (1, False, True)}


async def test_of_several_processes_one_has_the_turn(database: Database, ticket: StoredTicket) -> None:
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(2)]
    auditors = [Auditor(each, lambda: NOW) for each in (database, *others)]
    assert sorted(await asyncio.gather(*(each.run_once(NOW) for each in auditors))) == [False, False, True]
    for other in others:
        await other.close()


async def test_all_open_tickets_are_looked_at_in_turn(
    database: Database, home: Home, auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "OPEN", 2)
    monkeypatch.setattr(audit, "MOST", 1)

    def open_some(session: object) -> None:
        for _ in range(7):
            open_stored(session, home)  # type: ignore[arg-type]

    database.write_now(open_some)
    break_by_hand(database, delete(_deadlines))
    for n in range(4):
        await auditor.run_once(NOW + n * MINUTE)
    assert len(database.read_now(lambda session: session.execute(select(_findings)).all())) == 7
    row = database.read_now(lambda session: session.execute(select(table(AuditRow))).mappings().one())
    assert row["round_at"] == NOW + 3 * MINUTE


async def test_the_monitor_hears_of_each_pass_that_finds_nothing_wrong(
    database: Database, ticket: StoredTicket
) -> None:
    beats: list[datetime] = []
    errors = iter([None, "it answered 500", None, None])
    time = [NOW]

    async def beat() -> str | None:
        beats.append(time[0])
        return next(errors)

    auditor = Auditor(database, lambda: time[0], beat=beat)
    for n in range(4):
        time[0] = NOW + n * MINUTE
        if n == 2:
            break_by_hand(database, update(_outbox).values(state="claimed", lease_until=None))
        await auditor.run()
    assert beats == [NOW, NOW + MINUTE, NOW + 3 * MINUTE]  # what was stuck was found by the third
    row = database.read_now(lambda session: session.execute(select(table(AuditRow))).mappings().one())
    assert (row["beat_at"], row["beat_failures"], row["beat_error"]) == (NOW + 3 * MINUTE, 0, None)


def test_ids_that_no_ticket_has_are_passed_at_once(
    database: Database, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an import, say, or where other organisations write much."""
    monkeypatch.setattr(audit, "WINDOW", 2)
    ids = [1, 50_000, 50_001, 900_000, 900_001]

    def fill(session: Session) -> None:
        for number, row_id in enumerate(ids, 1):
            values = {"organisation_id": home.organisation_id, "desk_id": home.desk_id, "version": 1, "status": "new",
                      "requester": "slack:U1", "opened_at": NOW, "id": row_id, "number": number}  # fmt: skip
            session.execute(insert(_tickets).values(values))

    database.write_now(fill)
    turn, passes = audit.Turn(NOW, 0, 0), []
    for _ in range(3):
        refs, turn = database.read_now(partial(audit.next_tickets, now=NOW, turn=turn))
        passes.append([of for _, of in refs])
    assert passes == [ids[:2], ids[2:4], ids[4:]]
    assert (turn.open_cursor, turn.rest_cursor) == (0, 0)
