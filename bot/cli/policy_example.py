"""`vigie policy example`: the whole default policy as a file to start from."""

from __future__ import annotations

import argparse

from bot.cli import DONE
from bot.desk.policy_file.example import example_policy


def arguments(_: argparse.ArgumentParser) -> None:
    """`vigie policy example` takes nothing."""


def run(_: argparse.Namespace) -> int:
    """Print it."""
    print(example_policy(), end="")
    return DONE
