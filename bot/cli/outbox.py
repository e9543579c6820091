"""`vigie outbox list|retry|drop`: the notices that wait, and those that could not be delivered."""

from __future__ import annotations

import argparse
from datetime import UTC
from functools import partial

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.parser import number
from bot.cli.record import opened_record
from bot.cli.terminal import Mark, counted, say
from storage.dead_letters import OutboxEntry, change_dead_letters, list_entries
from storage.wakeups import tell

STATES = {"retry": "pending", "drop": "dropped"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie outbox` takes."""
    if parser.get_default("action") != "list":
        parser.add_argument("ids", nargs="+", type=number, metavar="NUMBER", help="as vigie outbox list shows them")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where none of the notices named is a dead entry."""
    with opened_record() as (database, now):
        if chosen.action == "list":
            return _list(database.read_now(partial(list_entries, states=("pending", "claimed", "failed"))))
        change = partial(change_dead_letters, ids=chosen.ids, state=STATES[chosen.action], now=now)
        changed = database.write_now(change)
        if changed:
            database.write_now(tell)
    done = "will be tried again" if chosen.action == "retry" else "dropped"
    print(f"{changed} of {counted(len(chosen.ids), 'dead letter')} {done}.")
    return DONE if changed else DOES_NOT_HOLD


def _list(entries: list[OutboxEntry]) -> int:
    if not entries:
        print("Nothing waits and nothing failed.")
    for entry in entries:
        say(_line(entry), Mark.BAD if entry.state == "failed" else Mark.NOTE)
    return DONE


def _line(entry: OutboxEntry) -> str:
    ticket = f"#{entry.number}" if entry.number is not None else "-"
    when = entry.not_before.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    parts = [
        f"{entry.id}  {entry.state}  {ticket} {entry.kind} to {entry.channel}",
        f"tries {entry.attempts}",
        f"next {when}",
        *([entry.cause.replace("_", " ")] if entry.cause is not None else []),
        *([entry.reason] if entry.reason else []),
    ]
    return ", ".join(parts)
