"""On PostgreSQL to plan a claim takes longer than to find a row: so it is planned once, and in a way that holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from storage import outcomes
from storage.changes import Place
from storage.core import table
from storage.database import Database
from storage.outbox import claim
from storage.outbox_rows import planned, put
from storage.prepared import Prepared
from storage.tables.organisations import OrganisationRow
from storage.tables.outbox import OutboxRow
from tests.factories import NOW, make_home, open_stored

ENOUGH = 25  # of claims: after ten of one statement the server has made up its mind


@pytest.fixture
def postgres(postgres_database: str) -> Iterator[Database]:
    """PostgreSQL, where two channels have something to claim and nobody has ever analysed a table."""
    database = Database(postgres_database)
    home = database.write_now(make_home)

    def open_both(session: Session) -> None:
        for channel in ("slack:C1", "slack:C2"):
            open_stored(session, home, NOW, Place(channel, "desk"))

    database.write_now(open_both)
    yield database
    database.close_now()


def _asked(session: Session, query: str) -> list[Any]:
    return list(session.execute(sa.text(query)).all())


def _claim_and_give_back(database: Database, limit: int) -> None:
    claimed = database.write_now(partial(claim, now=NOW, limit=limit))
    assert claimed
    database.write_now(partial(outcomes.give_back, items=claimed, now=NOW))


@pytest.mark.parametrize("limit", [1, 40])
def test_a_claim_is_planned_once_whatever_it_asks_for(postgres: Database, limit: int) -> None:
    for _ in range(ENOUGH):
        _claim_and_give_back(postgres, limit)
    of_claims = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%chosen%'"
    found = postgres.read_now(partial(_asked, query=of_claims))
    assert found
    assert all(custom == 0 for _, custom in found)


def test_what_a_claim_asks_first_is_planned_once_from_its_first_run_on(postgres: Database) -> None:
    _claim_and_give_back(postgres, 40)
    of_turns = "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%walk%'"
    (claims,) = (row[0] for row in postgres.read_now(partial(_asked, query=of_turns)))
    _claim_and_give_back(postgres, 40)
    assert claims == 1
    assert postgres.read_now(partial(_asked, query=of_turns)) == [(2,)]


def test_a_claim_goes_through_indexes_though_its_table_seemed_small_when_it_was_planned(postgres: Database) -> None:
    for _ in range(ENOUGH):
        _claim_and_give_back(postgres, 40)

    def read_whole(session: Session) -> int:
        assert claim(session, NOW, limit=40)
        scans = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'outbox'"
        return int(_asked(session, scans)[0][0])

    assert postgres.write_now(read_whole) == 0


def test_what_follows_a_claim_is_planned_as_usual(postgres: Database) -> None:
    mode = "SELECT current_setting('plan_cache_mode'), current_setting('enable_seqscan')"
    postgres.write_now(partial(claim, now=NOW, limit=1))
    assert postgres.write_now(partial(_asked, query=mode)) == [("auto", "on")]


def test_a_statement_with_a_limit_of_its_own_is_planned_once_beside_many_rows(postgres: Database) -> None:
    """One that is a parameter is taken for a tenth of the table: then no plan would be kept."""
    rows = table(OutboxRow)

    def fill(session: Session) -> None:
        of = session.execute(sa.select(table(OrganisationRow).c.id)).scalars().one()
        put(session, [
            planned(organisation_id=of, platform="slack", channel="slack:C9", kind="note", audience="desk",
                    key=f"{number}", now=NOW)
            for number in range(5_000)
        ])  # fmt: skip
        session.execute(sa.text("ANALYZE outbox"))

    postgres.write_now(fill)
    first = Prepared(sa.select(rows.c.id).where(rows.c.id != sa.bindparam("other")).order_by(rows.c.id).limit(1))
    for _ in range(ENOUGH):
        postgres.read_now(partial(first.rows, values={"other": 0}))
    kept = "SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement LIKE '%ORDER BY outbox.id%'"
    assert postgres.read_now(partial(_asked, query=kept)) == [(True,)]


def test_what_is_the_same_in_every_run_stands_in_the_statement_and_means_the_same(database: Database) -> None:
    rows = table(OutboxRow)
    values = ["it's \\ :all", "100 %s", "", 7, -7, True, False, None]
    literals: list[Any] = [sa.literal(each) for each in values]
    query = Prepared(
        sa.select(sa.func.count(), *literals).where(rows.c.lane != "it's", rows.c.id > sa.bindparam("least")).limit(1)
    )
    for _ in range(2):
        assert database.read_now(partial(query.rows, values={"least": 0})) == [[0, *values]]


def test_what_is_asked_one_after_another_finds_the_plans_of_what_was_asked_before(postgres: Database) -> None:
    with postgres.engine.connect(), postgres.engine.connect():
        pass  # from now on there are several connections, each of which plans for itself
    asked = partial(_asked, query="SELECT pg_backend_pid()")
    assert len({postgres.write_now(asked)[0] for _ in range(5)}) == 1
