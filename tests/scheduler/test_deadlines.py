"""Deadlines: planned when due, exactly once, whoever else looks at the same moment and whatever is broken nearby."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from scheduler import deadlines
from storage.changes import record
from storage.core import table
from storage.database import Database
from storage.deadlines import claim_due
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import DeadlineRow, EventRow
from storage.tickets import StoredTicket, get_ticket_by_id
from tests.factories import AGENT, NOW, Home, make_home, open_stored
from tests.statements import statements
from triage.agenda import agenda, upcoming
from triage.owning import take

WARNING = NOW + timedelta(minutes=10)  # 5 minutes before the 15 of the first reply
LATER = [NOW + timedelta(minutes=minutes) for minutes in (10, 15, 16, 29, 45, 60, 90, 120, 180, 271, 330, 400)]


@pytest.fixture
def ticket(database: Database, home: Home) -> StoredTicket:
    """A severity 1 ticket opened at NOW."""
    return database.write_now(lambda session: open_stored(session, home))


def said(database: Database) -> list[tuple[int, str | None, str | None, int | None]]:
    """What planning has put on record, by ticket."""
    query = select(EventRow.ticket_id, EventRow.clock, EventRow.step, EventRow.cycle).where(EventRow.actor == "vigie")
    return sorted(database.read_now(lambda session: session.exec(query).all()))


def noticed(database: Database) -> list[str]:
    """The kinds of what is to be said, in order."""
    query = select(OutboxRow.kind).order_by(table(OutboxRow).c.id)
    return list(database.read_now(lambda session: session.exec(query).all()))


async def test_a_warning_is_planned_when_due_and_not_a_second_before(database: Database, ticket: StoredTicket) -> None:
    assert await deadlines.run_once(database, WARNING - timedelta(seconds=1)) == (0, set())
    assert said(database) == []
    assert await deadlines.run_once(database, WARNING) == (1, set())
    assert said(database) == [(ticket.id, "response", "left-300", 1)]
    assert noticed(database) == ["card", "warning"]
    assert await deadlines.run_once(database, WARNING) == (0, set())


async def run_through(databases: list[Database], times: list[datetime]) -> None:
    """Every replica looks at each of `times`, all at the same moment, until nothing is due."""
    for now in times:
        while any(planned for planned, _ in await asyncio.gather(*(deadlines.run_once(d, now) for d in databases))):
            pass


async def test_replicas_that_look_at_once_plan_everything_exactly_once(database: Database, home: Home) -> None:
    def open_some(session: Session) -> None:
        for minutes in (0, 0, 0, 1, 1):
            open_stored(session, home, NOW + timedelta(minutes=minutes))

    await database.write(open_some)
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(2)]
    await run_through([database, *others], LATER)
    once = said(database)
    assert max(Counter(once).values()) == 1
    assert {step for _, clock, step, _ in once if clock == "response"} >= {"left-300", "breach"}
    by_ticket = Counter(ticket_id for ticket_id, *_ in once)
    assert len(set(by_ticket.values())) <= 2  # opened a minute apart, they are nearly alike
    notices = Counter(noticed(database))
    assert notices["card"] == 5
    assert notices["breach"] > 5
    for other in others:
        await other.close()


async def test_what_was_planned_step_by_step_is_the_whole_agenda(database: Database, ticket: StoredTicket) -> None:
    stored = ticket
    for _ in range(40):
        coming = agenda(stored.ticket)
        if not coming:
            break
        now = coming[0].at
        assert await deadlines.run_once(database, now - timedelta(seconds=1)) == (0, set())
        assert await deadlines.run_once(database, now) == (1, set())
        stored = await database.read(lambda session: get_ticket_by_id(session, ticket.organisation_id, ticket.id))
        assert stored.events[-1].recorded_at == now
        assert coming[0].key in stored.ticket.said
    assert len(stored.events) > 15


async def test_after_an_outage_a_ticket_has_one_notice_of_what_was_missed(
    database: Database, ticket: StoredTicket
) -> None:
    while (await deadlines.run_once(database, NOW + timedelta(hours=5)))[0]:
        pass
    assert noticed(database).count("catch_up") == 1
    assert "warning" not in noticed(database)


async def test_a_ticket_that_cannot_be_folded_never_blocks_its_neighbours(database: Database, home: Home) -> None:
    def spoil(session: Session) -> tuple[int, int]:
        broken, sound = open_stored(session, home), open_stored(session, home)
        rows = table(EventRow)
        session.execute(update(rows).where(rows.c.ticket_id == broken.id).values(kind="nonsense"))
        return broken.id, sound.id

    broken, sound = await database.write(spoil)
    assert await deadlines.run_once(database, WARNING) == (1, {broken})
    assert [ticket_id for ticket_id, *_ in said(database)] == [sound]
    assert await deadlines.run_once(database, WARNING, skip=frozenset({broken})) == (0, set())


async def test_many_broken_tickets_do_not_hide_the_sound_ones(database: Database, home: Home) -> None:
    def spoil(session: Session) -> int:
        for _ in range(4):
            open_stored(session, home)
        session.execute(update(table(EventRow)).values(kind="nonsense"))
        return open_stored(session, home, NOW + timedelta(seconds=1)).id

    sound = await database.write(spoil)
    planned, failed = await deadlines.run_once(database, WARNING + timedelta(seconds=1))
    assert (planned, len(failed)) == (1, 4)
    assert [ticket_id for ticket_id, *_ in said(database)] == [sound]


async def test_those_that_share_a_transaction_are_planned_as_each_would_be_alone(
    database: Database, home: Home
) -> None:
    """Also more of them than one transaction or one pass takes."""
    number = deadlines.TOGETHER * deadlines.ROUNDS + 5

    def open_many(session: Session) -> None:
        for _ in range(number):
            open_stored(session, home)

    await database.write(open_many)
    assert await deadlines.run_once(database, WARNING) == (number - 5, set())
    assert await deadlines.run_once(database, WARNING) == (5, set())
    assert Counter(noticed(database)) == {"card": number, "warning": number}
    assert {row[1:] for row in said(database)} == {("response", "left-300", 1)}


async def test_those_that_share_a_transaction_share_its_statements(database: Database, home: Home) -> None:
    """Whatever is written; of what is read only whether the card of a ticket is on its way is asked for each."""
    asked: list[Counter[str]] = []
    for number in (2, 10):
        for _ in range(number):
            await database.write(lambda session: open_stored(session, home))
        with statements(database) as seen:
            assert await database.write(lambda session: len(deadlines.plan_together(session, now=WARNING))) == number
        asked.append(Counter(sql.split()[0] for sql in seen))
    few, many = asked
    assert many - few == Counter(SELECT=8)


async def test_whoever_finds_a_ticket_locked_by_somebody_else_plans_the_others_and_then_waits(
    database: Database, home: Home
) -> None:
    if database.is_sqlite:
        pytest.skip("one writer holds the whole file")
    held, free = (database.write_now(lambda session: open_stored(session, home)) for _ in range(2))
    other = Database(database.url.render_as_string(hide_password=False))
    planned: list[tuple[int, set[int]]] = []

    def hold(session: Session) -> None:
        get_ticket_by_id(session, held.organisation_id, held.id, lock=True)
        planned.append(asyncio.run(deadlines.run_once(other, WARNING)))

    await asyncio.to_thread(database.write_now, hold)
    assert planned == [(1, set())]
    assert [ticket_id for ticket_id, *_ in said(database)] == [free.id]
    assert await deadlines.run_once(other, WARNING) == (1, set())
    await other.close()


async def test_whoever_finds_everything_locked_by_somebody_else_waits_for_one_of_them_alone(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That one plans them: to wait for each in turn would be to look at each again."""
    monkeypatch.setattr("storage.engines.LOCK_MS", 50)
    database, other = Database(postgres_database), Database(postgres_database)
    home = database.write_now(make_home)
    tickets = [database.write_now(lambda session: open_stored(session, home)) for _ in range(3)]
    planned: list[tuple[int, set[int]]] = []

    def hold(session: Session) -> None:
        assert len(claim_due(session, WARNING, 9)) == len(tickets)
        planned.append(asyncio.run(deadlines.run_once(other, WARNING)))

    await asyncio.to_thread(database.write_now, hold)
    ((done, failed),) = planned
    assert not done
    assert len(failed) == 1
    for each in (database, other):
        await each.close()


