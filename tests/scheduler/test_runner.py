"""The runner: on time with the real scheduler, told apart from sleeping, and it leaves nothing half done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from scheduler import deadlines
from scheduler.delivery import AT_ONCE, Delivery
from scheduler.runner import BEHIND_AT_ONCE, BETWEEN_LOOKS_SECONDS, Runner
from scheduler.sender import Result, Retry, Sent, Unsure
from scheduler.steps_of_time import StepsOfTime
from storage import outbox
from storage.core import table
from storage.database import Database
from storage.deadlines import next_due_at
from storage.outbox import LEASE, SETTLES, Outgoing
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import EventRow
from storage.tickets import StoredTicket, get_ticket
from tests.factories import NOW, Home, make_home, open_stored
from tests.scheduler.conftest import FakeSender
from triage.agenda import agenda

WARNING = NOW + timedelta(minutes=10)
SECOND = timedelta(seconds=1)


class Time:
    """The project's time: it stands still and is moved by hand, or runs beside the machine's once set going."""

    def __init__(self, now: datetime) -> None:
        self.at = now
        self.offset: timedelta | None = None

    def now(self) -> datetime:
        return self.at if self.offset is None else datetime.now(UTC) + self.offset

    def go_on(self, now: datetime) -> None:
        self.offset = now - datetime.now(UTC)


@pytest.fixture
def time() -> Time:
    """Stands at NOW."""
    return Time(NOW)


@pytest.fixture
async def runner(delivery: Delivery, time: Time) -> AsyncIterator[Runner]:
    """Not started yet; stopped afterwards."""
    made = Runner(delivery.database, delivery, time.now)
    yield made
    await made.stop(1)


@pytest.fixture
def ticket(database: Database, home: Home) -> StoredTicket:
    """A severity 1 ticket opened at NOW: its first warning is due at WARNING."""
    return database.write_now(lambda session: open_stored(session, home))


async def until(true: Callable[[], bool], seconds: float = 2.0) -> float:
    """Wait until `true`; how many seconds that took."""
    began = asyncio.get_running_loop().time()
    while not true():
        waited = asyncio.get_running_loop().time() - began
        assert waited < seconds, f"still not true after {seconds} s"
        await asyncio.sleep(0.01)
    return asyncio.get_running_loop().time() - began


def events(database: Database) -> list[EventRow]:
    query = select(EventRow).where(EventRow.actor == "vigie").order_by(table(EventRow).c.seq)
    return list(database.read_now(lambda session: session.exec(query).all()))


async def test_a_warning_is_said_within_two_seconds_of_its_time(
    ticket: StoredTicket, runner: Runner, sender: FakeSender, time: Time
) -> None:
    time.go_on(WARNING - 2 * SECOND)
    runner.start()
    await until(lambda: sender.kinds == ["card"], 1.9)
    await until(lambda: sender.kinds[:2] == ["card", "warning"], 2 + 2)
    (event,) = events(runner.database)
    assert WARNING <= event.recorded_at <= WARNING + 2 * SECOND


@pytest.mark.usefixtures("ticket")
async def test_a_look_just_before_something_falls_due_makes_it_no_later(runner: Runner, time: Time) -> None:
    """As each sweep is one."""
    time.at = WARNING - SECOND / 4
    runner.start()
    assert await runner.settle() == WARNING


@pytest.mark.usefixtures("ticket")
async def test_while_time_stands_still_just_before_something_falls_due_nobody_looks_all_the_time(
    runner: Runner, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does for up to a second where the clock was set back by less."""
    looks = list[None]()

    def look(session: Session, skip: Collection[int]) -> datetime | None:
        looks.append(None)
        return next_due_at(session, skip=skip)

    monkeypatch.setattr("scheduler.runner.next_due_at", look)
    time.at = WARNING - timedelta(microseconds=1)
    runner.start()
    await asyncio.sleep(0.5)
    assert 2 <= len(looks) <= 15


