"""`vigie doctor`: one line each for what is missing, with where to click or what to type."""

from __future__ import annotations

import argparse
import asyncio

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.checks import Grade, doctor, is_well
from bot.cli.terminal import Mark, say
from bot.server.settings import load_settings

MARKS = {Grade.FINE: Mark.GOOD, Grade.NOTE: Mark.NOTE, Grade.MISSING: Mark.BAD}


def arguments(parser: argparse.ArgumentParser) -> None:
    """`vigie doctor` takes nothing: it looks at the settings that `vigie run` would use."""


def run(_: argparse.Namespace) -> int:
    """Exit 1 where something is missing."""
    findings = asyncio.run(doctor(load_settings()))
    for finding in findings:
        say(str(finding), MARKS[finding.grade], head=len(finding.grade))
    return DONE if is_well(findings) else DOES_NOT_HOLD
