"""What `make package` makes installs as a tool of its own, and works where nothing of the project is."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("triage", "storage", "scheduler", "bot")
UV = Path(sys.executable).with_name("uv")

pytestmark = pytest.mark.slow


def environment(**more: str) -> dict[str, str]:
    """That of somebody who has set nothing."""
    ours = ("VIGIE_", "SLACK_", "TEAMS_", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | more


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([UV, "build", "-q", "--no-build-isolation", "-o", folder, ROOT], check=True, env=environment())
    return folder


@pytest.fixture(scope="module")
def vigie(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, installed from the wheel into an environment of its own, with the versions that are locked."""
    folder = tmp_path_factory.mktemp("tools")
    pins = [line.rstrip(" \\") for line in (ROOT / "requirements.txt").read_text().splitlines() if line[:1].isalnum()]
    (folder / "constraints.txt").write_text("\n".join(pins))
    places = environment(UV_TOOL_DIR=str(folder / "tools"), UV_TOOL_BIN_DIR=str(folder / "bin"))
    command: list[str | Path] = [
        UV,
        "tool",
        "install",
        "-q",
        "--python",
        sys.executable,
        "-c",
        folder / "constraints.txt",
    ]
    wheel = next(dist.glob("*.whl"))
    # What set this environment up is mostly still there, and then no network is needed.
    if subprocess.run([*command, "--offline", wheel], env=places, capture_output=True, check=False).returncode:
        subprocess.run([*command, wheel], env=places, check=True)
    return folder / "bin" / "vigie"


def answer(vigie: Path, folder: Path, *arguments: str, given: str = "") -> str:
    """What the program says on standard output."""
    ran = subprocess.run(
        [vigie, *arguments], cwd=folder, env=environment(), input=given, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@asynccontextmanager
async def running(vigie: Path, folder: Path) -> AsyncIterator[str]:
    """`vigie run` there; its address."""
    process = await asyncio.create_subprocess_exec(
        vigie, "run", cwd=folder, env=environment(VIGIE_PORT="0"), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        said = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        found = re.search(r"http://[\d.:]+", said)
        assert found is not None, said
        yield found[0]
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0


async def test_installed_from_the_wheel_it_serves_the_local_workspace_in_an_empty_folder(
    vigie: Path, tmp_path: Path
) -> None:
    pages = {file.name: file.read_bytes() for file in (ROOT / "bot/local_workspace/page").iterdir() if file.is_file()}
    async with running(vigie, tmp_path) as address, aiohttp.ClientSession(address) as session:
        for name, content in pages.items():
            async with session.get(f"/local/{name}") as page:
                assert (page.status, await page.read() == content) == (200, True), name
        state = await get(session, "/_control/state")
        ana = next(each["id"] for each in state["users"] if each["name"] == "Ana Reyes")
        desk = next(each["id"] for each in state["channels"] if each["kind"] == "desk")
        command = {"channel": desk, "user": ana, "command": "/ticket", "text": "new sev1 Link down"}
        for call, body in (("command", command), ("advance", {"minutes": 0})):  # until nothing is unsent
            async with session.post(f"/_control/{call}", json=body) as done:
                assert (await done.json())["ok"]
        told = await get(session, f"/_control/messages/{desk}?user={ana}")
    assert any("#1" in message["text"] and "Link down" in message["text"] for message in told["messages"])
    assert set(os.listdir(tmp_path)) == {"vigie.db", "vigie-local.db"}  # noqa: PTH208  names are what is compared


def test_installed_from_the_wheel_it_answers_wherever_it_is_asked(vigie: Path, tmp_path: Path) -> None:
    assert answer(vigie, tmp_path, "--version") == f"vigie {PROJECT['version']}\n"
    assert answer(vigie, tmp_path, "slack", "manifest") == (ROOT / "manifest.yml").read_text(encoding="utf-8")
    text = json.dumps({"id": 1, "text": "The whole site is down, nobody can work"})
    assert json.loads(answer(vigie, tmp_path, "triage", "suggest", given=text))["category"] == "incident"
    (tmp_path / "policy.yaml").write_text(answer(vigie, tmp_path, "policy", "example"), encoding="utf-8")
    answer(vigie, tmp_path, "policy", "check", "policy.yaml")


def test_the_wheel_holds_the_program_and_nothing_else(dist: Path) -> None:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
        meta = next(name for name in wheel.namelist() if name.endswith("/METADATA"))
        said = wheel.read(meta).decode()
    there = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert held == there
    assert set(re.findall(r"^Provides-Extra: (\S+)", said, re.MULTILINE)) == set(PROJECT["optional-dependencies"])


def test_the_sdist_holds_what_the_program_is_tested_and_deployed_with(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as sdist:
        held = {name.partition("/")[2] for name in sdist.getnames()}
    wanted = {"Makefile", "LICENSE", "requirements.txt", "tests/conftest.py", ".ci/run", "deploy/compose.yaml"}
    assert wanted <= held
    assert not [name for name in held if name.startswith((".venv", "dist/", "deploy/certs")) or name.endswith(".db")]
    assert not [name for name in held if Path(name).name in {".env", "settings.env"}]


async def get(session: aiohttp.ClientSession, path: str) -> Any:
    """What is answered there."""
    async with session.get(path) as found:
        return await found.json()
