"""`vigie doctor`: one line each for what is missing, with where to click or what to type."""

from __future__ import annotations

import argparse
import asyncio
import sys

from bot.cli import DOES_NOT_HOLD, DONE, MISUSED
from bot.config import ConfigError, load_settings
from bot.doctor import doctor, is_well


def arguments(parser: argparse.ArgumentParser) -> None:
    """`vigie doctor` takes nothing: it looks at the settings that `vigie run` would use."""


def run(_: argparse.Namespace) -> int:
    """Exit 1 where something is missing."""
    try:
        findings = asyncio.run(doctor(load_settings()))
    except ConfigError as error:
        print(f"vigie doctor: {error}", file=sys.stderr)
        return MISUSED
    for finding in findings:
        print(finding)
    return DONE if is_well(findings) else DOES_NOT_HOLD
