"""`vigie policy move`: put the open tickets on the terms of the policy in force, after showing what would change."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from functools import partial

from bot.cli import DOES_NOT_HOLD, DONE, MISUSED
from bot.cli.record import desks_named, opened_record
from bot.config import ConfigError, load_settings
from bot.moving import EXAMPLES, Lots, Move, Preview, preview
from bot.policy_file import load_policy, read_policy_file
from bot.speech import Speech, speech
from storage.database import Database, DatabaseUnusableError
from storage.organisations import DeskOnRecord
from triage.errors import PolicyError
from triage.moving import asks_the_same
from triage.people import VIGIE, Actor, Role
from triage.policy import Policy
from triage.supposing import Difference

ACTOR = Actor(VIGIE, frozenset({Role.ADMIN}))
HOW = {
    "ended": "end",
    "paused": "stay paused, with another target",
    "passed": "would have passed already",
    "new": "are new",
    "later": "come later",
    "sooner": "come sooner",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy move` takes."""
    parser.add_argument("--desk", metavar="NAME", help="only this desk; without it, every desk")
    parser.add_argument("--yes", action="store_true", help="move them without asking")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where nothing was moved though there was something to move."""
    try:
        with opened_record() as (database, now):
            desks = desks_named(database, chosen.desk)
            _warn(now, [policy for _, policy in desks])
            answers = [_move(database, desk, policy, now, sure=chosen.yes) for desk, policy in desks]
    except (ConfigError, DatabaseUnusableError) as error:
        print(f"vigie policy move: {error}", file=sys.stderr)
        return MISUSED
    return max(answers)


def _warn(now: datetime, in_force: list[Policy]) -> None:
    """Say so where the file asks for something else than what is in force: it was changed since Vigie started."""
    file = load_settings().policy
    if file is None:
        return
    try:
        named, _ = load_policy(read_policy_file(file), today=now.date())
    except PolicyError:
        return
    if not any(asks_the_same(named, policy) for policy in in_force):
        print(f"{file} asks for something else than the policy in force: start vigie run with it first.")


def _move(database: Database, desk: DeskOnRecord, policy: Policy, now: datetime, *, sure: bool) -> int:
    move = Move(desk.organisation_id, desk.desk_id, policy, ACTOR)
    found = database.read_now(partial(preview, move=move, now=now))
    where = f"{desk.name} ({desk.organisation})"
    if not found.tickets:
        print(f"Desk {where}: every open ticket is on version {policy.version} of the policy.")
        return DONE
    _show(found, where, policy)
    if not sure and not _confirmed(found.tickets):
        print("Nothing was changed.")
        return DOES_NOT_HOLD
    lots = Lots(move, now)
    while lot := database.read_now(lots.look):
        database.write_now(partial(lots.record, lot=lot))
    print(f"{lots.moved} tickets are on version {policy.version} of the policy now.")
    return DONE


def _show(preview: Preview, where: str, policy: Policy) -> None:
    count = preview.tickets
    print(
        f"Desk {where}: {count} open tickets are on older versions of the policy; version {policy.version} is in force."
    )
    for (kind, how), number in sorted(preview.moved.items()):
        print(f"  {kind:<9} {number:>6} deadlines {HOW[how]}")
    if not preview.moved:
        print("  No deadline would change.")
    words = speech("en", policy.desk.timezone)
    for number, moved in preview.examples:
        print(f"  #{number}: " + "; ".join(_example(words, each) for each in moved))
    if len(preview.examples) == EXAMPLES:
        print("  ...")


def _example(words: Speech, each: Difference) -> str:
    sides = [side.deadline if side is not None else None for side in (each.before, each.after)]
    before, after = ("none" if at is None else words.clock(at) for at in sides)
    return f"{each.kind} {before} -> {after}"


def _confirmed(count: int) -> bool:
    if not sys.stdin.isatty():
        print("Add --yes to move them.")
        return False
    return input(f"Move {count} tickets? [y/N] ").strip().lower() in ("y", "yes", "o", "oui")
