"""`vigie triage suggest [FILE|-]`: JSON lines in, JSON lines out. No database, settings or network."""

from __future__ import annotations

import argparse

from bot.cli.lines import answer_lines
from triage.suggesting.lines import suggest_line

EXAMPLE = """\
A line is a JSON object with a text: {"id": 1, "text": "our port in Oslo is down"}
It is answered with what a ticket of that text would be: category (incident, provisioning, inquiry, redirect),
redirect (billing, sales), severity, skills, how sure that is (0 to 1), and the phrases that decided it.
docs/triage-suggestions.md says what it rests on, and how often it is right."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie triage suggest` takes."""
    parser.add_argument("file", nargs="?", metavar="FILE", default="-", help="JSON lines; standard input without it")
    parser.epilog = EXAMPLE


def run(chosen: argparse.Namespace) -> int:
    """Answer every line in order."""
    return answer_lines("triage suggest", chosen.file, suggest_line)
