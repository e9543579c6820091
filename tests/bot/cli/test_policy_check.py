"""`vigie policy check`: a file that can be used, and what in it is hardly meant; or every problem and exit 1."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.cli import main
from bot.desk.policy_file import check_policy

TODAY = date(2026, 11, 25)
# Blocks of a file's text followed by what is hardly meant in it, each after "! ".
BLOCKS = (Path(__file__).parents[2] / "data" / "policy_doubts.txt").read_text(encoding="utf-8").split("\n\n")

# A policy in which nothing is doubted, by key.
QUIET = {
    "desks": "{support: {channels: C0123, timezone: Europe/Paris, calendar: office}}",
    "calendars": "{office: {hours: {mon-fri: 9-17}, holidays: FR}}",
    "levels": "[{contacts: U1A}, {contacts: U2B}, {contacts: U3C}]",
    "redirects": "{billing: billing@example.com, sales: sales@example.com}",
}


def quiet(**but: str) -> str:
    """The text of that policy, with other values for some keys."""
    return "".join(f"{key}: {value}\n" for key, value in {**QUIET, **but}.items())


def doubts(text: str) -> list[str]:
    return check_policy(text, today=TODAY)[1]


@pytest.mark.parametrize("block", BLOCKS)
def test_what_is_legal_but_hardly_meant_is_told_at_its_line(block: str) -> None:
    lines = block.rstrip("\n").split("\n")
    text = "\n".join(line for line in lines if not line.startswith("! "))
    expected = [line.removeprefix("! ") for line in lines if line.startswith("! ")]
    assert expected
    assert [doubt for doubt in doubts(text) if doubt.startswith("line ")] == expected


def test_what_the_file_leaves_out_has_no_line() -> None:
    assert [doubt.partition(":")[0] for doubt in doubts("version: 1")] == [
        "desks.support", "desks.support.calendar", "levels[1].contacts", "levels[2].contacts", "levels[3].contacts",
        "redirects",
    ]  # fmt: skip


def test_a_policy_that_is_thought_through_is_not_doubted() -> None:
    assert doubts(quiet()) == []


@pytest.mark.parametrize(
    "but",
    [
        # A share of the target always fits.
        {"lead_times": "{response: 50%}", "targets": "{1: {response: 60s}}"},
        # Thresholds count around the clock, so they say nothing against a target in opening hours.
        {
            "targets": "{3: {restore: 4 business hours}}",
            "levels": "[{contacts: U1A, after: {1: 2h, 2: 12h, 3: 5h}}]",
        },
        # What is longer in opening hours is not longer around the clock.
        {"severities": "{2: {hours: business}}", "targets": "{1: {update: 2h}}", "lead_times": "{update: 1m}"},
        {"plans": "{gold: {targets: {1: {restore: 4h}}}}"},
        {"plans": "{gold: {calendar: elapsed}}"},
        {"levels": "[{contacts: U1A}, {contacts: [U1A, U2B]}]"},
        {
            "calendars": "{office: {hours: {mon-fri: 9-17}, holidays: FR}, c: {hours: {sun: 9-17}, holidays: FR}}",
            "severities": "{2: {hours: c}}",
        },
        {"waiting": "{chase: [], close: 1 business day}"},
        {"waiting": "{close: none}"},
    ],
)
def test_what_is_well_meant_is_not_doubted(but: dict[str, str]) -> None:
    assert doubts(quiet(**but)) == []


# -- the command -----------------------------------------------------------------------------------------------------

Written = Callable[[str], str]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """The path of a file with that text."""

    def write(text: str) -> str:
        path = tmp_path / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_a_file_without_problems_can_be_used(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(quiet())
    assert main(["policy", "check", path]) == 0
    printed = capsys.readouterr()
    year, usable = printed.out.splitlines()
    assert year.startswith("office: ")
    assert re.search(r"h open in the twelve months from 1\s\w+\s\d{4} on \(", year)
    assert (usable, printed.err) == (f"{path} can be used for the desk support.", "")


def test_doubts_are_said_before_the_last_line_and_leave_it_usable(
    written: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(quiet(plans="\n  gold: {}"))
    assert main(["policy", "check", path]) == 0
    _, doubt, usable = capsys.readouterr().out.splitlines()
    assert doubt == f"{path}:6: plans.gold: this plan changes nothing: its targets are everybody's."
    assert usable == f"{path} can be used for the desk support; the line above says what may not be meant."
    assert main(["policy", "check", written(quiet(plans="{gold: {}, silver: {}}"))]) == 0
    assert "; the 2 lines above say what may not be meant.\n" in capsys.readouterr().out


def test_problems_are_said_by_line_on_standard_error(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    path = written("targets:\n  1: {update: x}\nseveritys: 1\nlevels: [{}, {after: {1: 1h}}]")
    assert main(["policy", "check", path]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert [line.partition(": ")[0] for line in error.splitlines()] == [f"{path}:2", f"{path}:3", f"{path}:4"]


@pytest.mark.parametrize(
    ("content", "exit_code"), [(None, 2), (b"", 1), (b"\xff", 1), (b"x: " + b"y" * 1_000_000, 1), (b"[" * 100_000, 1)]
)
def test_a_file_that_is_no_policy_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, exit_code: int
) -> None:
    path = tmp_path / "policy.yaml"
    if content is not None:
        path.write_bytes(content)
    assert main(["policy", "check", str(path)]) == exit_code
    out, error = capsys.readouterr()
    assert out == ""
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("typed", ["policy check", "policy chekc x", "policy check a b", "policy example x"])
def test_wrong_usage_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str
) -> None:
    monkeypatch.delenv("VIGIE_POLICY", raising=False)
    monkeypatch.chdir(tmp_path)
    assert main(typed.split()) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_program_itself_checks_a_file(written: Written) -> None:
    command = [sys.executable, "-m", "bot", "policy", "check", written(quiet())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": "."})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("can be used for the desk support.\n")
