"""`vigie policy move`: put the open tickets on the terms of the policy in force, after showing what would change."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.cli import DOES_NOT_HOLD, DONE, MISUSED
from bot.cli.record import desks_named, opened_record
from bot.config import ConfigError, load_settings
from bot.policy_file import load_policy, read_policy_file
from bot.speech import Speech, speech
from storage.customers import Plans, load_plans
from storage.database import Database, DatabaseUnusableError
from storage.moves import foresee_moves, record_moves
from storage.organisations import DeskOnRecord
from storage.tickets import StoredTicket, get_tickets
from triage.errors import PolicyError
from triage.moving import asks_the_same, move_terms
from triage.people import VIGIE, Actor, Role
from triage.policy import Policy
from triage.supposing import Difference, differences, suppose

ACTOR = Actor(VIGIE, frozenset({Role.ADMIN}))
AT_ONCE = 50  # tickets in one transaction: a command waits for no more than these
LOOK_AT_ONCE = 500
EXAMPLES = 10


@dataclass
class Preview:
    """What a move would change: how many tickets, which of their deadlines how, and a few of them in full."""

    tickets: int = 0
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[tuple[int, list[Difference]]] = field(default_factory=list)


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
    plans = database.read_now(partial(load_plans, organisation_id=desk.organisation_id))
    preview = Preview()
    for stored in _waiting(database, desk, policy):
        _look(preview, stored, policy, plans, now)
    where = f"{desk.name} ({desk.organisation})"
    if not preview.tickets:
        print(f"Desk {where}: every open ticket is on version {policy.version} of the policy.")
        return DONE
    _show(preview, where, policy)
    if not sure and not _confirmed(preview.tickets):
        print("Nothing was changed.")
        return DOES_NOT_HOLD
    moved = _move_all(database, desk, policy, plans, now)
    print(f"{moved} tickets are on version {policy.version} of the policy now.")
    return DONE


def _move_all(database: Database, desk: DeskOnRecord, policy: Policy, plans: Plans, now: datetime) -> int:
    """How many were moved. Those that somebody changed meanwhile get their turn in another round."""
    look = partial(
        foresee_moves, organisation_id=desk.organisation_id, desk_id=desk.desk_id, actor=ACTOR, policy=policy,
        plans=plans, now=now, limit=AT_ONCE,
    )  # fmt: skip
    moved, after, missed = 0, 0, 0
    while True:
        moves = database.read_now(partial(look, after=after))
        if not moves and not missed:
            return moved
        if not moves:
            after, missed = 0, 0
            continue
        changed = database.write_now(partial(record_moves, moves=moves, now=now))
        moved += len(moves) - len(changed)
        missed += len(changed)
        after = moves[-1].before.number


def _waiting(database: Database, desk: DeskOnRecord, policy: Policy) -> Iterator[StoredTicket]:
    """The open tickets that are under another version."""
    after = 0
    while found := database.read_now(
        partial(
            get_tickets, organisation_id=desk.organisation_id, desk_id=desk.desk_id, after=after, limit=LOOK_AT_ONCE,
            not_version=policy.version,
        )
    ):  # fmt: skip
        yield from found
        after = found[-1].number


def _look(preview: Preview, stored: StoredTicket, policy: Policy, plans: Plans, now: datetime) -> None:
    change = move_terms(stored.ticket, ACTOR, now, policy, plans.of(stored.ticket.customer))
    preview.tickets += 1
    moved = [each for each in differences(stored.ticket, suppose(stored.events, change)) if each.moved]
    for each in moved:
        preview.moved[each.kind, _how(each, now)] += 1
    if moved and len(preview.examples) < EXAMPLES:
        preview.examples.append((stored.number, moved))


def _how(difference: Difference, now: datetime) -> str:
    before = None if difference.before is None else difference.before.deadline
    after = None if difference.after is None else difference.after.deadline
    if after is None or difference.after is None:
        return "end" if before is not None else "stay paused, with another target"
    if difference.after.breached(now) and not (difference.before is not None and difference.before.breached(now)):
        return "would have passed already"
    return "are new" if before is None else "come later" if after > before else "come sooner"


def _show(preview: Preview, where: str, policy: Policy) -> None:
    count = preview.tickets
    print(
        f"Desk {where}: {count} open tickets are on older versions of the policy; version {policy.version} is in force."
    )
    for (kind, how), number in sorted(preview.moved.items()):
        print(f"  {kind:<9} {number:>6} deadlines {how}")
    if not preview.moved:
        print("  No deadline would be another.")
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
