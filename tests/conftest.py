"""What every test may ask for: databases of both kinds, PostgreSQL itself, a browser."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

import pytest
import structlog
from aiohttp import web_app

from storage.database import Database
from storage.migrate import migrate
from storage.tables.table import Table
from tests import browser as chromium
from tests import examples  # noqa: F401  how many a property is tried with: said before any test is read
from tests.compiled import share_compiled_statements
from tests.order import dealt
from tests.postgres import (
    PostgresServer,
    PostgresUnavailableError,
    create_database,
    drop_database,
    emptying,
    external_url,
)

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

# A database in memory is spared the disk, for which ten thousand small ones would wait.
MEMORY = Path("/dev/shm")  # noqa: S108  pytest makes a folder of its own there
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def log_as_in_tests() -> None:
    """As the program logs, and everything. structlog's own default draws every local variable of a failure, which takes
    seconds."""
    structlog.reset_defaults()
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.LogfmtRenderer()])


log_as_in_tests()


def absent(reason: str) -> NoReturn:
    """Skip for want of a tool; under CI fail instead, so that no run is green for having tested less."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def prepare_template(url: str) -> None:
    """Bring the empty database at `url` to today's schema: the one place where tests learn of migrations."""
    database = Database(url)
    migrate(database)
    database.close_now()


def interrupted(*_: object) -> NoReturn:
    """What Python does by itself when it is interrupted."""
    raise KeyboardInterrupt


def pytest_configure() -> None:
    """What was compiled for one database serves all.

    Ctrl-C is taken, so that asyncio leaves it alone. Else it takes and gives it back around every fixture and test, and
    signal then asks for the handler in words: in those of all that the fixture answers, a whole Vigie."""
    signal.signal(signal.SIGINT, interrupted)
    share_compiled_statements()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All tests that are found stay until the end: the collector of garbage need not look at them again and again. What
    a test leaves is mostly gone without it; it looks more rarely than it would."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 10, 10)
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, shared out among the processes: all wait for whoever is not done at the end. Each
    begins with an equal run of the tests, in their order."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = dealt(items, [item for item in items if item.get_closest_marker("long")], processes)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Lets go of what a test has served. aiohttp keeps the last thousand handlers that had middlewares, and with them
    whole Vigies, which are looked through for garbage again and again. And whatever command a test has run, the next
    one logs as all do."""
    web_app._cached_build_middleware.cache_clear()  # noqa: SLF001  nothing public empties it
    log_as_in_tests()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The administration URL (postgresql://...) of a PostgreSQL server that runs as long as the test run."""
    external = external_url()
    if external:
        yield external
        return
    with ExitStack() as stack:
        try:
            server = stack.enter_context(PostgresServer())
        except PostgresUnavailableError as error:
            absent(str(error))
        yield server.url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a prepared database that others are copied from."""
    name = f"vigie_template_{uuid4().hex}"
    prepare_template(create_database(postgres_url, name))
    yield name
    drop_database(postgres_url, name)


@pytest.fixture
def postgres_database(postgres_url: str, postgres_template: str) -> Iterator[str]:
    """The URL of a prepared PostgreSQL database for one test."""
    name = f"vigie_{uuid4().hex}"
    yield create_database(postgres_url, name, postgres_template)
    drop_database(postgres_url, name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared SQLite file that others are copied from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    prepare_template(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a prepared SQLite database for one test, in that test's folder."""
    path = tmp_path / "vigie.db"
    # The template's write-ahead log too, if whoever prepared it left one.
    for part in sqlite_template.parent.glob(f"{sqlite_template.name}*"):
        shutil.copy(part, path.with_name(part.name.replace(sqlite_template.name, path.name)))
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a prepared database for one test; the test runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_database" if request.param == "sqlite" else "postgres_database")
    return url


@pytest.fixture(scope="session")
def _postgres_in_turn(postgres_url: str, postgres_template: str) -> Iterator[tuple[str, Callable[[], None]]]:
    name = f"vigie_shared_{uuid4().hex}"
    url = create_database(postgres_url, name, postgres_template)
    with emptying(url, [table.name for table in reversed(Table.metadata.sorted_tables)]) as empty:
        yield url, empty
    drop_database(postgres_url, name)


@pytest.fixture
def shared_postgres(_postgres_in_turn: tuple[str, Callable[[], None]]) -> str:
    """The URL of an empty prepared PostgreSQL database that tests have one after another: emptying is quicker than
    copying. Nothing may be connected to it any more when a test is over."""
    url, empty = _postgres_in_turn
    empty()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A prepared database for one test, open and empty; the test runs once on each kind. For a test that changes the
    schema or the server's settings take `database_url`."""
    opened = Database(request.getfixturevalue("sqlite_database" if request.param == "sqlite" else "shared_postgres"))
    yield opened
    opened.close_now()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium that runs as long as the test run; a test takes `page`, or a context of its own."""
    found = chromium.find()
    if found is None:
        absent(chromium.ABSENT)
    from playwright.async_api import expect  # noqa: PLC0415  heavy, and only some tests need it

    # How long a state is waited for says nothing of how soon it comes: on a busy machine it is late.
    expect.set_options(timeout=30_000)
    async with chromium.launch(found) as running:
        yield running


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A blank page for one test, with nothing remembered from another."""
    context = await browser.new_context()
    try:
        yield await context.new_page()
    finally:
        await context.close()


@pytest.fixture
def measured() -> Iterator[None]:
    """What a test measures is its own: no garbage is collected in it, which takes as long as there is left to look at,
    and no lines are counted, which takes as long again."""
    tracer = sys.gettrace()
    gc.disable()
    sys.settrace(None)
    yield
    sys.settrace(tracer)
    gc.enable()
