"""`vigie policy calendar NAME [YEAR]`: a calendar's year at a glance, of the policy in force or of a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli import DONE
from bot.cli.policy_check import unusable
from bot.cli.policy_show import shown_of
from bot.desk.languages import LANGUAGES
from bot.desk.now import Now
from bot.desk.policy_file.defaults import AROUND_THE_CLOCK, EVERY_DAY, OF_DESK, hours_by_name
from bot.server.settings import ConfigError
from bot.wording.policy.year import year_shown
from bot.wording.speech import speech
from triage.errors import PolicyError

FIRST, LAST = 1901, 2199  # whole years that time is counted for, whatever the zone


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy calendar` takes."""
    parser.add_argument("name", metavar="NAME", help="one of the policy's calendars; `business` is the desk's own")
    parser.add_argument("year", type=int, nargs="?", metavar="YEAR", help="without it, this year")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="a policy file; without it, the policy in force")
    parser.add_argument("--desk", metavar="NAME", help="of this desk, where there are several")
    parser.add_argument("--lang", choices=LANGUAGES, help="the language; without it the desk's")


def run(chosen: argparse.Namespace) -> int:
    """Print it."""
    year = Now()().year if chosen.year is None else chosen.year
    if not FIRST <= year <= LAST:
        raise ConfigError(f"{year} is not a year that time is counted for: write one from {FIRST} to {LAST}")
    try:
        found, _ = shown_of(chosen.policy, chosen.desk)
    except PolicyError as error:
        return unusable(error)
    texts = []
    for data in found:
        named = hours_by_name(data["desks"][0], data["calendars"])
        hours = {name: of for name, of in named.items() if name not in (OF_DESK, EVERY_DAY)}
        if chosen.name not in hours:
            known = ", ".join(name for name in hours if name != AROUND_THE_CLOCK)
            raise ConfigError(f"there is no calendar {chosen.name!r}: name one of {known}")
        language = speech(chosen.lang or data["desks"][0]["language"])
        texts.append(year_shown(chosen.name, hours[chosen.name], year, language))
    print("\n\n".join(texts))
    return DONE
