"""`vigie sla evaluate [FILE|-]`: JSON lines in, JSON lines out. No database, settings or network."""

from __future__ import annotations

import argparse
import json
import os
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable
from contextlib import nullcontext

from bot.cli import DOES_NOT_HOLD, DONE, MISUSED
from triage.cases import evaluate_line


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie sla` takes."""
    parser.add_argument("action", choices=("evaluate",), help="evaluate cases")
    parser.add_argument("file", nargs="?", default="-", help="a file of JSON lines; standard input without it")


def run(chosen: argparse.Namespace) -> int:
    """Answer every line in order."""
    try:
        with nullcontext(sys.stdin.buffer) if chosen.file == "-" else open(chosen.file, "rb") as lines:  # noqa: PTH123
            return _answer(lines)
    except OSError as error:
        print(f"vigie sla: {error}; it reads a file of JSON lines and writes to standard output", file=sys.stderr)
        return MISUSED


def _answer(lines: Iterable[bytes]) -> int:
    """Each answer leaves at once, for whoever sends a line and waits. In bytes, so that a bad one spoils one line."""
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(BOM_UTF8) if number == 1 else line
        if text.strip() and not _say(json.dumps(evaluate_line(number, text))):
            return DOES_NOT_HOLD
    return DONE


def _say(answer: str) -> bool:
    """False when nobody reads any more: `head` has seen enough, and that is no error to tell of."""
    try:
        print(answer, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or leaving would fail to flush once more
        return False
    return True
