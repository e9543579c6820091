"""`vigie backup FILE`: copy the database to a file, while Vigie runs or does not."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli import DONE
from bot.cli.record import opened_record
from bot.cli.terminal import counted
from bot.server.settings import load_settings
from storage.backup import Held, back_up, require_file


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie backup` takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that does not exist yet")


def run(chosen: argparse.Namespace) -> int:
    """Back up, and say what is in it."""
    require_file(load_settings().database_url)  # before a server is asked anything
    with opened_record() as (database, _):
        held = back_up(database, chosen.file)
    print(f"{chosen.file}: {described(held)}.")
    print("Not in it: .env with its keys, without which no stored token can be read, and the policy file.")
    return DONE


def described(held: Held) -> str:
    """What a file holds, in a few words."""
    last = f"last change {held.last_at:%Y-%m-%d %H:%M:%SZ}" if held.last_at else "nothing has happened yet"
    return f"{counted(held.tickets, 'ticket')}, {last}, schema {held.schema}"
