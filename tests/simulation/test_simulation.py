"""Weeks of a desk: everything that the rules say is said, once, in time and to the right person."""

from __future__ import annotations

import pytest

from tests.simulation.play import play


async def check(url: str, seed: int, *, weeks: float, tickets: int) -> None:
    """Play that seed and hold what was said against the model."""
    played = await play(url, seed, weeks=weeks, tickets=tickets)
    assert len(played.world.said) > 4 * tickets
    tales = played.differences()
    assert not tales, f"seed {seed}, {len(tales)} tickets differ\n\n" + "\n\n".join(tales[:2])


async def test_a_few_days_of_a_desk_are_as_the_rules_say(sqlite_database: str) -> None:
    await check(sqlite_database, 12, weeks=0.4, tickets=8)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("seed", [20, 21, 22, 23, 24, 25])
async def test_weeks_of_a_desk_are_as_the_rules_say(sqlite_database: str, seed: int) -> None:
    await check(sqlite_database, seed, weeks=2, tickets=60)


@pytest.mark.slow
@pytest.mark.long
async def test_a_month_of_a_desk_with_a_hundred_tickets_is_as_the_rules_say(sqlite_database: str) -> None:
    await check(sqlite_database, 40, weeks=4, tickets=120)


@pytest.mark.slow
@pytest.mark.long
async def test_weeks_of_a_desk_on_postgresql_are_as_the_rules_say(postgres_database: str) -> None:
    await check(postgres_database, 30, weeks=0.5, tickets=12)
