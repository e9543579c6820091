"""`vigie sla evaluate [FILE|-]`: JSON lines in, JSON lines out. No database, settings or network."""

from __future__ import annotations

import argparse
import json

from bot.cli.lines import answer_lines
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
    return answer_lines("sla evaluate", chosen.file, evaluate_line)
