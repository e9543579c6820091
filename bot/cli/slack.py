"""`vigie slack manifest`: the Slack app's manifest, to paste where Slack asks for one."""

from __future__ import annotations

import argparse

from bot.cli import DONE
from bot.server.settings import ConfigError
from bot.slack.manifest import slack_manifest


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie slack manifest` takes."""
    parser.add_argument("--url", help="the public address of Vigie; without it, Socket Mode, which needs none")
    parser.add_argument("--command", default="/ticket", help="the slash command people type")


def run(chosen: argparse.Namespace) -> int:
    """Print it."""
    try:
        manifest = slack_manifest(chosen.url, command=chosen.command)
    except ValueError as error:
        raise ConfigError(str(error)) from None
    print(manifest, end="")
    return DONE
