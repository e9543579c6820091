"""What comes at the same moment shares a transaction; where that fails, each has one of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from storage.core import table
from storage.database import Database
from storage.tables.organisations import OrganisationRow
from tests.factories import Home, make_home

_organisations = table(OrganisationRow)


class Rename:
    """Gives an organisation one name after another; counts how many at a time."""

    def __init__(self, home: Home) -> None:
        self.home, self.together = home, list[int]()

    def each(self, session: Session, names: Sequence[str]) -> list[str]:
        self.together.append(len(names))
        for name in names:
            if name == "away":
                raise PoolTimeoutError("no connection")
            if not name:
                raise ValueError("no name")
            which = sa.update(_organisations).where(_organisations.c.id == self.home.organisation_id)
            session.execute(which.values(name=name))
        return [name.upper() for name in names]


@pytest.fixture
def rename(database: Database) -> Rename:
    """Of an organisation of this test."""
    return Rename(database.write_now(make_home))


def name(database: Database) -> str:
    return str(database.read_now(lambda session: session.execute(sa.select(_organisations.c.name)).scalar_one()))


async def test_what_comes_at_one_moment_is_done_in_one_transaction_and_each_gets_its_own_answer(
    database: Database, rename: Rename
) -> None:
    answers = await asyncio.gather(*(database.write_each(rename.each, f"n{number}") for number in range(25)))
    assert answers == [f"N{number}" for number in range(25)]
    assert rename.together == [20, 5]
    assert name(database) == "n24"


async def test_where_one_fails_nothing_of_it_happens_and_all_others_are_done(
    database: Database, rename: Rename
) -> None:
    wanted = ["first", "", "last"]
    answers = await asyncio.gather(*(database.write_each(rename.each, each) for each in wanted), return_exceptions=True)
    assert [str(answer) for answer in answers] == ["FIRST", "no name", "LAST"]
    assert rename.together == [3, 1, 1, 1]
    assert name(database) in ("first", "last")


async def test_while_the_database_is_away_it_is_asked_once_for_all(database: Database, rename: Rename) -> None:
    asked = [database.write_each(rename.each, each) for each in ("first", "away", "last")]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [PoolTimeoutError] * 3
    assert rename.together == [3]


async def test_who_waits_no_more_keeps_nobody_from_their_answer(database: Database, rename: Rename) -> None:
    leaving = asyncio.create_task(database.write_each(rename.each, "left"))
    staying = asyncio.create_task(database.write_each(rename.each, "stayed"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "STAYED"


async def test_on_postgresql_whoever_holds_a_row_is_waited_for_by_one_alone(postgres_database: str) -> None:
    """While it waits, what was done beside it is not held up."""
    database = Database(postgres_database)
    try:
        one, other = (database.write_now(partial(make_home, workspace=of)) for of in ("T1", "T2"))
        rows, alone = _organisations, list[int]()

        def rename(session: Session, which: Sequence[int]) -> list[None]:
            for of in which:
                session.execute(sa.update(rows).where(rows.c.id == of).values(name="new"))
            alone.extend(which if len(which) == 1 else [])
            return [None for _ in which]

        with database.engine.begin() as held:
            held.execute(sa.select(rows.c.id).where(rows.c.id == one.organisation_id).with_for_update())
            both = [asyncio.create_task(database.write_each(rename, of.organisation_id)) for of in (one, other)]
            await asyncio.wait_for(both[1], 1.9)
            assert alone == [other.organisation_id]
        await both[0]
    finally:
        await database.close()


async def test_what_takes_long_holds_up_nobody_who_comes_after(postgres_database: str) -> None:
    """It waits for a row, or on a connection that is dead and does not know."""
    database, rows = Database(postgres_database), _organisations
    try:
        one, other = (database.write_now(partial(make_home, workspace=of)) for of in ("T1", "T2"))

        def rename(session: Session, which: Sequence[int]) -> list[int]:
            for of in which:
                session.execute(sa.update(rows).where(rows.c.id == of).values(name="new"))
            return [*which]

        with database.engine.begin() as held:
            held.execute(sa.select(rows.c.id).where(rows.c.id == one.organisation_id).with_for_update())
            waits = asyncio.create_task(database.write_each(rename, one.organisation_id))
            await asyncio.sleep(0.1)
            assert await asyncio.wait_for(database.write_each(rename, other.organisation_id), 1.5)
            assert not waits.done()
        await waits
    finally:
        await database.close()


async def test_whoever_left_before_it_began_has_nothing_done(database: Database, rename: Rename) -> None:
    begun = [asyncio.create_task(database.write_each(rename.each, f"n{number}")) for number in range(25)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # the first are under way
    begun[-1].cancel()
    await asyncio.wait(begun)
    assert rename.together == [20, 4]
    assert name(database) == "n23"


@pytest.mark.parametrize("engine", ["sqlite_database", "postgres_database"])
async def test_what_was_asked_before_the_end_is_done(engine: str, request: pytest.FixtureRequest) -> None:
    database = Database(request.getfixturevalue(engine))
    rename = Rename(database.write_now(make_home))
    begun = [asyncio.create_task(database.write_each(rename.each, f"n{number}")) for number in range(65)]
    await asyncio.sleep(0)
    await database.close()
    answers = await asyncio.wait_for(asyncio.gather(*begun), 5)
    assert answers[-1] == "N64"
