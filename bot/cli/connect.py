"""`vigie connect slack`: from no app at all to a written `.env`, for people who do not program."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot.cli import DONE, MISUSED
from bot.config import ConfigError, load_settings
from bot.connect import Terminal, connect_slack


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie connect` takes."""
    parser.add_argument("platform", choices=("slack",), help="what to connect")


def run(_: argparse.Namespace) -> int:
    """Ask, check, write."""
    try:
        settings = load_settings(None)
        asyncio.run(connect_slack(Terminal(), Path(".env"), api_url=settings.slack_api_url, command=settings.command))
    except ConfigError as error:
        print(f"vigie connect: {error}", file=sys.stderr)
        return MISUSED
    except (KeyboardInterrupt, EOFError):
        print("\nvigie connect: stopped, nothing was written. Start it again when you are ready.", file=sys.stderr)
        return MISUSED
    return DONE
