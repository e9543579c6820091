"""`vigie policy check [FILE]`: whether a policy file can be used, with every problem at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.terminal import Mark, counted, say
from bot.desk.now import Now
from bot.desk.policy_file import UnreadableFileError, check_policy, read_policy_file
from bot.desk.policy_file.places import of_file, placed_at
from bot.server.settings import ConfigError, load_settings
from bot.wording.policy.year import year_in_brief
from bot.wording.speech import speech
from triage.errors import PolicyError
from triage.hours import Calendar, hours_from_data


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy check` takes."""
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="the policy file; without it that of VIGIE_POLICY"
    )


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where the file has problems, each on a line of its own; what is only hardly meant leaves it usable."""
    file = chosen.file or load_settings().policy
    if file is None:
        raise ConfigError("name the policy file, or set VIGIE_POLICY to it: there is nothing to check")
    try:
        with of_file(file):
            data, doubts = check_policy(read_policy_file(file), today=Now()().date())
    except PolicyError as error:
        return unusable(error)
    _say_years(data)
    for doubt in placed_at(file, doubts):
        say(doubt, Mark.NOTE)
    usable = f"{file} can be used for the desk {data['desks'][0]['name']}"
    above = "line above says" if len(doubts) == 1 else f"{counted(len(doubts), 'line')} above say"
    say(f"{usable}; the {above} what may not be meant." if doubts else f"{usable}.", Mark.GOOD)
    return DONE


def _say_years(data: dict[str, Any]) -> None:
    """What the next twelve months of each calendar look like, so that what was forgotten shows."""
    calendars = {name: hours_from_data(each) for name, each in data["calendars"].items()}
    for name, hours in calendars.items():
        if isinstance(hours, Calendar):
            say(year_in_brief(name, hours, Now()().date(), speech("en")))


def unusable(error: PolicyError) -> int:
    """Say every problem of a policy file. Raises UnreadableFileError again: that is no answer about its content."""
    if isinstance(error, UnreadableFileError):
        raise error
    for problem in placed_at(error.file, error.problems):
        say(problem, Mark.BAD, file=sys.stderr)
    return DOES_NOT_HOLD
