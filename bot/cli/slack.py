"""`vigie slack manifest`: the Slack app's manifest, to paste where Slack asks for one."""

from __future__ import annotations

import argparse
import sys

from bot.cli import DONE, MISUSED
from bot.slack.manifest import slack_manifest


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie slack` takes."""
    parser.add_argument("action", choices=("manifest",), help="what to print")
    parser.add_argument("--url", help="the public address of Vigie; without it, Socket Mode, which needs none")
    parser.add_argument("--command", default="/ticket", help="the slash command people type")


def run(chosen: argparse.Namespace) -> int:
    """Print it."""
    try:
        print(slack_manifest(chosen.url, command=chosen.command), end="")
    except ValueError as error:
        print(f"vigie slack: {error}", file=sys.stderr)
        return MISUSED
    return DONE
