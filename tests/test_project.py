"""The project's own papers: what is pinned, what is committed, and that a fresh machine can set itself up from them."""

from __future__ import annotations

import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = (
    "requirements-uv.txt",
    "requirements.txt",
    "requirements-teams.txt",
    "requirements-dev.txt",
    "requirements-deploy.txt",
)
ENTRY = re.compile(r"[a-z0-9][a-z0-9._-]*==[^ ;]+(?: ; [^\\]+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Spelled in pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.~/$}-])/(?:root|work|Users|home/\w+)" + "/")
PACKAGE_HOST = re.compile("|".join(re.escape(".".join(name)) for name in (
    ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("npmjs", "org"), ("npmjs", "com"),
)))  # fmt: skip


def pins(lock: str) -> dict[str, str]:
    """Package name to pinned version."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    entries = (line.partition(";")[0].rstrip(" \\").split("==") for line in lines if not line.startswith(" "))
    return {canonicalize_name(name): version for name, version in entries}


def committed() -> list[Path]:
    """Every text file that is or would be committed."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    files = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()[:1024]]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_pin_with_its_hashes(lock: str) -> None:
    joined = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", "")
    for line in joined.splitlines():
        entry, *hashes = re.split(r"\s+(?=--hash)", line.strip())
        assert ENTRY.fullmatch(entry), line
        assert hashes, line
        assert all(HASH.fullmatch(part) for part in hashes), line


GROUPS = PROJECT["dependency-groups"]
WANTED = {
    "requirements-uv.txt": GROUPS["bootstrap"] + PROJECT["build-system"]["requires"],
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-dev.txt": GROUPS["dev"] + PROJECT["project"]["dependencies"],
}


@pytest.mark.parametrize(("lock", "wanted"), [(lock, wanted) for lock, names in WANTED.items() for wanted in names])
def test_a_direct_dependency_is_pinned_within_its_bounds(lock: str, wanted: str) -> None:
    requirement = Requirement(wanted)
    version = pins(lock).get(canonicalize_name(requirement.name))
    assert version is not None, f"{wanted} is not in {lock}: run `make lock`"
    assert requirement.specifier.contains(version, prereleases=True), f"{version} in {lock}: run `make lock`"


def test_tests_run_on_the_versions_that_people_run() -> None:
    developing = pins("requirements-dev.txt")
    for lock in ("requirements.txt", "requirements-teams.txt"):
        assert {name: developing.get(name) for name in pins(lock)} == pins(lock)


def test_no_committed_file_names_a_package_host_or_somebodys_machine() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {match.group()}"
        for file in committed()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for match in chain(MACHINE_PATH.finditer(line), PACKAGE_HOST.finditer(line))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("cd /home" + "/ann/vigie", True),
        ("'/work" + "/main'", True),
        ("https://example.org/work" + "/items", False),
        ("$HOME/work" + "/x", False),
        ("GET /work", False),
    ],
)
def test_a_machines_path_is_told_from_a_url(text: str, named: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is named


def test_make_knows_every_target_people_are_told_of() -> None:
    rules = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"bench", "check", "clean", "lint", "lock", "run", "setup", "test", "test-slow", "types"} <= set(rules)


def test_what_is_slow_says_so_in_its_own_file() -> None:
    """`make test-slow` reads only the files that do, and the stories."""
    helpers = [
        file for file in committed()
        if file.is_relative_to(ROOT / "tests") and file.suffix == ".py" and not file.name.startswith("test_")
        and "scenarios" not in file.parts
    ]  # fmt: skip
    assert len(helpers) > 50
    says_for_others = re.compile(r"mark\.(slow|apart|long)\b|@given|import .*\bgiven\b")
    assert [file.name for file in helpers if says_for_others.search(file.read_text(encoding="utf-8"))] == []
