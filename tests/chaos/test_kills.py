"""A short run of the kill loop on both engines; `python -m tests.chaos --kills 80` runs a long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.loop import kill_for_a_while
from tests.chaos.stage import stage
from tests.conftest import absent
from tests.postgres import PostgresUnavailableError


@pytest.mark.slow
@pytest.mark.apart
@pytest.mark.parametrize("platforms", [("slack",), ("slack", "teams")], ids=",".join)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_nothing_is_lost_doubled_early_or_missing_however_it_dies(
    engine: str, platforms: tuple[str, ...], tmp_path: Path
) -> None:
    try:
        async with stage(tmp_path, postgres=engine == "postgresql", platforms=platforms) as on:
            run = await kill_for_a_while(on, kills=4, seed=1, acknowledged=6)
    except PostgresUnavailableError as error:
        absent(str(error))
    assert run.verdict.wrong == {}, run.figures()
    assert run.verdict.noted["acknowledged"] > 5
    assert run.verdict.noted["said"] > 0
