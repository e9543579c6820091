"""Marks, colour and progress: for people at a terminal, never in a file."""

from __future__ import annotations

import io
import re

import pytest

from bot.cli import terminal
from bot.cli.terminal import Mark, counted, say, steps


class Screen(io.TextIOWrapper):
    """A terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, write_through=True)

    def isatty(self) -> bool:
        return True

    @property
    def shown(self) -> str:
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.encoding)


@pytest.fixture(autouse=True)
def colourful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_file_gets_the_line_alone() -> None:
    file = io.StringIO()
    for mark in (None, *Mark):
        say("ok      [all] is well", mark, file=file)
    assert file.getvalue() == "ok      [all] is well\n" * 4


def test_on_a_terminal_what_is_missing_what_is_noted_and_what_is_well_differ() -> None:
    lines = set()
    for mark in Mark:
        screen = Screen()
        say("word    [x] :smile: 12", mark, file=screen, head=4)
        lines.add(screen.shown)
        assert re.sub(r"\x1b\[[0-9;]*m", "", screen.shown) == f"{mark.value[0]} word    [x] :smile: 12\n"
    assert len(lines) == 3
    assert all("\x1b[" in line for line in lines)


def test_without_colour_the_marks_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    say("missing it", Mark.BAD, file=screen)
    assert "✗ missing it" in re.sub(r"\x1b\[[0-9;]*m", "", screen.shown)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", screen.shown), "no colour"


def test_a_terminal_without_the_sign_gets_a_letter() -> None:
    screen = Screen("ascii")
    say("missing it", Mark.BAD, file=screen)
    assert "x missing it" in re.sub(r"\x1b\[[0-9;]*m", "", screen.shown)


def test_a_long_line_stays_one_line() -> None:
    screen = Screen()
    say("a long line " * 60, Mark.NOTE, file=screen)
    assert len(screen.shown.splitlines()) == 1


def test_only_what_takes_long_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(terminal, "monotonic", lambda: now)
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    with steps("Tickets", 10) as work:
        work.advance(3)
        now = 1.9
        work.advance()
        assert screen.shown == ""
        now = 2.0
        work.advance()
        assert "Tickets" in screen.shown
        assert "5/10" in screen.shown


def test_a_log_gets_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "QUIET_FOR", 0)
    file = io.StringIO()
    monkeypatch.setattr("sys.stderr", file)
    with steps("Tickets", 10) as work:
        work.advance(3)
    assert file.getvalue() == ""


def test_one_is_not_many() -> None:
    assert [counted(count, "line") for count in (0, 1, 2, 1200)] == ["0 lines", "1 line", "2 lines", "1,200 lines"]
