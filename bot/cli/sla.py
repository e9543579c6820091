"""`vigie sla evaluate [FILE|-]`: JSON lines in, JSON lines out. No database, settings or network."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable

from bot.cli import DONE, MISUSED
from triage.cases import evaluate_line


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie sla` takes."""
    parser.add_argument("action", choices=("evaluate",), help="evaluate cases")
    parser.add_argument("file", nargs="?", default="-", help="a file of JSON lines; standard input without it")


def run(chosen: argparse.Namespace) -> int:
    """Answer every line in order."""
    if chosen.file == "-":
        return _answer(sys.stdin)
    try:
        with open(chosen.file, encoding="utf-8") as lines:  # noqa: PTH123  read as a stream
            return _answer(lines)
    except (OSError, UnicodeDecodeError) as error:
        print(f"vigie sla: cannot read {chosen.file} ({error}): name a file of JSON lines", file=sys.stderr)
        return MISUSED


def _answer(lines: Iterable[str]) -> int:
    write = sys.stdout.write
    for number, line in enumerate(lines, 1):
        if line.strip():
            write(json.dumps(evaluate_line(number, line)) + "\n")
    sys.stdout.flush()
    return DONE
