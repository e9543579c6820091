"""The local workspace waits for its bot as long as Slack does, and longer where a test says so."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from bot.app import Vigie
from bot.local_workspace.front_end import LocalSlack
from bot.local_workspace.opening import open_workspace
from bot.outbound.callers import WHO_SECONDS
from bot.server.settings import Settings
from storage.channels import load_channels
from storage.database import Database
from triage.keys import platform_of


def test_a_program_has_three_seconds_and_asks_who_somebody_is_for_half_of_them() -> None:
    answer_within = Vigie(Settings(VIGIE_PORT=0)).answer_within
    assert (answer_within, WHO_SECONDS) == (3.0, 1.5)


@pytest.mark.parametrize(("given", "waits"), [((), 3.0), ((30.0,), 30.0)])
def test_it_waits_for_three_seconds_unless_told_otherwise(
    tmp_path: Path, given: tuple[float, ...], waits: float
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'vigie.db'}")
    workspace = open_workspace(database, "/ticket", *given)
    assert workspace.delivery.within == waits
    workspace.record.close()
    database.close_now()


async def test_with_more_time_to_answer_there_is_more_to_ask_who_somebody_is(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0)
    vigie = Vigie(settings, answer_within=30.0, local_platforms=("slack",))
    await vigie.start()
    (front_end,) = vigie.front_ends
    assert isinstance(front_end, LocalSlack)
    assert front_end.who_seconds == 15.0
    await vigie.stop()


async def test_each_platform_that_it_imitates_is_a_front_end_of_one_desk(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(VIGIE_DATABASE_URL=sqlite_database, VIGIE_PORT=0)
    for platforms in (("slack", "teams"), ("teams",)):
        vigie = Vigie(settings, answer_within=30.0, local_platforms=platforms)
        await vigie.start()
        assert [each.platform for each in vigie.front_ends] == list(platforms)
        assert vigie.desk is not None
        channels = vigie.desk.policy.desk.channels
        assert [platform_of(channel) for channel in channels] == ["slack", "teams"][-len(channels) :]
        assert set(platforms) <= set(vigie.desk.state.bindings)
        await vigie.stop()


async def test_wherever_it_is_opened_again_what_is_said_in_teams_gets_there(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        there, reached = await opened(sqlite_database)
        assert reached == {there}


async def opened(database_url: str) -> tuple[str, set[str]]:
    """Open it at a port of its own; where Teams is then, and where its channels are said to be reached."""
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0)
    vigie = Vigie(settings, answer_within=30.0, local_platforms=("slack", "teams"))
    await vigie.start()
    assert vigie.desk is not None
    read = partial(load_channels, organisation_id=vigie.desk.organisation_id, platform="teams")
    known = await vigie.desk.database.read(read)
    address = vigie.address
    await vigie.stop()
    return f"{address}/local/teams/", {each.service_url for each in known.values()}
