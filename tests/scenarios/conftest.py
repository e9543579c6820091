"""A whole Vigie and a local workspace, for stories that only use HTTP. On SQLite the bot is reached over HTTP, on
PostgreSQL by Socket Mode: each story is told both ways."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.app import Vigie
from bot.local_workspace.opening import PAGE, our_manifest
from bot.server.settings import LOCAL_API, Settings
from bot.slack_emulator.routes import add_routes
from bot.slack_emulator.workspace import Workspace
from bot.stand_in.ground import Ground
from bot.stand_in.record import open_record
from bot.teams_emulator.identity import Identity
from tests.scenarios.chat import Chat
from tests.scenarios.platforms import NOT_ON_TEAMS, ON_BOTH_DATABASES, SLACK, TEAMS, platforms_of
from tests.scenarios.teams_chat import chat_on
from tests.waiting import LONGEST_SECONDS


@pytest.fixture
def begins() -> datetime:
    """When a story begins, whatever the day on which it is told: a Tuesday noon, unless it says another instant."""
    return datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a prepared database for one story: no story changes the schema, so PostgreSQL's is had in turn. Told
    the second way in `make test-slow`, but for the main stories (`BOTH_WAYS`), which are told both ways always."""
    url: str = request.getfixturevalue("sqlite_database" if request.param == "sqlite" else "shared_postgres")
    return url


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tells a story on every platform on which its file is told (`tests/scenarios/platforms.py`)."""
    if any("platform" in each.args[0] for each in metafunc.definition.iter_markers("parametrize")):
        return  # it says by itself where it is told
    told = platforms_of(metafunc.module.__name__.rpartition(".")[2])
    if {"chat", "joined"} & set(metafunc.fixturenames) and len(told) > 1:
        metafunc.parametrize("platform", told, indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The database is the same code's business on every platform: Teams on PostgreSQL is for `make test-slow`, and for
    the stories that go through all that Teams keeps, or that say so themselves."""
    left_out: set[pytest.Item] = set()
    for item in items:
        told = getattr(item, "callspec", None)
        if told is None or (told.params.get("platform"), told.params.get("database_url")) != (TEAMS, "postgresql"):
            continue
        item.add_marker(pytest.mark.slow)
        says_so = any("database_url" in each.args[0] for each in item.iter_markers("parametrize"))
        if not says_so and item.path.stem not in ON_BOTH_DATABASES:
            left_out.add(item)
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=list(left_out))


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> str:
    """Where the story is told: in Slack, unless it asks for others (`tests/scenarios/platforms.py`)."""
    chosen = str(getattr(request, "param", SLACK))
    if chosen == TEAMS and (reason := NOT_ON_TEAMS.get(request.node.originalname)):
        pytest.skip(reason)
    return chosen


@pytest.fixture(scope="session")
def blank_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which nothing has happened, that others are copied from."""
    path = tmp_path_factory.mktemp("workspace") / "blank.db"
    ground = Ground(path)
    Identity(ground.record)  # a key takes longer to make than many a story to tell
    ground.record.close()
    return path


@pytest.fixture(autouse=True)
def own_now(begins: datetime, tmp_path: Path, blank_record: Path) -> None:
    """Whichever workspace a story has in its folder, by itself or inside the bot, has its own time from the start."""
    for name in ("workspace.db", "vigie-local.db"):
        shutil.copy(blank_record, tmp_path / name)
        with closing(open_record(tmp_path / name)) as record:
            record.set("offset", (begins - datetime.now(UTC)).total_seconds())


@pytest.fixture
async def sockets(database_url: str, tmp_path: Path, platform: str) -> AsyncIterator[dict[str, Any]]:
    """How to reach a workspace that runs by itself and speaks through sockets; empty where the bot has one inside."""
    if database_url.startswith("sqlite") or platform != SLACK:
        yield {}
        return
    workspace = Workspace(
        tmp_path / "workspace.db", manifest=our_manifest("/ticket"), page=PAGE, answer_within=LONGEST_SECONDS
    )
    app = web.Application()
    add_routes(app, workspace)
    server = TestServer(app)
    await server.start_server()
    await workspace.start()
    token = SecretStr(workspace.identity["app_token"])
    yield {"SLACK_API_URL": str(server.make_url(LOCAL_API)), "SLACK_APP_TOKEN": token}
    await workspace.stop()
    await server.close()


@pytest.fixture
async def vigie(
    database_url: str, sockets: dict[str, Any], platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Vigie]:
    """A Vigie that runs. A busy machine answers late, and stories are not about that."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, **sockets)
    running = Vigie(settings, answer_within=LONGEST_SECONDS, local_platforms=(platform,))
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def address(vigie: Vigie, sockets: dict[str, Any]) -> str:
    """Where the workspace's page and control are."""
    return str(sockets["SLACK_API_URL"]).removesuffix(LOCAL_API) if sockets else vigie.address


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client of its own."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def chat(address: str, sockets: dict[str, Any], http: aiohttp.ClientSession, platform: str) -> Chat:
    """The workspace of that Vigie, on the platform on which the story is told."""
    chat = chat_on(platform, http, address)
    state = await chat.look_around()
    assert platform != SLACK or state["slack"]["socket_mode"] is bool(sockets)
    return chat
