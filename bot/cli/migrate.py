"""`vigie migrate`: bring the database's schema up to date."""

from __future__ import annotations

import argparse
import sys

from bot.cli import DONE, MISUSED
from bot.config import ConfigError, load_settings
from storage.database import Database, DatabaseUnusableError
from storage.migrate import migrate


def arguments(parser: argparse.ArgumentParser) -> None:
    """`vigie migrate` takes nothing: VIGIE_DATABASE_URL says which database."""


def run(_: argparse.Namespace) -> int:
    """Migrate; running it again does nothing."""
    try:
        database = Database(load_settings().database_url)
        try:
            database.check()
            migrate(database)
        finally:
            database.close_now()
    except (ConfigError, DatabaseUnusableError) as error:
        print(f"vigie migrate: {error}", file=sys.stderr)
        return MISUSED
    print("The database is up to date.")
    return DONE
