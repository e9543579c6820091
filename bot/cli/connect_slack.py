"""`vigie connect slack`: from no app at all to a written `.env`, for people who do not program."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from bot.cli import DONE
from bot.cli.asking import Terminal
from bot.cli.slack_connection import connect_slack
from bot.server.settings import ConfigError, load_settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """`vigie connect slack` takes nothing: it asks."""


def run(_: argparse.Namespace) -> int:
    """Ask, check, write."""
    settings = load_settings(None)
    try:
        asyncio.run(connect_slack(Terminal(), Path(".env"), api_url=settings.slack_api_url, command=settings.command))
    except (KeyboardInterrupt, EOFError):
        print()
        raise ConfigError("stopped, nothing was written. Start it again when you are ready.") from None
    return DONE
