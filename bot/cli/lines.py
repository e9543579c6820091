"""JSON lines in, JSON lines out, one answer for each, in order: for commands that need no database and no settings."""

from __future__ import annotations

import json
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

from bot.cli import DONE, MISUSED

#: From the number of a line and the line to its answer.
Answer = Callable[[int, bytes], dict[str, Any]]


def answer_lines(command: str, file: str, answer: Answer) -> int:
    """Answer every line of `file`, or of standard input where that is `-`; the exit code."""
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else open(file, "rb") as lines:  # noqa: PTH123
            return _answer(lines, answer)
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is None:
            _misused(command, f"cannot read or write ({error.strerror}): is the disk full?")
        else:
            _misused(command, f"cannot read {file} ({error.strerror}): name a file of JSON lines")
    except ValueError:
        _misused(command, "that is no path: name a file of JSON lines")
    return MISUSED


def _misused(command: str, sentence: str) -> None:
    print(f"vigie {command}: {sentence}", file=sys.stderr)


def _answer(lines: Iterable[bytes], answer: Answer) -> int:
    """Each answer leaves at once, for whoever sends a line and waits. In bytes, so that a bad one spoils one line."""
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(BOM_UTF8) if number == 1 else line
        if text.strip():
            print(json.dumps(answer(number, text)), flush=True)
    return DONE
