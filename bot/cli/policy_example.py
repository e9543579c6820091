"""`vigie policy example [NAME]`: a policy file to start from."""

from __future__ import annotations

import argparse

from bot.cli import DONE
from bot.desk.policy_file.example import CONTRACTS, example_policy

CHOICE = """\
Without a name: the whole default policy, every key with what can be written beside it. With a name, the policy of a
desk that has signed such a contract:
  carrier          a network that is watched around the clock, with a plan that is restored sooner
  office-hours     support in office hours, with answers by the next business day
  three-regions    24x5: open from Monday in Sydney to Friday in Los Angeles, each region in its own hours
  managed-service  what the customer is promised, and beside it what the teams and a supplier promise the desk
  public-tender    a public body's contract in working days, with its closing days and half days
Next: vigie policy check FILE, then vigie policy show FILE."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy example` takes."""
    parser.add_argument("contract", nargs="?", metavar="NAME", choices=CONTRACTS, help=", ".join(CONTRACTS))
    parser.epilog = CHOICE


def run(chosen: argparse.Namespace) -> int:
    """Print it."""
    print(example_policy(chosen.contract), end="")
    return DONE
