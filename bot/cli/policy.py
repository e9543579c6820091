"""`vigie policy check FILE`: whether a policy file can be used, with every problem at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.cli import DOES_NOT_HOLD, DONE
from bot.policy_file import load_policy, read_policy_file
from triage.errors import PolicyError


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy` takes."""
    parser.add_argument("action", choices=("check",), help="what to do with the file")
    parser.add_argument("file", type=Path, help="the policy file")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where the file has problems, each on a line of its own."""
    try:
        policy, _ = load_policy(read_policy_file(chosen.file))
    except PolicyError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return DOES_NOT_HOLD
    print(f"{chosen.file} is a valid policy for the desk {policy.desk.name}.")
    return DONE