async def test_where_more_is_late_than_is_planned_few_are_sent_until_it_is(
    home: Home, runner: Runner, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed: list[int] = []
    begin = Delivery.begin

    async def noted(delivery: Delivery, now: datetime, most: int = AT_ONCE) -> int:
        allowed.append(most)
        return await begin(delivery, now, most)

    for name, value in (("TOGETHER", 1), ("ROUNDS", 2), ("MOST", 2)):
        monkeypatch.setattr(deadlines, name, value)
    monkeypatch.setattr(Delivery, "begin", noted)
    for _ in range(7):
        await runner.database.write(lambda session: open_stored(session, home))
    time.at = WARNING + timedelta(minutes=1)
    runner.start()
    await runner.settle()
    assert len(events(runner.database)) == 7
    assert BEHIND_AT_ONCE in allowed
    assert allowed[-1] == AT_ONCE


async def test_a_nudge_sends_what_was_recorded_at_once(
    database: Database, home: Home, runner: Runner, sender: FakeSender
) -> None:
    runner.start()
    assert await runner.settle() is None
    await database.write(lambda session: open_stored(session, home))
    runner.nudge()
    await until(lambda: sender.kinds == ["card"])


async def test_what_is_recorded_within_a_moment_is_looked_at_once(
    database: Database, home: Home, runner: Runner, sender: FakeSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.start()
    await runner.settle()
    looks: list[datetime] = []
    begin = Delivery.begin

    async def counted(delivery: Delivery, now: datetime, most: int = AT_ONCE) -> int:
        looks.append(now)
        return await begin(delivery, now, most)

    monkeypatch.setattr(Delivery, "begin", counted)
    await database.write(lambda session: open_stored(session, home))
    for _ in range(50):
        runner.nudge_soon()
    await until(lambda: sender.kinds == ["card"])
    await runner.settle()
    assert len(looks) <= 5


async def test_where_something_is_recorded_all_the_time_looks_are_apart(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.start()
    await runner.settle()
    nudge, looks = runner.nudge, list[float]()

    def noted() -> None:
        looks.append(asyncio.get_running_loop().time())
        nudge()

    monkeypatch.setattr(runner, "nudge", noted)
    for _ in range(20):
        runner.nudge_soon()
        await asyncio.sleep(0.02)
    assert all(later - before > BETWEEN_LOOKS_SECONDS - 0.01 for before, later in pairwise(looks))


async def test_the_sweep_finds_what_nobody_told_it_of(
    database: Database, home: Home, runner: Runner, sender: FakeSender
) -> None:
    runner.sweep_seconds = 0.1
    runner.start()
    await runner.settle()
    await database.write(lambda session: open_stored(session, home))
    await until(lambda: sender.kinds == ["card"])
    assert runner.last_sweep == NOW


async def test_settling_runs_what_is_due_and_says_what_comes_next(
    ticket: StoredTicket, runner: Runner, sender: FakeSender, time: Time
) -> None:
    runner.start()
    assert await runner.settle() == WARNING
    assert runner.is_idle
    assert sender.kinds == ["card"]
    time.at = WARNING
    following = await runner.settle()
    assert sender.kinds == ["card", "warning"]
    stored = runner.database.read_now(lambda session: get_ticket(session, ticket.organisation_id, 1))
    assert following == agenda(stored.ticket)[0].at


async def test_stepping_from_answer_to_answer_runs_everything_at_its_own_instant(
    ticket: StoredTicket, runner: Runner, sender: FakeSender, time: Time
) -> None:
    runner.start()
    while (following := await runner.settle()) is not None and following < NOW + timedelta(hours=8):
        assert following > time.at
        time.at = following
    recorded = events(runner.database)
    assert len(recorded) > 10
    assert [event.recorded_at for event in recorded] == [event.at for event in recorded]
    assert "catch_up" not in sender.kinds
    assert sender.kinds.count("breach") >= 3


async def test_what_a_channel_cannot_take_yet_is_what_comes_next(
    database: Database, home: Home, runner: Runner, sender: FakeSender, time: Time
) -> None:
    await database.write(lambda session: [open_stored(session, home) for _ in range(7)])
    runner.start()
    comes_next = []
    for sent in (5, 6, 7):
        comes_next.append(await runner.settle())
        assert len(sender.seen) == sent
        time.at += SECOND
    assert comes_next == [NOW + SECOND, NOW + 2 * SECOND, WARNING]


async def test_a_ticket_that_cannot_be_folded_does_not_keep_the_runner_busy(
    ticket: StoredTicket, runner: Runner, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[datetime] = []
    real_run = deadlines.run_once

    async def counted(*args: object, **options: object) -> object:
        rounds.append(time.at)
        return await real_run(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(deadlines, "run_once", counted)
    await runner.database.write(lambda session: session.execute(update(table(EventRow)).values(kind="nonsense")))
    time.at = WARNING
    runner.start()
    assert await runner.settle() is None
    await asyncio.sleep(0.1)
    assert len(rounds) == 1
    assert runner.alive


async def test_a_slow_chat_never_keeps_a_deadline_from_being_planned(
    ticket: StoredTicket, runner: Runner, sender: FakeSender, time: Time
) -> None:
    go_on = asyncio.Event()

    async def slowly(item: Outgoing, _: datetime) -> Result:
        await go_on.wait()
        return Sent(f"m{item.id}", item.channel)

    sender.answer = slowly
    runner.start()
    await until(lambda: sender.kinds == ["card"])
    time.at = WARNING
    runner.nudge()
    await until(lambda: len(events(runner.database)) == 1)
    assert not runner.is_idle
    go_on.set()
    await until(lambda: sender.kinds == ["card", "warning"])


async def test_stopping_finishes_what_is_being_sent_and_begins_nothing_new(
    database: Database, home: Home, runner: Runner, sender: FakeSender
) -> None:
    await database.write(lambda session: open_stored(session, home))
    go_on = asyncio.Event()

    async def slowly(item: Outgoing, _: datetime) -> Result:
        await go_on.wait()
        return Sent(f"m{item.id}", item.channel)

    sender.answer = slowly
    runner.start()
    await until(lambda: sender.kinds == ["card"])
    stopping = asyncio.ensure_future(runner.stop())
    await asyncio.sleep(0)  # the stop has begun, whatever round is still under way
    await database.write(lambda session: open_stored(session, home))
    runner.nudge()
    await asyncio.sleep(0.02)
    go_on.set()
    await stopping
    assert not runner.alive
    states = await database.read(lambda session: session.exec(select(OutboxRow.state)).all())
    assert sorted(states) == ["pending", "sent"]


async def test_what_was_being_claimed_when_a_stop_began_is_given_back_untried_and_said_after_the_next_start(
    database: Database, home: Home, runner: Runner, sender: FakeSender
) -> None:
    runner.start()
    await runner.settle()
    await database.write(lambda session: open_stored(session, home))
    runner.nudge()  # the round begins before the stop does, and its claim is answered after
    await runner.stop()
    assert sender.seen == []
    (row,) = await database.read(lambda session: session.exec(select(OutboxRow)).all())
    assert (row.state, row.attempts, row.unsure, row.lease_until) == ("pending", 0, False, None)
    runner.start()
    await runner.settle()
    assert [(item.kind, item.unsure) for item in sender.seen] == [("card", False)]


async def test_what_is_not_answered_when_it_stops_is_broken_off_and_looked_for_by_whoever_is_next(
    database: Database, home: Home, runner: Runner, sender: FakeSender, time: Time
) -> None:
    """And what it had not begun is said by them at once: they are told that there is something."""
    told: list[str] = []
    await database.write(lambda session: open_stored(session, home))

    async def never(_: Outgoing, __: datetime) -> Result:
        await asyncio.Event().wait()
        raise AssertionError

    sender.answer = never
    runner.start()
    await until(lambda: sender.kinds == ["card"])
    runner.delivery.stopping = True  # from here on nothing new is begun
    await database.write(lambda session: open_stored(session, home))
    database.on_planned = lambda: told.append("look")
    await runner.stop(0.05)
    assert told or database.is_sqlite  # whose file has one process
    hanging, other = await database.read(
        lambda session: session.exec(select(OutboxRow).order_by(col(OutboxRow.id))).all()
    )
    assert (hanging.state, hanging.unsure, hanging.lease_until) == ("pending", True, None)
    assert (other.state, other.unsure, other.attempts) == ("pending", False, 0)
    successor = FakeSender()
    following = Runner(database, Delivery(database, {"slack": successor}), time.now)
    following.start()
    assert await following.settle() == NOW + SETTLES
    time.at = NOW + SETTLES
    await following.settle()
    await following.stop()
    assert [(item.id, item.unsure) for item in successor.seen] == [(other.id, False), (hanging.id, True)]


async def test_what_waits_until_nothing_of_it_can_be_under_way_is_given_back_when_it_stops(
    database: Database, home: Home, runner: Runner, sender: FakeSender, time: Time
) -> None:
    await database.write(lambda session: open_stored(session, home))
    sender.answer = lambda *_: Unsure("no answer", SETTLES)
    runner.start()
    await runner.settle()
    time.at += SETTLES  # moved ahead: the network was not
    runner.nudge()
    await until(lambda: runner.delivery.is_busy)
    await runner.stop(0.05)
    (row,) = await database.read(lambda session: session.exec(select(OutboxRow)).all())
    assert (row.state, row.unsure, row.attempts, row.lease_until) == ("pending", True, 1, None)
    assert len(sender.seen) == 1


async def test_what_a_killed_worker_held_is_looked_for_at_once_and_said_again_once_nothing_of_it_is_under_way(
    ticket: StoredTicket, runner: Runner, sender: FakeSender, time: Time
) -> None:
    (lost,) = await runner.database.write(lambda session: outbox.claim(session, NOW, limit=5))

    def not_found(item: Outgoing, now: datetime) -> Result:
        waits = item.settles_at is not None and now < item.settles_at
        return Retry(now, "not found", counts=False) if waits else Sent("m1", "slack:CDESK")

    sender.answer = not_found
    runner.start()
    assert await runner.settle() == NOW + LEASE
    # On PostgreSQL another replica may be alive: only its lease tells.
    looked = [(lost.id, NOW + LEASE)] if runner.database.is_sqlite else []
    assert [(item.id, item.settles_at) for item in sender.seen] == looked
    time.at += LEASE
    await runner.settle()
    assert [(item.id, item.unsure, item.settles_at) for item in sender.seen[len(looked) :]] == [(lost.id, True, None)]


async def test_what_a_killed_worker_had_posted_is_on_record_as_soon_as_the_next_one_starts(
    sqlite_database: str, sender: FakeSender, time: Time
) -> None:
    """What waits behind it in its thread is said then, too."""
    database = Database(sqlite_database)
    home = await database.write(make_home)
    await database.write(lambda session: open_stored(session, home))
    (lost,) = await database.write(lambda session: outbox.claim(session, NOW, limit=5))
    runner = Runner(database, Delivery(database, {"slack": sender}), time.now)
    runner.start()
    await runner.settle()
    await runner.stop(1)
    assert sender.seen[0].id == lost.id
    assert sender.seen[0].unsure
    assert {row.state for row in await database.read(lambda s: s.exec(select(OutboxRow)).all())} == {"sent"}
    await database.close()


async def test_a_database_that_was_away_is_no_end(
    ticket: StoredTicket, runner: Runner, sender: FakeSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(Database, "read", away)
        patched.setattr(Database, "write", away)
        runner.start()
        await until(lambda: runner.is_idle)
    assert runner.alive
    runner.nudge()
    await until(lambda: sender.kinds == ["card"])


# Only PostgreSQL: an SQLite file has one worker, which at its start takes over whatever was claimed.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_two_runners_at_once_say_everything_once(
    ticket: StoredTicket, database: Database, sender: FakeSender, time: Time
) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    runners = [Runner(d, Delivery(d, {"slack": sender}), time.now) for d in (database, other)]
    for each in runners:
        each.start()
    await asyncio.gather(*(each.settle() for each in runners))
    for minutes in (10, 16, 31, 46, 61):
        time.at = NOW + timedelta(minutes=minutes)
        await asyncio.gather(*(each.settle() for each in runners))
        await asyncio.gather(*(each.settle() for each in runners))
    for each in runners:
        await each.stop()
    ids = [item.id for item in sender.seen]
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids)
    assert sender.kinds.count("breach") >= 3
    await other.close()


async def test_when_time_steps_back_nothing_waits_for_the_old_time(
    database: Database, home: Home, runner: Runner, sender: FakeSender, time: Time
) -> None:
    """Neither a retry, nor a claim whose holder died, nor a card, nor a channel that was just posted to."""
    for _ in range(3):
        await database.write(lambda session: open_stored(session, home))
    rows = table(OutboxRow)
    sender.answer = lambda item, now: Retry(now + timedelta(minutes=20), "http 500")
    runner.start()
    await runner.settle()
    sender.answer = FakeSender().answer
    time.at = NOW - timedelta(hours=3)
    leased = {"state": "claimed", "lease_until": NOW + LEASE}
    await database.write(lambda session: session.execute(update(rows).where(rows.c.id == 1).values(**leased)))
    await database.write(lambda session: open_stored(session, home, now=time.at))
    for _ in range(9):
        await runner.settle()
        time.at += SECOND
    states = await database.read(lambda session: session.exec(select(OutboxRow.state)).all())
    assert set(states) == {"sent"}


async def test_what_was_planned_by_a_clock_that_was_ahead_is_said_after_a_start(
    database: Database, home: Home, runner: Runner, sender: FakeSender, time: Time
) -> None:
    await database.write(lambda session: open_stored(session, home))
    time.at = NOW - timedelta(hours=3)
    runner.start()
    await runner.settle()
    assert sender.kinds == ["card"]


async def test_a_runner_that_was_just_started_is_at_work_and_one_that_was_stopped_is_not(runner: Runner) -> None:
    assert runner.trouble == "nobody holds the clocks"
    runner.start()
    assert runner.is_at_work
    await runner.stop()
    assert not runner.is_at_work


async def test_without_sweeps_it_is_not_at_work(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails() -> None:
        raise OSError

    monkeypatch.setattr(runner, "_sweep", fails)
    runner.sweep_seconds = 0.02
    runner.start()
    await until(lambda: "have not been swept" in (runner.trouble or ""))
    assert runner.alive


async def test_a_worker_that_hangs_is_named(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(StepsOfTime, "keep_up", hangs)
    runner.sweep_seconds = 0.02
    runner.start()
    await until(lambda: "delivery has not come on" in (runner.trouble or ""))
    await runner.stop(0.01)
