"""`vigie policy move`: put the open tickets on the terms of the policy in force, after showing what would change."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from functools import partial

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.record import file_differs, in_force, opened_record
from bot.cli.terminal import counted, steps
from bot.desk.policy_move import EXAMPLES, Lots, Move, Preview, preview
from bot.server.garbage import keep_what_is_loaded
from bot.server.settings import load_settings
from bot.wording.speech import Speech, speech
from storage.database import Database
from storage.organisations import DeskOnRecord
from triage.people import VIGIE, Actor, Role
from triage.policy import Policy
from triage.supposing import Difference

ACTOR = Actor(VIGIE, frozenset({Role.ADMIN}))
HOW = {
    "ended": ("ends", "end"),
    "paused": ("stays paused, with another target", "stay paused, with another target"),
    "passed": ("would have passed already", "would have passed already"),
    "new": ("is new", "are new"),
    "later": ("comes later", "come later"),
    "sooner": ("comes sooner", "come sooner"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy move` takes."""
    parser.add_argument("--desk", metavar="NAME", help="only this desk; without it, every desk")
    parser.add_argument("--yes", action="store_true", help="move them without asking")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where nothing was moved though there was something to move."""
    with opened_record() as (database, now):
        found = in_force(database, chosen.desk)
        file = load_settings().policy
        if file is not None and (line := file_differs(file, found, now)):
            print(line)
        answers = [_move(database, each.desk, each.policy, now, sure=chosen.yes) for each in found]
    return max(answers)


def _move(database: Database, desk: DeskOnRecord, policy: Policy, now: datetime, *, sure: bool) -> int:
    move = Move(desk.organisation_id, desk.desk_id, policy, ACTOR)
    with steps(f"Desk {desk.name}: looking") as work:
        found = database.read_now(partial(preview, move=move, now=now, step=work.advance))
    where = f"{desk.name} ({desk.organisation})"
    if not found.tickets:
        print(f"Desk {where}: every open ticket is on version {policy.version} of the policy.")
        return DONE
    _show(found, where, policy)
    if not found.moved and not sure:
        print(
            "Nothing was changed, and nothing need be; vigie policy move --yes puts them on that version all the same."
        )
        return DONE
    if not sure and not _confirmed(found.tickets):
        print("Nothing was changed.")
        return DOES_NOT_HOLD
    keep_what_is_loaded()
    lots = Lots(move, now)
    with steps(f"Desk {desk.name}: moving", found.tickets) as work:
        while lot := database.read_now(lots.look):
            database.write_now(partial(lots.record, lot=lot))
            work.advance(len(lot))
    are = "is" if lots.moved == 1 else "are"
    print(f"{counted(lots.moved, 'ticket')} {are} on version {policy.version} of the policy now.")
    return DONE


def _show(preview: Preview, where: str, policy: Policy) -> None:
    count = preview.tickets
    older = "is on an older version" if count == 1 else "are on older versions"
    print(f"Desk {where}: {counted(count, 'open ticket')} {older} of the policy; version {policy.version} is in force.")
    width = max([9, *(len(clock) for clock, _ in preview.moved)])
    for clock, how, number in preview.in_order:
        one, many = HOW[how]
        print(f"  {clock:<{width}} {number:>6} {f'deadline {one}' if number == 1 else f'deadlines {many}'}")
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
    return f"{each.clock} {before} -> {after}"


def _confirmed(count: int) -> bool:
    if not sys.stdin.isatty():
        print("Add --yes to move them.")
        return False
    return input(f"Move {counted(count, 'ticket')}? [y/N] ").strip().lower() in ("y", "yes", "o", "oui")
