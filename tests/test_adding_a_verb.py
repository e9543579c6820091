"""docs/adding-a-verb.md, followed as written, gives a verb that works and touches no more files than it says."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "adding-a-verb.md").read_text(encoding="utf-8")
WHERE = r"(?P<where>(?:below|in place of) `(?P<line>[^`]+)`|at the end|each in the section of its name)"
STEP = re.compile(
    rf"^(?:New file|In) `(?P<file>[^`]+)`(?:, {WHERE})?:\n\n"
    r"```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# What says of every verb that there is whether all of it is there.
TRIED = (
    "tests/triage/test_praising.py", "tests/bot/test_readme.py", "tests/bot/commands/test_answers.py",
    "tests/bot/wording/test_speech.py", "tests/bot/wording/test_refusals.py", "tests/test_architecture.py",
    "tests/bot/wording/test_history.py", "tests/bot/verbs/test_registry.py", "tests/bot/commands/test_card.py",
    "tests/triage/test_facts.py", "tests/bot/verbs/test_suggestions.py",
)  # fmt: skip


class Step(NamedTuple):
    """One block of the page: what is written into which file."""

    file: str
    where: str | None
    line: str | None
    text: str


def steps() -> Iterator[Step]:
    """The blocks in the order of the page."""
    yield from (Step(**found.groupdict()) for found in STEP.finditer(PAGE))


def follow(step: Step, root: Path) -> None:
    """Do what the page says."""
    file = root / step.file
    if step.where is None:
        assert not file.exists(), step.file
        file.write_text(step.text, encoding="utf-8")
        return
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    if step.where == "at the end":
        lines.append(f"\n\n{step.text}")
    elif step.line is not None:
        (at,) = [number for number, line in enumerate(lines) if step.line in line.rstrip("\n")]
        if step.where.startswith("below"):
            lines.insert(at + 1, step.text)
        else:
            lines[at] = lines[at].replace(step.line, step.text.rstrip("\n"))
    else:
        for section, words in yaml.safe_load(step.text).items():
            at = lines.index(f"{section}:\n")
            lines[at + 1 : at + 1] = [
                f"  {key}: {yaml.safe_dump(said, allow_unicode=True, width=1000)}".removesuffix("...\n")
                for key, said in words.items()
            ]
    file.write_text("".join(lines), encoding="utf-8")


def take_what_mypy_knows(root: Path) -> None:
    """What mypy found out, if it has been run: it looks again only at what is no longer as it was."""
    for kept in (ROOT / ".mypy_cache").glob("*/*.db"):
        to = root / kept.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(kept)) as known, closing(sqlite3.connect(to)) as copy:
            known.backup(copy)  # whole, even where mypy is writing it


def test_every_block_of_the_page_is_a_step_that_can_be_followed() -> None:
    assert len(list(steps())) == len(re.findall(r"^```\w+$", PAGE, re.MULTILINE))


def test_each_line_that_something_is_written_below_is_there_once() -> None:
    for step in steps():
        if step.line is not None:
            text = (ROOT / step.file).read_text(encoding="utf-8")
            assert sum(step.line in line for line in text.splitlines()) == 1, step.line


@pytest.mark.slow
@pytest.mark.long
def test_the_page_followed_as_written_gives_a_verb_that_works(tmp_path: Path) -> None:
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    take_what_mypy_knows(tmp_path)
    for step in steps():
        follow(step, tmp_path)
    touched = sorted({step.file for step in steps()})
    assert len(touched) == 12, touched  # the page says so
    python = [step for step in touched if step.endswith(".py")]
    for command in (
        ("ruff", "check", *python),
        ("ruff", "format", "--check", *python),
        ("mypy", "bot/verbs/praise.py", "triage/praising.py"),
        ("pytest", "-q", "-p", "no:cacheprovider", *TRIED),
    ):
        ran = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