async def test_a_row_that_disagrees_with_its_agenda_is_put_right_instead_of_staying_due(
    database: Database, ticket: StoredTicket
) -> None:
    def disagree(session: Session) -> None:
        rows = table(DeadlineRow)
        session.execute(update(rows).where(rows.c.clock == "response").values(due_at=NOW))
        values = {**ticket.scope, "clock": "of old", "step": "x", "cycle": 1, "due_at": NOW}
        session.execute(rows.insert().values(**values))

    await database.write(disagree)
    assert await deadlines.run_once(database, NOW) == (0, set())
    rows = await database.read(lambda session: session.exec(select(DeadlineRow)).all())
    assert {(r.clock, r.step, r.cycle, r.due_at) for r in rows} == {
        (due.clock, due.step, due.cycle, due.at) for due in upcoming(ticket.ticket).values()
    }


async def test_nothing_is_said_of_a_deadline_that_was_met_meanwhile(database: Database, ticket: StoredTicket) -> None:
    """The rows say due, but the ticket is looked at again under its lock."""

    def meet(session: Session) -> bool | None:
        record(session, ticket, take(ticket.ticket, AGENT, NOW), NOW)
        return deadlines.plan(session, ticket.organisation_id, ticket.id, WARNING)

    assert await database.write(meet) is False
    assert noticed(database) == ["card"], "whoever opened and took it is told nothing of that"
