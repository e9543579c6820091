"""`vigie sla evaluate [FILE|-]`: JSON lines in, JSON lines out. No database, settings or network."""

from __future__ import annotations

import argparse
import json
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable
from contextlib import nullcontext

from bot.cli import DONE, MISUSED
from triage.cases import KINDS, evaluate_line

EXAMPLE = """\
A case is a line of JSON with a kind, which is one of:
  {kinds}
and what that kind needs. For example:
  echo '{case}' | vigie sla evaluate
answers
  {answer}
docs/sla-evaluate.md has every kind with its fields."""
CASE = (
    '{"id": 1, "kind": "add_business_time", "clock": "elapsed", '
    '"start": "2026-11-23T09:00:00Z", "duration_minutes": 15}'
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie sla evaluate` takes."""
    parser.add_argument("file", nargs="?", metavar="FILE", default="-", help="JSON lines; standard input without it")
    answer = json.dumps(evaluate_line(1, CASE.encode()))
    parser.epilog = EXAMPLE.format(kinds=", ".join(KINDS), case=CASE, answer=answer)


def run(chosen: argparse.Namespace) -> int:
    """Answer every line in order."""
    try:
        with nullcontext(sys.stdin.buffer) if chosen.file == "-" else open(chosen.file, "rb") as lines:  # noqa: PTH123
            return _answer(lines)
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is None:
            _misused(f"cannot read or write ({error.strerror}): is the disk full?")
        else:
            _misused(f"cannot read {chosen.file} ({error.strerror}): name a file of JSON lines")
    except ValueError:
        _misused("that is no path: name a file of JSON lines")
    return MISUSED


def _misused(sentence: str) -> None:
    print(f"vigie sla evaluate: {sentence}", file=sys.stderr)


def _answer(lines: Iterable[bytes]) -> int:
    """Each answer leaves at once, for whoever sends a line and waits. In bytes, so that a bad one spoils one line."""
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(BOM_UTF8) if number == 1 else line
        if text.strip():
            print(json.dumps(evaluate_line(number, text)), flush=True)
    return DONE
