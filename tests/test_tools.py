"""The tools the other tests stand on do what those tests take for granted."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from tests.conftest import absent
from tests.postgres import PostgresServer, external_url
from tools import playground
from tools.npm import node

if TYPE_CHECKING:
    from playwright.async_api import Page

ROOT = Path(__file__).parents[1]
needs_own_server = pytest.mark.skipif(external_url() is not None, reason="the server at TEST_DATABASE_URL is not ours")


def test_two_workers_never_claim_the_same_row(postgres_database: str) -> None:
    claim = "SELECT id FROM work ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
    with psycopg.connect(postgres_database) as first, psycopg.connect(postgres_database) as second:
        first.execute("CREATE TABLE work (id int); INSERT INTO work VALUES (1), (2)")
        first.commit()
        assert [first.execute(claim).fetchone(), second.execute(claim).fetchone()] == [(1,), (2,)]


@pytest.mark.parametrize("round_", [1, 2])
def test_a_postgres_database_is_fresh_for_every_test(postgres_database: str, round_: int) -> None:
    with psycopg.connect(postgres_database) as connection:
        connection.execute("CREATE TABLE left_behind (id int)")  # fails where the other round's is still there


def test_a_database_url_names_the_kind_it_is_run_on(database_url: str, request: pytest.FixtureRequest) -> None:
    kind = request.node.callspec.params["database_url"]
    assert database_url.startswith(f"{kind}://")


@pytest.mark.slow
@needs_own_server
def test_what_was_committed_outlives_a_killed_server() -> None:
    with PostgresServer(durable=True) as server:
        connection = psycopg.connect(server.url)
        connection.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (42)")
        connection.commit()
        server.kill()
        connection.close()
        server.start()
        with psycopg.connect(server.url) as again:
            assert again.execute("SELECT id FROM kept").fetchone() == (42,)


@pytest.mark.slow
@needs_own_server
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_killed_test_run_leaves_no_server_behind() -> None:
    code = (
        "from tests.postgres import PostgresServer\n"
        "with PostgresServer() as server: print(server._process.pid, flush=True); input()"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the server may run as nobody
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": folder}
        command = [sys.executable, "-c", code]
        with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
            assert run.stdout is not None
            server = psutil.Process(int(run.stdout.readline()))
            assert server.is_running()
            run.kill()
        _, alive = psutil.wait_procs([server], timeout=10)
    assert not alive


async def test_a_click_in_the_browser_reaches_the_page(page: Page) -> None:
    await page.goto("data:text/html,<button onclick=\"document.querySelector('p').innerText='clicked'\">Go</button><p>")
    await page.get_by_role("button", name="Go").click()
    assert await page.locator("p").inner_text() == "clicked"


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_missing_tool_skips_at_a_desk_and_fails_under_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="no such tool"):
        absent("no such tool")


EVERYWHERE = """
const http = require("node:http");
for (const where of [[0], [{ port: 0 }], [0, "0.0.0.0"], ["0"], [], [0, 511], [{ port: 0, host: "::" }]]) {
  const server = http.createServer();
  server.listen(...where, () => { console.log(server.address().address); server.close(); });
}
"""


def test_what_would_listen_everywhere_listens_here_alone() -> None:
    command = [str(node()), "--require", str(ROOT / "tools" / "loopback.cjs"), "--eval", EVERYWHERE]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.split() == ["127.0.0.1"] * 7


def test_what_make_teams_starts_is_a_trial_whatever_is_configured() -> None:
    given = {"VIGIE_TEAMS_DEV": "0", "TEAMS_CLIENT_ID": "real", "TEAMS_TENANT_ID": "real", "VIGIE_DATABASE_URL": "mine"}
    found = playground.settings(given)
    assert found["VIGIE_TEAMS_DEV"] == "1"
    assert "real" not in found.values()
    assert found["VIGIE_DATABASE_URL"] == "mine"
