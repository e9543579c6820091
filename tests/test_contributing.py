"""What contributors are offered works: the gate is one, everything needed has a reason, the tools answer."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

from tools import advisories, files, licences, tests_of

ROOT = Path(__file__).parents[1]
COPYLEFT = re.compile(r"GPL|MPL|EPL|CDDL|SSPL|BUSL")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_make_help_lists_every_target() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^make (\S+) +\S", told, re.MULTILINE) == re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)


def test_every_hook_before_a_commit_or_a_push_is_a_target_of_make() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert {hook["entry"] for hook in hooks} == {"make lint", "make types", "make test"}


def test_the_workflow_runs_the_gate_and_nothing_of_its_own() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    ran = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert ran == [".ci/run", "make advisories"]


def test_every_dependency_has_its_reason_beside_it_or_above_it() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert len(listed) == 2
    explained = False  # by a comment above, for all that follow until one has its own
    for line in "".join(listed).splitlines():
        own = "  #" in line
        assert own or explained or line.lstrip().startswith("#"), line
        explained = line.lstrip().startswith("#") or (explained and not own)


def test_the_licences_of_what_vigie_runs_with_are_those_of_the_page() -> None:
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), "run `make licences`"


def test_whatever_is_not_under_a_licence_that_only_asks_for_its_notice_is_named() -> None:
    asks_more = {name for name in (*licences.locked(), *licences.of_teams()) if COPYLEFT.search(licences.licence(name))}
    assert asks_more == {"psycopg", "psycopg-binary", "certifi", "orjson"}
    assert all(f"`{name}`" in licences.HEAD for name in asks_more)


@pytest.mark.parametrize(
    ("file", "test"),
    [
        ("triage/linking.py", "tests/triage/test_linking.py"),
        ("storage/outbox.py", "tests/storage/test_outbox.py"),
        ("scheduler/delivery.py", "tests/scheduler/test_delivery.py"),
    ],
)
def test_the_tests_of_a_file_are_found(file: str, test: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert tests_of.main([file]) == 0
    assert test in capsys.readouterr().out


def test_every_file_of_a_folder_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert files.main(["scheduler"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == [
        file.relative_to(ROOT).as_posix() for file in sorted((ROOT / "scheduler").rglob("*.py"))
    ]
    assert all(line.endswith((".", "?")) for line in told)


@pytest.mark.parametrize("named", [[], ["storage"], ["storage/nothing.py"], ["README.md"]])
def test_what_is_no_file_of_ours_has_no_tests(named: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert tests_of.main(named) == 2
    assert capsys.readouterr().err.count("\n") == 1


class Database(BaseHTTPRequestHandler):
    """A database of advisories that knows nothing against anything."""

    def do_POST(self) -> None:
        """Answer a query for many packages: no advisory for any."""
        asked = self.rfile.read(int(self.headers["Content-Length"])).count(b'"package"')
        body = b'{"results":[' + b",".join([b"{}"] * asked) + b"]}"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def database() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Database)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_locked_version_is_asked_about(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    pinned = advisories.pinned()
    assert set(licences.locked()) <= set(pinned)
    assert advisories.audit(pinned, "--service-url", database) == 0
    assert f"nothing is known against the {len(pinned)} locked versions" in capsys.readouterr().out


def test_without_a_network_one_line_says_that_nothing_was_checked() -> None:
    command = [sys.executable, "-m", "tools.advisories", "--service-url", "http://127.0.0.1:9"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.count("\n")) == (0, 1)
    assert "nothing was checked" in ran.stdout
