"""`vigie sla evaluate [FILE|-]`: JSON lines in, JSON lines out. No database, settings or network."""

from __future__ import annotations

import argparse
import json
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable
from contextlib import nullcontext

from bot.cli import DONE, MISUSED
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
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"vigie sla: {error}; it reads a file of JSON lines and writes to standard output", file=sys.stderr)
        return MISUSED


def _answer(lines: Iterable[bytes]) -> int:
    """Each answer leaves at once, for whoever sends a line and waits. In bytes, so that a bad one spoils one line."""
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(BOM_UTF8) if number == 1 else line
        if text.strip():
            print(json.dumps(evaluate_line(number, text)), flush=True)
    return DONE
