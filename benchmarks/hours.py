"""How fast business time is counted, beside what a user would count it with instead."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock
from random import Random
from typing import Any

from benchmarks.calendars import Office, public_holidays, some_instants
from benchmarks.compare import Way, compared, in_turn
from benchmarks.figure import Figure, at_least, at_most
from triage.hours import hours_from_data

SEED = 48
INPUTS, FEW, ROUNDS = 1000, 20, 5  # few, where it is five years that others count through
TIMES, FIVE_YEARS_TIMES = 20.0, 2.0
EXCEPTIONS_TIMES, FORTY_YEARS, A_YEAR = 1.5, range(2010, 2050), 12
PLAIN, USUAL = Office(), Office(holidays=public_holidays("FR", years=8))
HOURS, APART = 48, timedelta(days=9)
WEEK_HOURS, WEEK = 40, timedelta(days=7)
FIVE_YEARS_HOURS, FIVE_YEARS = 261 * WEEK_HOURS, timedelta(days=5 * 365 + 1)


async def measure(*, quick: bool) -> AsyncIterator[Figure]:
    """Adding 48 business hours, measuring nine days, and what five years cost beside a week."""
    from benchmarks import peers  # noqa: PLC0415  only `make bench` installs the libraries

    inputs, few, rounds = (40, 2, 1) if quick else (INPUTS, FEW, ROUNDS)
    starts = some_instants(Random(SEED), inputs)
    yield await _times(
        "hours.add_48",
        lambda office: peers.adding(office, starts, HOURS),
        rounds,
        **{peers.BUSINESS_DURATION: "cannot add"},
    )
    yield await _times("hours.between_9_days", lambda office: peers.measuring(office, starts, APART), rounds)
    yield await _five_years(
        starts,
        rounds,
        add=peers.adding(USUAL, starts[:few], FIVE_YEARS_HOURS),
        between=peers.measuring(USUAL, starts[:few], FIVE_YEARS),
    )
    yield await _exceptions(starts, rounds)


async def _times(name: str, ways: Callable[[Office], Sequence[Way]], rounds: int, **more: Any) -> Figure:
    """How many times as fast as the fastest of the others Vigie is, in the office where that is least."""
    plain, usual = [compared(await in_turn(ways(office), rounds)) for office in (PLAIN, USUAL)]
    return at_least(
        name,
        min(plain.times, usual.times),
        "times",
        TIMES,
        valid=plain.agreed and usual.agreed,
        without_holidays={"times": round(plain.times, 2), **plain.detail},
        with_holidays={"times": round(usual.times, 2), **usual.detail},
        **more,
    )


async def _five_years(starts: Sequence[datetime], rounds: int, **beside: Sequence[Way]) -> Figure:
    """What five years cost beside a week, adding or measuring, whichever is more: once the years are counted up.

    What the very first answer of a calendar takes stands in the detail. `beside` are the same five years, counted by
    others too, for the answers.
    """
    hours = USUAL.hours
    ran = await in_turn(
        [
            Way("add.week", hours.add, [(start, WEEK_HOURS * 3600) for start in starts]),
            Way("add.five_years", hours.add, [(start, FIVE_YEARS_HOURS * 3600) for start in starts]),
            Way("between.week", hours.between, [(start, start + WEEK) for start in starts]),
            Way("between.five_years", hours.between, [(start, start + FIVE_YEARS) for start in starts]),
        ],
        rounds,
    )
    add_week, add_years, between_week, between_years = (one.seconds for one in ran)
    found = {what: compared(await in_turn(ways, 1)) for what, ways in beside.items()}
    return at_most(
        "hours.five_years",
        max(add_years / add_week, between_years / between_week),
        "times",
        FIVE_YEARS_TIMES,
        valid=all(one.agreed for one in found.values()),
        nanoseconds={one.way.name: round(one.seconds * 1e9) for one in ran},
        first_answer_ms={
            "week": _first_ms(replace(USUAL, closes=clock(16, 58)), starts[0], WEEK_HOURS),
            "five_years": _first_ms(replace(USUAL, closes=clock(16, 59)), starts[0], FIVE_YEARS_HOURS),
        },
        **{what: one.detail for what, one in found.items()},
    )


async def _exceptions(starts: Sequence[datetime], rounds: int) -> Figure:
    """What a calendar with 40 years of dates at hours of their own costs beside one without, adding or measuring,
    whichever is more."""
    random, plain = Random(SEED), PLAIN.data
    dates = [date(year, 1, 1) + timedelta(days=random.randrange(365)) for year in FORTY_YEARS for _ in range(A_YEAR)]
    own = {day.isoformat(): random.choice([[], [["09:00", "12:00"]], [["10:00", "14:00"]]]) for day in dates}
    without, within = hours_from_data(plain), hours_from_data({**plain, "exceptions": own})
    adding = [(start, HOURS * 3600) for start in starts]
    measuring = [(start, start + APART) for start in starts]
    ran = await in_turn(
        [
            Way("add.without", without.add, adding),
            Way("add.with", within.add, adding),
            Way("between.without", without.between, measuring),
            Way("between.with", within.between, measuring),
        ],
        rounds,
    )
    add, add_with, between, between_with = (one.seconds for one in ran)
    return at_most(
        "hours.exceptions",
        max(add_with / add, between_with / between),
        "times",
        EXCEPTIONS_TIMES,
        dates=len(own),
        nanoseconds={one.way.name: round(one.seconds * 1e9) for one in ran},
    )


def _first_ms(unasked: Office, start: datetime, hours: int) -> float:
    """What the first answer of a calendar takes, reading it included."""
    began = time.perf_counter()
    unasked.hours.add(start, hours * 3600)
    return round((time.perf_counter() - began) * 1000, 2)
