"""A short run of the kill loop on both engines: one process over HTTP, two through sockets, web and workers; `make
chaos` is a long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.desks import BOTH, POSTGRESQL, SQLITE, Desk
from tests.chaos.loop import kill_for_a_while
from tests.chaos.stage import WEB_AND_WORKERS
from tests.conftest import absent
from tests.postgres import PostgresUnavailableError


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.apart
@pytest.mark.parametrize(
    "desk",
    [
        Desk(SQLITE), Desk(SQLITE, platforms=BOTH), Desk(POSTGRESQL, ("all", "all"), sockets=True),
        Desk(POSTGRESQL, WEB_AND_WORKERS, platforms=BOTH),
    ],
    ids=lambda desk: desk.name,
)  # fmt: skip
async def test_nothing_is_lost_doubled_early_or_missing_however_it_dies(desk: Desk, tmp_path: Path) -> None:
    try:
        async with desk.stage(tmp_path) as on:
            run = await kill_for_a_while(on, kills=4, seed=1, acknowledged=6)
    except PostgresUnavailableError as error:
        absent(str(error))
    assert run.verdict.wrong == {}, run.figures()
    assert run.verdict.noted["acknowledged"] > 5
    assert run.verdict.noted["said"] > 0
