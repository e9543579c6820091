"""`vigie policy show [FILE]`: the policy as tables that a customer could be shown."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.cli import DONE, MISUSED
from bot.cli.policy_check import refused
from bot.config import ConfigError, load_settings
from bot.languages import LANGUAGES
from bot.now import Now
from bot.policy_file import load_policy, read_policy_file
from bot.policy_file.shown import policy_shown
from bot.speech import speech
from triage.errors import PolicyError


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy show` takes."""
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="the policy file; without it that of VIGIE_POLICY, else none"
    )
    parser.add_argument("--lang", choices=LANGUAGES, help="the language; without it the desk's")
    parser.add_argument("--plan", metavar="NAME", help="the targets of that plan, instead of everybody's")


def run(chosen: argparse.Namespace) -> int:
    """Print it."""
    path, language = chosen.file, "en"
    if path is None:
        try:
            settings = load_settings()
        except ConfigError as error:
            return _misused(str(error))
        path, language = settings.policy, settings.lang
    today = Now()().date()
    try:
        text = None if path is None else read_policy_file(path)
        policy, data = load_policy(text, today=today, overlay={"desks": {"support": {"language": language}}})
    except PolicyError as error:
        return refused("show", error)
    if chosen.plan is not None and chosen.plan not in policy.plans:
        known = f"name one of {', '.join(policy.plans)}" if policy.plans else "the policy has none, so leave --plan out"
        return _misused(f"there is no plan {chosen.plan!r}: {known}")
    print(policy_shown(data, speech(chosen.lang or policy.desk.language), today, chosen.plan))
    return DONE


def _misused(sentence: str) -> int:
    print(f"vigie policy show: {sentence}", file=sys.stderr)
    return MISUSED
