"""What falls due for a desk is done once, whoever looks, and after an outage what is no longer true is not said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import pytest
from sqlmodel import Session, select

from scheduler.delivery import Delivery
from scheduler.desk_agenda import LOOK_BACK, DeskAgenda
from scheduler.desk_duties import DeskAtWork
from scheduler.runner import Runner
from storage.changes import record
from storage.core import upsert
from storage.database import Database
from storage.tables.learning import CorrectionRow
from storage.tables.outbox import OutboxRow
from tests.factories import NOW, Home, open_stored
from tests.scheduler.conftest import FakeSender
from triage.desk import Desk
from triage.desk_agenda import CORRECTIONS, MORNING, SHIFT_ENDS, SHIFT_OVER, DeskDue, upcoming
from triage.hours import ELAPSED, Calendar
from triage.owning import take
from triage.people import Actor, Role
from triage.policy import Policy
from triage.roster import Roster

ANA: Final = "slack:UANA"
LEA: Final = "slack:ULEA"
HOUR: Final = timedelta(hours=1)
ROUND_THE_CLOCK: Final = Policy(desk=Desk(timezone="Europe/Paris", hours=ELAPSED))
EVERY_DAY: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def shift(hours: int) -> Calendar:
    """One that ends so many hours after NOW, every day."""
    end = NOW + hours * HOUR
    return Calendar("UTC", {day: [[f"{NOW - HOUR:%H:%M}", f"{end:%H:%M}"]] for day in EVERY_DAY})


@pytest.fixture
def desk(home: Home) -> DeskAtWork:
    """A desk at which Ana's shift ends six hours after NOW."""
    roster = Roster(roles={ANA: frozenset({Role.AGENT})}, shifts={ANA: shift(6)})
    return DeskAtWork(home.organisation_id, home.desk_id, "slack:C1", roster, Policy())


@pytest.fixture
def done() -> list[tuple[DeskDue, datetime]]:
    """What was done, and when."""
    return []


@pytest.fixture
def agenda(database: Database, desk: DeskAtWork, done: list[tuple[DeskDue, datetime]]) -> Callable[[], DeskAgenda]:
    """Makes the agenda of another process."""

    def note(_session: Session, _desk: DeskAtWork, due: DeskDue, now: datetime) -> None:
        done.append((due, now))

    return lambda: DeskAgenda(database, lambda: [desk], {SHIFT_ENDS: note})


END: Final = NOW + 6 * HOUR - HOUR / 2


async def test_it_is_done_at_its_time_and_once_whoever_looks(
    agenda: Callable[[], DeskAgenda], done: list[tuple[DeskDue, datetime]]
) -> None:
    one, other = agenda(), agenda()
    for each in (one, other):
        await each.run_once(NOW)
    done.clear()
    assert await one.next_at(NOW) == END == await other.next_at(NOW)
    assert await one.run_once(END - timedelta(seconds=1)) == 0
    assert await one.run_once(END) == 1
    assert await other.run_once(END) == 0
    assert await agenda().run_once(END + HOUR) == 0, "a process that starts later"
    assert done == [(DeskDue(END, SHIFT_ENDS, ANA), END)]
    assert await one.next_at(END) == END + 24 * HOUR


async def test_after_an_outage_the_latest_of_a_kind_is_done_alone(
    agenda: Callable[[], DeskAgenda], done: list[tuple[DeskDue, datetime]]
) -> None:
    held = agenda()
    await held.run_once(END)
    done.clear()
    late = END + 2 * 24 * HOUR + HOUR
    assert await held.run_once(late) > 0
    assert done == [(DeskDue(END + 2 * 24 * HOUR, SHIFT_ENDS, ANA), late)]
    assert await held.run_once(late) == 0


async def test_what_fell_due_long_ago_is_nobodys_business_any_more(
    agenda: Callable[[], DeskAgenda], done: list[tuple[DeskDue, datetime]]
) -> None:
    await agenda().run_once(END + LOOK_BACK - timedelta(seconds=1))
    assert [due.at for due, _ in done] == [END]


async def test_what_fails_is_tried_again_at_the_next_sweep(
    database: Database, desk: DeskAtWork, done: list[tuple[DeskDue, datetime]]
) -> None:
    broken = True

    def fail(_session: Session, _desk: DeskAtWork, due: DeskDue, now: datetime) -> None:
        if broken:
            raise RuntimeError("not today")
        done.append((due, now))

    agenda = DeskAgenda(database, lambda: [desk], {SHIFT_ENDS: fail})
    assert await agenda.run_once(END) == 0
    assert await agenda.next_at(END) == END + 24 * HOUR, "waking for it would be waking all the time"
    broken = False
    await agenda.sweep(END)
    assert await agenda.run_once(END) > 0
    assert [due.at for due, _ in done] == [END]


async def test_another_roster_is_another_agenda(database: Database, desk: DeskAtWork) -> None:
    now = [desk]
    agenda = DeskAgenda(database, lambda: now, {SHIFT_ENDS: lambda *_: None})
    await agenda.run_once(NOW)
    assert await agenda.next_at(NOW) == END
    now[0] = replace(desk, roster=replace(desk.roster, shifts={ANA: shift(2)}))
    await agenda.run_once(NOW)
    assert await agenda.next_at(NOW) == NOW + 1.5 * HOUR
    now[0] = replace(desk, roster=Roster())
    assert await agenda.next_at(NOW) is None


