"""`vigie outbox list|retry|drop`: the notices that wait, and those that could not be delivered."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime
from functools import partial

import structlog

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.parser import count, name, number
from bot.cli.record import opened_record
from bot.cli.terminal import Mark, counted, say
from bot.server.settings import ConfigError
from storage.database import Database
from storage.dead_letters import OutboxEntry, Which, change_dead_letters, find_entries
from storage.refresh import count_stale

log = structlog.get_logger(__name__)
STATES = ("pending", "claimed", "failed", "sent", "dropped")
USUAL = STATES[:3]  # what is not over
MOST, SHOWN = 1_000_000, 20
AT_ONCE = 500  # dead letters that one transaction changes
BECOMES = {"retry": "pending", "drop": "dropped"}
DOES = {"retry": "tried again", "drop": "dropped: nobody is told what they say"}
# Why an entry is left alone that is no dead letter.
OTHERWISE = {
    "pending": "waits, and is tried by itself",
    "claimed": "is being sent at this moment",
    "sent": "was sent",
    "dropped": "was dropped before",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie outbox` takes."""
    if parser.get_default("action") == "list":
        parser.add_argument("--state", choices=STATES, help="without it: what waits and what failed")
        parser.add_argument("--unsure", action="store_true", help="what may have arrived although nothing said so")
        parser.add_argument("--limit", type=count, default=100, metavar="NUMBER", help="at most so many (100)")
    else:
        parser.add_argument("ids", nargs="*", type=number, metavar="NUMBER", help="as vigie outbox list shows them")
        parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument(
        "--channel", type=name, metavar="CHANNEL", help="those for that channel, as vigie outbox list shows it"
    )
    parser.add_argument("--ticket", type=number, metavar="NUMBER", help="those of that ticket")
    parser.add_argument("--kind", type=name, metavar="KIND", help="those of that kind: breach, update, ...")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where nothing was changed: none of those named is a dead letter, or nobody agreed."""
    with opened_record() as (database, now):
        return _list(database, chosen, now) if chosen.action == "list" else _change(database, chosen, now)


def _list(database: Database, chosen: argparse.Namespace, now: datetime) -> int:
    which = Which((), (chosen.state,) if chosen.state else USUAL, chosen.channel, chosen.ticket, chosen.kind)
    if chosen.unsure:
        which = Which((), which.states, which.channel, which.number, which.kind, unsure=True)
    found = database.read_now(partial(find_entries, which=which, limit=chosen.limit + 1))
    if not found:
        print("Nothing waits and nothing failed." if which == Which(states=USUAL) else "There is nothing like that.")
    for entry in found[: chosen.limit]:
        say(_line(entry, now), Mark.BAD if entry.state == "failed" else Mark.NOTE)
    if len(found) > chosen.limit:
        print(f"There is more: these are the oldest {chosen.limit}. Add --limit, --state, --channel or --kind.")
    if stale := database.read_now(count_stale):
        print(f"{counted(stale, 'card or message', 'cards and messages')} to be shown anew when there is time.")
    return DONE


def _change(database: Database, chosen: argparse.Namespace, now: datetime) -> int:
    which = Which(tuple(chosen.ids), (), chosen.channel, chosen.ticket, chosen.kind)
    if which.is_all:
        raise ConfigError(
            f"say which: vigie outbox {chosen.action} NUMBER, or add --channel, --ticket or --kind; "
            "vigie outbox list shows them"
        )
    if not chosen.ids:
        which = Which((), ("failed",), which.channel, which.number, which.kind)
    found = database.read_now(partial(find_entries, which=which, limit=MOST))
    for each in sorted(set(chosen.ids) - {entry.id for entry in found}):
        print(f"{each} is not there, or not one of those.")
    dead = [entry for entry in found if entry.state == "failed"]
    for entry in found:
        if entry.state != "failed":
            print(f"{entry.id} {OTHERWISE[entry.state]}.")
    if not dead:
        print("None of these is a dead letter: nothing was changed.")
        return DOES_NOT_HOLD
    for entry in dead[:SHOWN]:
        say(_line(entry, now), Mark.BAD)
    if len(dead) > SHOWN:
        print(f"and {len(dead) - SHOWN:,} more")
    if not chosen.yes and not _agreed(f"{counted(len(dead), 'dead letter')} will be {DOES[chosen.action]}."):
        print("Nothing was changed.")
        return DOES_NOT_HOLD
    by, ids = _whoever(), [entry.id for entry in dead]
    change = partial(change_dead_letters, state=BECOMES[chosen.action], now=now, by=by)
    parts = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
    changed = sum(database.write_now(partial(change, ids=part)) for part in parts)
    log.warning("dead letters changed by hand", action=chosen.action, by=by, outbox_ids=ids[:SHOWN], changed=changed)
    done = "will be tried again" if chosen.action == "retry" else "dropped"
    print(f"{changed:,} of {counted(len(dead), 'dead letter')} {done}.")
    return DONE if changed else DOES_NOT_HOLD


def _agreed(what: str) -> bool:
    print(what)
    if not sys.stdin.isatty():
        print("Add --yes to do it.")
        return False
    return input("Do it? [y/N] ").strip().lower() in ("y", "yes", "o", "oui")


def _whoever() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have nobody
        return "somebody at the command line"


def _line(entry: OutboxEntry, now: datetime) -> str:
    ticket = f"#{entry.number}" if entry.number is not None else "-"
    late = entry.late(now) if entry.state != "dropped" else 0
    as_message = f" as {entry.message_id}" if entry.message_id else ""  # what one person was shown has no id
    parts = [
        f"{entry.id}  {entry.state}  {ticket} {entry.kind} to {entry.channel or 'one person'}",
        f"tries {entry.attempts}",
        *([f"next {_instant(entry.not_before)}"] if entry.state == "pending" else []),
        *([f"sent {_instant(entry.sent_at)}{as_message}"] if entry.sent_at is not None else []),
        *([entry.permalink] if entry.permalink else []),
        *([f"{late} s late"] if late else []),
        *(["may have arrived"] if entry.unsure else []),
        *([entry.cause.replace("_", " ")] if entry.cause is not None else []),
        *([entry.reason] if entry.reason else []),
    ]
    return ", ".join(parts)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
