"""`vigie policy ACTION`: what can be done with a policy, one module per action."""

from __future__ import annotations

import argparse
from importlib import import_module

# Action to (module under bot.cli, what it does).
ACTIONS = {
    "check": ("policy_check", "say every problem of a policy file, and what in it is hardly meant"),
    "show": ("policy_show", "print the policy as tables that a customer could be shown"),
    "replay": ("policy_replay", "say which deadlines and breaches on record a policy file would have made other"),
    "move": ("policy_move", "put the open tickets on the terms of the policy in force"),
    "example": ("policy_example", "print the whole default policy as a file to start from"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy` takes."""
    actions = parser.add_subparsers(dest="action", required=True, parser_class=type(parser), metavar="ACTION")
    for name, (module, summary) in ACTIONS.items():
        own = actions.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
        import_module(f"bot.cli.{module}").arguments(own)


def run(chosen: argparse.Namespace) -> int:
    """Do it, and answer its exit code."""
    return int(import_module(f"bot.cli.{ACTIONS[chosen.action][0]}").run(chosen))
