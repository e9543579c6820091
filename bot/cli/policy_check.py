"""`vigie policy check FILE`: whether a policy file can be used, with every problem at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.cli import DOES_NOT_HOLD, DONE, MISUSED
from bot.now import Now
from bot.policy_file import UnreadableFileError, check_policy, read_policy_file
from triage.errors import PolicyError


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy check` takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the policy file")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where the file has problems, each on a line of its own; what is only hardly meant leaves it usable."""
    try:
        data, doubts = check_policy(read_policy_file(chosen.file), today=Now()().date())
    except PolicyError as error:
        return refused("check", error)
    for doubt in doubts:
        print(doubt)
    usable = f"{chosen.file} can be used for the desk {data['desks'][0]['name']}"
    lines = f"{len(doubts)} lines above say what may not be" if len(doubts) > 1 else "line above says what may not be"
    print(f"{usable}; the {lines} meant." if doubts else f"{usable}.")
    return DONE


def refused(action: str, error: PolicyError) -> int:
    """Say why a policy file cannot be used."""
    if isinstance(error, UnreadableFileError):
        print(f"vigie policy {action}: {error}", file=sys.stderr)
        return MISUSED
    for problem in error.problems:
        print(problem, file=sys.stderr)
    return DOES_NOT_HOLD
