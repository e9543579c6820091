"""`vigie restore FILE`: put a backup in the database's place, after showing what it holds."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.backup import described
from bot.server.settings import load_settings
from storage.backup import check_for, restore
from storage.database import Database, DatabaseUnusableError


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie restore` takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what vigie backup made")
    parser.add_argument("--yes", action="store_true", help="restore without asking")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where nothing was restored since nobody agreed."""
    database = Database(load_settings().database_url)
    try:
        if not database.is_sqlite:
            raise DatabaseUnusableError("this is for SQLite: on PostgreSQL use pg_restore, as docs/deploy.md says")
        held = check_for(database, chosen.file)
        print(f"{chosen.file}: {described(held)}.")
        print(f"It takes the place of {database.where}, which is kept beside it. What happened since is not in it:")
        print("a message that was sent since then may be said again.")
        if not chosen.yes and not _confirmed():
            print("Nothing was changed.")
            return DOES_NOT_HOLD
        aside = restore(database, chosen.file, datetime.now(UTC))
    finally:
        database.close_now()
    print("Restored." if aside is None else f"Restored. What was there is {aside} now.")
    print("Type vigie migrate, or start Vigie, to bring it up to date." if held.is_older else "Start Vigie.")
    return DONE


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        print("Add --yes to restore it.")
        return False
    return input("Restore it? [y/N] ").strip().lower() in ("y", "yes", "o", "oui")
