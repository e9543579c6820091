"""`vigie connect teams`: from no app at all to a written `.env` and an app to upload, for people who do not program."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from bot.cli import DONE
from bot.cli.asking import Terminal
from bot.cli.teams import add_package_options, app_settings
from bot.cli.teams_connection import Given, Ids, connect_teams
from bot.server.settings import ConfigError, load_settings

ENV_FILE = Path(".env")
STDIN = "-"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie connect teams` takes; what is left out, it asks for."""
    parser.add_argument("--client-id", metavar="ID", help="the app's Application (client) ID")
    parser.add_argument("--tenant-id", metavar="ID", help="its Directory (tenant) ID")
    parser.add_argument(
        "--secret-file", metavar="FILE",
        help="a file with the value of a client secret, - for standard input (in scripts TEAMS_CLIENT_SECRET will do)",
    )  # fmt: skip
    parser.add_argument("--url", help="the public address of Vigie")
    parser.add_argument("--channel", help="the desk's channel in Teams, by its name; empty: it is chosen in Teams")
    add_package_options(parser)


def run(chosen: argparse.Namespace) -> int:
    """Ask, check, write."""
    settings = load_settings(ENV_FILE)
    given = Given(chosen.client_id, chosen.tenant_id, _secret(chosen.secret_file), chosen.url, chosen.channel)
    app = app_settings(settings, chosen, app_id="", public_url=settings.public_url or "")
    client_id, tenant_id = settings.teams_client_id, settings.teams_tenant_id
    known = Ids(client_id, tenant_id) if client_id and tenant_id else None
    try:
        asyncio.run(connect_teams(Terminal(), ENV_FILE, given=given, known=known, app=app, package=chosen.out))
    except (KeyboardInterrupt, EOFError):
        print()
        raise ConfigError("stopped, nothing was written. Start it again when you are ready.") from None
    return DONE


def _secret(file: str | None) -> str | None:
    """The secret, which is never an argument: others on the machine could read it."""
    if file is None:
        # Somebody at a terminal may be here because that one has expired.
        return None if sys.stdin.isatty() else os.environ.get("TEAMS_CLIENT_SECRET") or None
    return (sys.stdin.read() if file == STDIN else Path(file).read_text(encoding="utf-8-sig")).strip()
