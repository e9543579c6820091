"""The command line: one module per command, loaded only when it is used, so that each starts quickly.

Exit codes: 0 done, 1 the thing asked about does not hold, 2 usage or configuration error with one line on stderr.
"""

from __future__ import annotations

import argparse
from importlib import import_module

DONE, DOES_NOT_HOLD, MISUSED = 0, 1, 2

# Command to (module under bot.cli, what it does).
COMMANDS = {
    "run": ("run", "run the bot; with no platform configured, with the local workspace"),
    "local": ("local", "run the local workspace alone, as its own process"),
    "connect": ("connect", "connect a real Slack workspace, step by step"),
    "doctor": ("doctor", "say what is missing, and where to click"),
    "migrate": ("migrate", "bring the database up to date"),
    "policy": ("policy", "check, show, replay or move the policy, or print one to start from"),
    "import": ("importing", "import customers from a CSV file"),
    "outbox": ("outbox", "list, retry or drop notices that could not be delivered"),
    "slack": ("slack", "print the Slack app manifest"),
    "sla": ("sla", "evaluate service clocks: JSON lines in, JSON lines out"),
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(MISUSED, f"{self.prog}: {message}. Type {self.prog} --help to see what there is.\n")


def main(arguments: list[str]) -> int:
    """Run one command and answer its exit code."""
    parser = _Parser(prog="vigie", description="Support triage for Slack and Teams that holds every service clock.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser, metavar="COMMAND")
    for name, (_, summary) in COMMANDS.items():
        commands.add_parser(name, help=summary, add_help=False)
    chosen, rest = parser.parse_known_args(arguments[:1]), arguments[1:]
    command = chosen[0].command
    module = import_module(f"bot.cli.{COMMANDS[command][0]}")
    own = _Parser(prog=f"vigie {command}", description=f"{COMMANDS[command][1].capitalize()}.")
    module.arguments(own)
    return int(module.run(own.parse_args(rest)))
