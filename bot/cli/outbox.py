"""`vigie outbox list|retry|drop`: the notices that wait, and those that could not be delivered."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from sqlmodel import Session

from bot.cli import DOES_NOT_HOLD, DONE, MISUSED
from bot.config import ConfigError, load_settings
from storage.database import Database, DatabaseUnusableError
from storage.letters import Letter, change_letters, list_letters


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie outbox` takes."""
    parser.add_argument("action", choices=("list", "retry", "drop"), help="what to do")
    parser.add_argument("ids", nargs="*", type=int, help="the notices, by the number that list shows")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where none of the notices named is a dead letter."""
    if chosen.action != "list" and not chosen.ids:
        print(
            f"vigie outbox {chosen.action}: name the notices by the numbers that vigie outbox list shows",
            file=sys.stderr,
        )
        return MISUSED
    try:
        database = Database(load_settings().database_url)
        database.check()
    except (ConfigError, DatabaseUnusableError) as error:
        print(f"vigie outbox: {error}", file=sys.stderr)
        return MISUSED
    try:
        if chosen.action == "list":
            return _list(database)
        state = "pending" if chosen.action == "retry" else "dropped"

        def change(session: Session) -> int:
            return change_letters(session, chosen.ids, state=state, now=datetime.now(UTC))

        changed = database.write_now(change)
    finally:
        database.close_now()
    print(f"{changed} of {len(chosen.ids)} dead letters {'will be tried again' if state == 'pending' else 'dropped'}.")
    return DONE if changed else DOES_NOT_HOLD


def _list(database: Database) -> int:
    letters = database.read_now(lambda session: list_letters(session, states=("pending", "claimed", "failed")))
    if not letters:
        print("Nothing waits and nothing failed.")
    for letter in letters:
        print(_line(letter))
    return DONE


def _line(letter: Letter) -> str:
    ticket = f"#{letter.number}" if letter.number is not None else "-"
    when = letter.not_before.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    parts = [
        f"{letter.id}  {letter.state}  {ticket} {letter.kind} to {letter.channel}",
        f"tries {letter.attempts}",
        f"next {when}",
        *([letter.reason] if letter.reason else []),
    ]
    return ", ".join(parts)