def _taken(session: Session, home: Home) -> None:
    stored = open_stored(session, home)
    record(session, stored, take(stored.ticket, Actor(ANA, frozenset({Role.AGENT})), NOW), NOW)


async def test_the_end_of_a_shift_is_said_to_whoever_has_open_tickets(
    database: Database, home: Home, desk: DeskAtWork, delivery: Delivery, sender: FakeSender
) -> None:
    times = [NOW]
    agenda = DeskAgenda(database, lambda: [desk])
    runner = Runner(database, delivery, lambda: times[0], None, agenda)
    runner.start()
    try:
        assert await runner.settle() == END, "a step of its own"
        times[0] = END
        await runner.settle()
        assert sender.kinds == [], "nothing is open"
        await database.write(partial(_taken, home=home))
        times[0] = END + 24 * HOUR
        await runner.settle()
        assert "shift_ends" in sender.kinds
        before = sender.kinds.count("shift_ends")
        times[0] = END + 48 * HOUR + HOUR
        await runner.settle()
        assert sender.kinds.count("shift_ends") == before == 1, "the shift is over: there is nobody to hand it over"
    finally:
        await runner.stop()


async def test_the_lead_is_asked_once_about_what_is_left_when_a_shift_ends(database: Database, home: Home) -> None:
    roster = Roster({ANA: frozenset({Role.AGENT}), LEA: frozenset({Role.LEAD})}, leads=(LEA,), shifts={ANA: shift(6)})
    desk = DeskAtWork(home.organisation_id, home.desk_id, "slack:C1", roster, Policy())
    await database.write(partial(_taken, home=home))

    def asked() -> list[tuple[str, list[int]]]:
        query = select(OutboxRow.data).where(OutboxRow.kind == "left_open").order_by("id")
        rows = database.read_now(lambda session: session.exec(query).all())
        return [(data["person"], data["numbers"]) for data in rows]

    one, other = (DeskAgenda(database, lambda: [desk]) for _ in range(2))
    over = NOW + 6 * HOUR
    await one.run_once(over - timedelta(seconds=1))
    assert asked() == [], "the shift has not ended"
    for each in (one, other, DeskAgenda(database, lambda: [desk])):
        await each.run_once(over)
        await each.run_once(over + HOUR)
    assert asked() == [(LEA, [1])], "whoever looks, and after a restart"
    await one.run_once(over + 24 * HOUR)
    assert asked() == [(LEA, [1])] * 2, "once a shift end"


def test_a_shift_is_over_when_it_ends() -> None:
    roster = Roster({ANA: frozenset({Role.AGENT})}, shifts={ANA: shift(6)})
    found = [each for each in upcoming(roster, Policy(), NOW, NOW + 24 * HOUR) if each.key == ANA]
    over = NOW + 6 * HOUR
    assert found == [DeskDue(over - HOUR / 2, SHIFT_ENDS, ANA), DeskDue(over, SHIFT_OVER, ANA)]
    assert upcoming(roster, Policy(), over, over + HOUR) == []


def test_a_desk_has_one_morning_on_each_day_on_which_it_is_open() -> None:
    friday = datetime(2026, 3, 6, 7, tzinfo=UTC)
    for policy, days in ((Policy(desk=Desk(timezone="Europe/Paris")), [6, 9]), (ROUND_THE_CLOCK, [6, 7, 8, 9])):
        found = [each for each in upcoming(Roster(), policy, friday, friday + 90 * HOUR) if each.kind == MORNING]
        assert found == [DeskDue(datetime(2026, 3, day, 8, tzinfo=UTC), MORNING, CORRECTIONS) for day in days]


async def test_the_lead_is_told_of_corrections_once_until_there_are_new_ones(database: Database, home: Home) -> None:
    roster = Roster(roles={ANA: frozenset({Role.LEAD})}, leads=(ANA,))
    desk = DeskAtWork(home.organisation_id, home.desk_id, "slack:C1", roster, ROUND_THE_CLOCK)
    agenda = DeskAgenda(database, lambda: [desk])

    def told() -> list[int]:
        query = select(OutboxRow.data).where(OutboxRow.kind == "corrections_wait").order_by("id")
        return [data["count"] for data in database.read_now(lambda session: session.exec(query).all())]

    def correct(*, to: str) -> None:
        def change(session: Session) -> None:
            stored = open_stored(session, home)
            row = {
                "ticket_id": stored.id, "organisation_id": home.organisation_id, "desk_id": home.desk_id,
                "body_id": stored.events[0].body_id, "suggested": "incident 2", "chosen": to, "by": ANA, "at": NOW,
                "state": "waiting",
            }  # fmt: skip
            upsert(session, CorrectionRow, [row], key=("ticket_id",))

        database.write_now(change)

    said = []
    for day, to in enumerate(("incident 2", "inquiry", None, "inquiry", None)):
        if to is not None:
            correct(to=to)
        await agenda.run_once(NOW + (day + 1) * 24 * HOUR)
        said.append(told())
    assert said == [[], [1], [1], [1, 2], [1, 2]]
