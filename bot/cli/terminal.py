"""How a command speaks to a terminal: marks, colour, progress. Into a file or a pipe goes plain text alone.

NO_COLOR takes the colour away and leaves the marks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from time import monotonic
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

QUIET_FOR = 2.0  # seconds: what takes longer says how far it is


class Mark(Enum):
    """What a line says at a glance: the sign, what it is where the terminal has no such sign, the colour."""

    GOOD = ("✓", "+", "green")
    NOTE = ("!", "!", "yellow")
    BAD = ("✗", "x", "red")


def say(line: str, mark: Mark | None = None, *, file: TextIO | None = None, head: int = 0) -> None:
    """Print a line; on a terminal with its mark before it, and in colour its first `head` letters (else the mark)."""
    out = file or sys.stdout
    if mark is None or not out.isatty():
        print(line, file=out)
        return
    from rich.text import Text  # noqa: PLC0415  a pipe does not wait for it

    sign, plain, colour = mark.value
    try:
        sign.encode(out.encoding or "ascii")
    except UnicodeEncodeError:
        sign = plain
    text = Text(f"{sign} ", style=colour)
    text.append(line[:head], style=f"bold {colour}")
    text.append(line[head:], style="default")
    _console(out).print(text, soft_wrap=True)


class Steps:
    """How far a piece of work is."""

    def __init__(self, doing: str, total: int | None, out: TextIO) -> None:
        self._doing = doing
        self._total = total
        self._out = out
        self._began = monotonic()
        self._done = 0
        self._shown: tuple[Progress, TaskID] | None = None

    def advance(self, count: int = 1) -> None:
        """So much more is done. It is shown once the work has taken two seconds, to a terminal."""
        self._done += count
        if self._shown is not None:
            progress, task = self._shown
            progress.update(task, completed=self._done)
        elif monotonic() - self._began >= QUIET_FOR and self._out.isatty():
            self._shown = self._show()

    def end(self) -> None:
        """Take it away again."""
        if self._shown is not None:
            self._shown[0].stop()

    def _show(self) -> tuple[Progress, TaskID]:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        progress = Progress(*columns, console=_console(self._out), transient=True)
        progress.start()
        return progress, progress.add_task(self._doing, total=self._total, completed=self._done)


@contextmanager
def steps(doing: str, total: int | None = None) -> Iterator[Steps]:
    """Do something that may take long, saying on standard error how far it is."""
    found = Steps(doing, total, sys.stderr)
    try:
        yield found
    finally:
        found.end()


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 line`, `2 lines`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _console(out: TextIO) -> Console:
    from rich.console import Console  # noqa: PLC0415  as above

    return Console(file=out, highlight=False, markup=False, emoji=False)
