"""The doctor holds this machine's clock, and those of the others on which Vigie runs, against PostgreSQL's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from socket import gethostname

import pytest

from bot.cli.checks import Grade
from bot.cli.checks.clock import look_at_database_time
from bot.server.settings import Settings
from storage.database import Database
from storage.machine_times import note_machine_time

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("ahead", "says"), [(31, "31 seconds ahead of"), (-3, "3 seconds behind"), (1, None)])
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_machine_that_is_off_is_named_with_how_far_and_what_to_do(
    database: Database, ahead: int, says: str | None
) -> None:
    for machine, seconds in ((gethostname(), 40), ("worker-2", -75)):
        noted = partial(note_machine_time, machine=machine, ahead=seconds * SECOND, now=datetime.now(UTC))
        database.write_now(noted)
    settings = Settings(VIGIE_DATABASE_URL=database.url.render_as_string(hide_password=False))
    here, elsewhere = look_at_database_time(settings, lambda: datetime.now(UTC) + ahead * SECOND)
    if says is None:
        assert (here.grade, here.says) == (Grade.FINE, "This machine's clock agrees with the database's.")
    else:
        assert here.grade is Grade.MISSING
        assert f"This machine's clock is {says} the database's" in here.says
        assert "timedatectl set-ntp true" in here.says
    assert elsewhere.grade is Grade.MISSING
    assert "worker-2, where Vigie runs, is 75 seconds behind the database's" in elsewhere.says


def test_where_there_is_one_machine_or_no_database_nothing_is_said(sqlite_database: str) -> None:
    for url in (sqlite_database, "postgresql://127.0.0.1:1/none", "mysql://db/vigie"):
        assert look_at_database_time(Settings(VIGIE_DATABASE_URL=url), lambda: datetime.now(UTC)) == []
