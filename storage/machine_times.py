"""The clock of the database, by which all replicas go, and the machines whose own clock shows something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.tables.operation import MachineTimeRow

SAMPLES = 5
# Whoever runs says again that its machine's clock is off, a quarter of a minute later at most.
LATELY = timedelta(minutes=2)
# So far apart two clocks do no harm (tests/protocol), and a request that a platform signed is still taken.
TOLERATED = timedelta(seconds=2)

_times = table(MachineTimeRow)
_CLOCK = sa.text("SELECT clock_timestamp()").columns(sa.column("at", sa.DateTime(timezone=True)))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the database's clock showed at a moment."""

    #: What it showed, in UTC.
    at: datetime
    #: The same moment, in the seconds of a clock that nobody sets.
    steady: float
    #: How many seconds it may be wrong by, for the way there and back.
    give_or_take: float


@dataclass(frozen=True, slots=True)
class MachineTime:
    """A machine whose clock does not show what the database's does."""

    #: What the machine is called.
    machine: str
    #: By how many seconds its clock is ahead; below zero: behind.
    ahead: float


def read_clock(session: Session, steady: Callable[[], float]) -> Reading:
    """What PostgreSQL's clock shows: of some readings the one that was answered soonest, in the middle of its way there
    and back. `steady` counts seconds, and nobody sets it."""
    found: list[Reading] = []
    for _ in range(SAMPLES):
        asked = steady()
        at: datetime = session.execute(_CLOCK).scalar_one()
        half = (steady() - asked) / 2
        found.append(Reading(at.astimezone(UTC), asked + half, half))
    return min(found, key=lambda each: each.give_or_take)


def note_machine_time(session: Session, machine: str, ahead: timedelta, now: datetime) -> None:
    """Put on record how far that machine's clock is ahead; nothing, where it is no more than tolerated. Of machines
    that have not said so for long it is forgotten."""
    row = {"machine": machine, "ahead": ahead.total_seconds(), "seen_at": now}
    gone = _times.c.seen_at < now - LATELY
    if abs(ahead) > TOLERATED:
        upsert(session, MachineTimeRow, [row], key=("machine",))
    else:
        gone = sa.or_(gone, _times.c.machine == machine)
    session.execute(sa.delete(_times).where(gone))


def machine_times(session: Session, now: datetime) -> tuple[MachineTime, ...]:
    """The machines whose clocks are off at `now`."""
    query = sa.select(_times.c.machine, _times.c.ahead).where(_times.c.seen_at >= now - LATELY)
    return tuple(MachineTime(*row) for row in session.execute(query.order_by(_times.c.machine)))
