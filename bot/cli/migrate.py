"""`vigie migrate`: bring the database's schema up to date."""

from __future__ import annotations

import argparse

from bot.cli import DONE
from bot.server.settings import load_settings
from storage.database import Database
from storage.migrate import migrate


def arguments(parser: argparse.ArgumentParser) -> None:
    """`vigie migrate` takes nothing: VIGIE_DATABASE_URL says which database."""


def run(_: argparse.Namespace) -> int:
    """Migrate; running it again does nothing."""
    database = Database(load_settings().database_url)
    try:
        migrate(database)
    finally:
        database.close_now()
    print("The database is up to date.")
    return DONE
