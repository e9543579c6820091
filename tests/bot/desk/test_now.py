"""The project's time: the machine's where it is alone, the database's where there are others; it does not run back for
nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.now import KEPT, Now
from storage.machine_times import Reading

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass
class Machine:
    """A machine whose clock shows something, and that counts seconds beside it."""

    shows: datetime = NOON
    seconds: float = 5000.0

    def passes(self, seconds: float) -> None:
        self.shows += timedelta(seconds=seconds)
        self.seconds += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def now(machine: Machine) -> Now:
    return Now(machine=lambda: machine.shows, steady=lambda: machine.seconds)


def test_alone_it_is_what_the_machine_shows_and_what_was_moved_by_hand(machine: Machine, now: Now) -> None:
    assert (now(), now.machine_is_ahead) == (NOON, None)
    now.move(3 * MINUTE)
    assert now() == NOON + 3 * MINUTE
    machine.shows += 10 * MINUTE
    assert now() == NOON + 13 * MINUTE


def test_it_stands_still_rather_than_run_back_a_little(machine: Machine, now: Now) -> None:
    assert now() == NOON
    machine.shows -= 0.9 * SECOND
    assert now() == NOON
    machine.passes(0.8)
    assert now() == NOON
    machine.passes(0.2)
    assert now() == NOON + 0.1 * SECOND
    machine.shows -= 10 * MINUTE
    assert now() == NOON + 0.1 * SECOND - 10 * MINUTE


@pytest.mark.parametrize("step", [10 * MINUTE, -10 * MINUTE, 30 * SECOND], ids=str)
def test_beside_others_it_is_the_databases_whatever_becomes_of_the_machines_clock(
    machine: Machine, now: Now, step: timedelta
) -> None:
    now.follow(Reading(NOON - 30 * SECOND, machine.seconds, 0.001))
    assert (now(), now.machine_is_ahead) == (NOON - 30 * SECOND, 30 * SECOND)
    machine.shows += step
    machine.passes(5)
    assert (now(), now.machine_is_ahead) == (NOON - 25 * SECOND, 30 * SECOND + step)
    now.move(MINUTE)
    assert now() == NOON + 35 * SECOND
    assert now.machine_is_ahead == 30 * SECOND + step


@pytest.mark.parametrize(
    ("differs", "give_or_take", "moves"),
    [
        (KEPT, 0.0, False),
        (KEPT * 2, 0.001, True),
        (-KEPT * 2, 0.001, True),
        (2 * SECOND, 3.0, False),
        (4 * SECOND, 3.0, True),
        (-600 * SECOND, 3.0, True),
    ],
    ids=str,
)
def test_a_reading_is_followed_where_it_says_more_than_that_it_is_not_exact(
    machine: Machine, now: Now, differs: timedelta, give_or_take: float, moves: bool
) -> None:
    now.follow(Reading(NOON, machine.seconds, 0.001))
    machine.passes(15)
    moved = now.follow(Reading(NOON + 15 * SECOND + differs, machine.seconds, give_or_take))
    assert moved == (differs if moves else timedelta(0))
    assert now() == NOON + 15 * SECOND + moved
