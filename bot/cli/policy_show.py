"""`vigie policy show [FILE]`: the policy in force, or that of a file, as tables that a customer could be shown."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

from bot.cli import DONE
from bot.cli.policy_check import unusable
from bot.cli.record import InForce, file_differs, in_force, opened_record
from bot.desk.directory import Directory
from bot.desk.languages import LANGUAGES
from bot.desk.now import Now
from bot.desk.policy_file import load_policy, policy_from_data, read_policy_file
from bot.desk.policy_file.places import of_file
from bot.server.settings import ConfigError, load_settings
from bot.wording.phrase_book import PhraseBook
from bot.wording.policy.shown import policy_shown
from bot.wording.speech import speech
from storage.database import Database
from storage.schema import Schema, look
from triage.errors import PolicyError


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy show` takes."""
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="a policy file; without it, the policy that is in force"
    )
    parser.add_argument("--desk", metavar="NAME", help="of this desk, where there are several")
    parser.add_argument("--lang", choices=LANGUAGES, help="the language; without it the desk's")
    parser.add_argument(
        "--internal", action="store_true", help="with the agreements beside the customer's, for the desk alone"
    )
    parser.add_argument("--plan", metavar="NAME", help="the targets of that plan, instead of everybody's")


def run(chosen: argparse.Namespace) -> int:
    """Print it. Which one it is goes to standard error: the tables are for others."""
    try:
        shown, said = shown_of(chosen.file, chosen.desk)
    except PolicyError as error:
        return unusable(error)
    for data in shown:
        known = list(data["plans"])
        if chosen.plan is not None and chosen.plan not in known:
            has = f"name one of {', '.join(known)}" if known else "the policy has none, so leave --plan out"
            raise ConfigError(f"there is no plan {chosen.plan!r}: {has}")
    today = Now()().date()
    for line in said:
        print(line, file=sys.stderr)
    print("\n\n".join(_tables(data, chosen, today) for data in shown))
    return DONE


def _tables(data: dict[str, Any], chosen: argparse.Namespace, today: date) -> str:
    inside = PhraseBook(Directory(policy_from_data(data))) if chosen.internal else None
    return policy_shown(data, speech(chosen.lang or data["desks"][0]["language"]), today, chosen.plan, inside=inside)


def shown_of(file: Path | None, desk: str | None) -> tuple[list[dict[str, Any]], list[str]]:
    """The data of the policies to show, of a file or in force, and lines that say which they are."""
    return _of_file(file) if file is not None else _in_force(desk)


def _of_file(file: Path) -> tuple[list[dict[str, Any]], list[str]]:
    with of_file(file):
        return [load_policy(read_policy_file(file), today=Now()().date())[1]], []


def _in_force(desk: str | None) -> tuple[list[dict[str, Any]], list[str]]:
    """The data of each desk's policy as it is on record, or before the first start as it would be."""
    settings = load_settings()
    database = Database(settings.database_url)
    try:
        state = look(database)
    finally:
        database.close_now()
    if state in (Schema.ABSENT, Schema.EMPTY):
        return _before(settings.policy, settings.lang)
    with opened_record() as (database, now):
        found = in_force(database, desk)
        said = [_which(each) for each in found]
        if settings.policy is not None and (line := file_differs(settings.policy, found, now)):
            said.append(line)
        return [each.data for each in found], said


def _before(file: Path | None, language: str) -> tuple[list[dict[str, Any]], list[str]]:
    overlay = {"desks": {"support": {"language": language}}}
    with of_file(file):
        text = None if file is None else read_policy_file(file)
        _, data = load_policy(text, today=Now()().date(), overlay=overlay)
    whose = f"the policy of {file}" if file else "the built-in policy"
    return [data], [f"Nothing is in force yet: this is {whose}, which the first vigie run would start with."]


def _which(found: InForce) -> str:
    """Which version that is, and where it comes from."""
    saved = found.saved
    since = f"in force since {saved.saved_at:%Y-%m-%d %H:%M} UTC"
    made = f"made in chat by {saved.by}" if saved.by else "made at a start of vigie run"
    return f"Desk {found.desk.name} ({found.desk.organisation}): version {saved.version}, {since}, {made}."
