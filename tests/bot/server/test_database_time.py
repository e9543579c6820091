"""Replicas go by PostgreSQL's clock, and a machine whose own is off says so, once in the log and in health."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from sqlalchemy.exc import DBAPIError
from structlog.testing import LogCapture

from bot.desk.now import Now
from bot.server.database_time import DatabaseTime
from bot.wording.health import health_lines
from bot.wording.sentences import plain
from bot.wording.speech import Speech
from storage.database import Database
from storage.health import health_of
from tests.factories import make_home

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
SECOND = timedelta(seconds=1)
NARROW = "\N{NO-BREAK SPACE}"


@pytest.fixture
def log() -> Iterator[LogCapture]:
    """What is logged."""
    kept, before = LogCapture(), structlog.get_config()["processors"]
    structlog.configure(processors=[kept])
    yield kept
    structlog.configure(processors=before)


@pytest.fixture
def time(database: Database) -> DatabaseTime:
    """Of a machine whose clock is half a minute ahead."""
    made = DatabaseTime(database, Now(), "worker-2")
    set_machine(made, 31)
    return made


def set_machine(time: DatabaseTime, ahead: float) -> None:
    """From now on its clock is so many seconds ahead."""
    time.now.machine = lambda: datetime.now(UTC) + ahead * SECOND


def is_right(time: DatabaseTime) -> bool:
    return abs(time.now() - datetime.now(UTC)) < SECOND


async def test_time_is_the_databases_and_what_is_wrong_is_said_once(time: DatabaseTime, log: LogCapture) -> None:
    for _ in range(3):
        await time.read()
        assert is_right(time)
    assert [(each["log_level"], each["machine"], round(each["ahead"])) for each in log.entries] == [
        ("warning", "worker-2", 31)
    ]
    set_machine(time, 0)
    await time.read()
    assert is_right(time)
    assert [each["log_level"] for each in log.entries] == ["warning", "info"]


@pytest.mark.parametrize(
    ("ahead", "says", "in_french"),
    [(31, "31 seconds ahead of", "avance de 31 secondes"), (-605, "10 minutes behind", "retarde de 10 minutes")],
)
async def test_health_names_the_machine_how_far_it_is_off_and_what_to_do(
    database: Database, time: DatabaseTime, ahead: int, says: str, in_french: str
) -> None:
    home = database.write_now(make_home)
    set_machine(time, ahead)
    await time.read()
    health = database.read_now(lambda session: health_of(session, home.organisation_id, time.now()))
    assert not health.is_well
    for language, expected in (("en", says), ("fr", in_french)):
        (line,) = [
            plain(each).replace(NARROW, " ") for each, good in health_lines(Speech(language), health) if not good
        ]
        for part in ("worker-2", expected, "timedatectl set-ntp true"):
            assert part in line
    set_machine(time, 0)
    await time.read()
    assert database.read_now(lambda session: health_of(session, home.organisation_id, time.now())).is_well


async def test_while_the_database_is_away_time_goes_on_by_what_it_showed_last(
    database: Database, time: DatabaseTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await time.read()

    async def away(*_: object) -> None:
        raise DBAPIError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(database, "read", away)
    with pytest.raises(DBAPIError):
        await time.read()
    assert is_right(time)


async def test_a_database_whose_clock_was_set_is_followed_and_that_is_said(time: DatabaseTime, log: LogCapture) -> None:
    set_machine(time, 0)
    await time.read()
    seconds = time.now.steady
    time.now.steady = lambda: seconds() + 40  # as if the database's clock had been set back by so much
    assert time.now() - datetime.now(UTC) > 39 * SECOND
    await time.read()
    assert is_right(time)
    assert [(each["event"], round(each["seconds"])) for each in log.entries] == [("the database's clock was set", -40)]
