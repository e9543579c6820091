"""PostgreSQL's clock is read as exactly as the way there and back allows, and machines that differ are on record for as
long as they do."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

import pytest

from storage.database import Database
from storage.machine_times import LATELY, SAMPLES, MachineTime, machine_times, note_machine_time, read_clock
from tests.factories import NOW

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_databases_clock_is_read_between_asking_and_being_answered(database: Database) -> None:
    before = datetime.now(UTC)
    found = database.read_now(partial(read_clock, steady=time.monotonic))
    assert found.at.tzinfo is UTC
    # The server of the tests runs on this machine. Where it does not, its clock is near.
    assert abs(found.at - before) < 60 * SECOND
    assert 0 <= found.give_or_take < 60


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_of_several_readings_the_one_that_was_answered_soonest_counts(database: Database) -> None:
    waits = (8.0, 6.0, 2.0, 9.0, 9.0)
    assert len(waits) == SAMPLES
    steady = (sum(waits[: turn // 2]) + (waits[turn // 2] if turn % 2 else 0) for turn in count())
    found = database.read_now(lambda session: read_clock(session, lambda: next(steady)))
    assert (found.steady, found.give_or_take) == (15.0, 1.0)


def test_a_machine_is_on_record_for_as_long_as_it_says_that_its_clock_is_off(database: Database) -> None:
    def note(machine: str, ahead: float, now: datetime) -> None:
        database.write_now(partial(note_machine_time, machine=machine, ahead=ahead * SECOND, now=now))

    def found(now: datetime) -> tuple[MachineTime, ...]:
        return database.read_now(partial(machine_times, now=now))

    note("web", 30, NOW)
    note("worker", -2.5, NOW)
    note("fine", 2, NOW)
    assert found(NOW) == (MachineTime("web", 30), MachineTime("worker", -2.5))
    note("web", 31, NOW + LATELY)
    assert found(NOW + LATELY) == (MachineTime("web", 31), MachineTime("worker", -2.5))
    note("worker", 0.1, NOW + LATELY)
    assert found(NOW + LATELY) == (MachineTime("web", 31),)
    assert found(NOW + 2 * LATELY + SECOND) == ()
    note("worker", 5, NOW + 2 * LATELY + SECOND)
    assert found(NOW + LATELY) == (MachineTime("worker", 5),), "what nobody says any more is forgotten"
