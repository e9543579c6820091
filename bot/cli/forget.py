"""`vigie forget PERSON|CUSTOMER`: erase what somebody wrote and by what they are known, after showing what that is."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.record import opened_record, organisation_named
from bot.cli.terminal import counted, steps
from bot.cli.whom import Whom, find_whom
from bot.desk.learning import learn_again
from bot.server.settings import ConfigError, load_settings
from storage.database import Database
from storage.forgetting.run import Forgetting, Preview, begin, preview, unfinished
from storage.forgetting.sought import Finder, Sought
from storage.forgetting.steps import TEXTS
from storage.learned import is_stale
from storage.organisations import Organisation, list_desks

SHOWN = 12  # tickets and lines that are named
TRIES, PAUSE = 40, 0.25  # to scrub the file while somebody reads
MINUTE = 60
LEFT = """What Vigie cannot do:
- messages that people wrote stay in the chat: delete them there. Vigie's own are edited when there is time; what it
  told people privately stays with them, and so does what named them in the chat about tickets that were closed so long
  ago that it is not kept any more (retention in the policy, else VIGIE_KEEP_DAYS).
- a nickname, or a first name alone, in what others wrote is not found: /ticket redact erases it.
- backups, exports, logs and what vigie restore kept aside are yours to erase.
- whoever is still in the workspace or in a channel of the desk's is known again, as somebody new, at the next look."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie forget` takes."""
    parser.add_argument("who", metavar="PERSON|CUSTOMER", help="a key (slack:U0123), an id, an email, or a whole name")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--person", action="store_true", help="a person, where a customer is called the same")
    kind.add_argument("--customer", action="store_true", help="a customer, where a person is called the same")
    parser.add_argument("--organisation", metavar="NAME", help="which one, where several are in the database")
    parser.add_argument("--yes", action="store_true", help="forget without asking")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where nothing was changed since nobody agreed."""
    with opened_record() as (database, now):
        whose = organisation_named(database, chosen.organisation)
        begun = database.read_now(partial(unfinished, organisation_id=whose.id))
        for each in begun:
            print(f"{_named(each.sought, whose)} was begun and broken off: it is done to the end.")
            if not _agreed(whose, each.sought, _looked(database, whose, each.sought), sure=chosen.yes):
                return DOES_NOT_HOLD
            _forget(database, whose, each.row_id, each.sought, now)
        kind = "person" if chosen.person else "customer" if chosen.customer else None
        if begun and any(Finder(each.sought).is_in(chosen.who, named=True, prose=True) for each in begun):
            return DONE
        whom = database.read_now(partial(find_whom, organisation_id=whose.id, text=chosen.who, kind=kind))
        found = _looked(database, whose, whom.sought())
        if not found.counts.total():
            raise ConfigError(
                f"nothing on record is of {chosen.who}: look whether that is their id, in this organisation"
            )
        if not _agreed(whose, whom.sought(), found, sure=chosen.yes):
            return DOES_NOT_HOLD
        row_id, sought = database.write_now(partial(_begin, whose=whose, whom=whom, now=now))
        _forget(database, whose, row_id, sought, now)
    return DONE


def _begin(session: Session, *, whose: Organisation, whom: Whom, now: datetime) -> tuple[int, Sought]:
    try:
        by = getpass.getuser()
    except (KeyError, OSError):  # a container may have nobody
        by = ""
    return begin(session, whose.id, whom.accounts, whom.customer, by, now, **whom.of_customer)


def _looked(database: Database, whose: Organisation, sought: Sought) -> Preview:
    with steps("Looking") as work:
        look = partial(preview, organisation_id=whose.id, finder=Finder(sought), step=work.advance)
        return database.read_now(look)


def _agreed(whose: Organisation, sought: Sought, found: Preview, *, sure: bool) -> bool:
    """Show what would be changed, and whether somebody agrees to it."""
    print(f"{_named(sought, whose)} would be changed:")
    _show(found)
    _show_policy(Finder(sought))
    print(LEFT)
    if sure:
        return True
    if sys.stdin.isatty():
        if input("This cannot be undone. Forget them? [y/N] ").strip().lower() in ("y", "yes", "o", "oui"):
            return True
    else:
        print("Add --yes to forget them: that cannot be undone.")
    print("Nothing was changed.")
    return False


def _named(sought: Sought, whose: Organisation) -> str:
    people = ", ".join([*sought.names, *sought.keys, *sought.also][:SHOWN]) or "nobody"
    if sought.customer is None:
        return f"What {whose.called} has of {people}"
    return f"What {whose.called} has of the customer {sought.customer}, with its people ({people}),"


def _show(found: Preview) -> None:
    for name, count in sorted(found.counts.items()):
        if count:
            print(f"  {name:<16} {count:>8,} {'row' if count == 1 else 'rows'}")
    print(
        f"  {counted(found.texts, 'text')} erased; {found.written:,} of them are in the chat as people's own messages"
    )
    edits = found.shown + len(found.tickets)
    print(f"  {counted(found.shown, 'message')} of Vigie's about them, to be edited in the chat{_how_long(edits)}")
    if found.tickets:
        numbers = ", ".join(f"#{number}" for number in found.tickets[:SHOWN])
        more = ", ..." if len(found.tickets) > SHOWN else ""
        print(f"  {counted(len(found.tickets), 'ticket')}: {numbers}{more}")
    print("  Clocks, verdicts and figures stay as they are. Open tickets of theirs go back to the queue.")


def _how_long(edits: int) -> str:
    """How long it takes to edit so many cards and messages, where that is long: about one a second."""
    if edits < MINUTE:
        return ""
    minutes = -(-edits // MINUTE)
    long = counted(minutes, "minute") if minutes < 2 * MINUTE else counted(-(-minutes // MINUTE), "hour")
    return f": about one a second, {long} while Vigie runs"


def _show_policy(finder: Finder) -> None:
    """The lines of the policy file that name them: the next start would put them on record again."""
    file = load_settings().policy
    if file is None or not file.is_file():
        return
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    naming = [number for number, line in enumerate(lines, 1) if finder.is_in(line, named=True, prose=True)]
    if naming:
        where = ", ".join(map(str, naming[:SHOWN]))
        print(f"{file} names them in line {where}: change it, or the next start puts them on record again.")


def _forget(database: Database, whose: Organisation, row_id: int, sought: Sought, now: datetime) -> None:
    with steps("Forgetting") as work:
        forgetting = Forgetting(database, whose.id, row_id, sought, _clock(now), work.advance)
        counts = forgetting.run()
    scrubbed = asyncio.run(_after(database, whose, now))
    instead = sought.customer_instead or next(iter(sought.keys.values()), "")
    rows = counts.total() - counts[TEXTS]
    texts = counted(counts[TEXTS], "text")
    print(f"Forgotten: {counted(rows, 'row')} changed, {texts} erased. {instead} stands in their place.")
    if not database.is_sqlite:
        print("Type VACUUM in the database for what was there to leave its files as well.")
    elif not scrubbed:
        print("Somebody reads in the database for long: what was there leaves its log once they have ended.")


def _clock(now: datetime) -> Callable[[], datetime]:
    began = datetime.now(now.tzinfo)
    return lambda: now + (datetime.now(now.tzinfo) - began)


async def _after(database: Database, whose: Organisation, now: datetime) -> bool:
    """Learn anew without what was erased, and have nothing left in the file."""
    for desk in await database.read(list_desks):
        if desk.organisation_id != whose.id:
            continue
        stale = partial(is_stale, organisation_id=whose.id, desk_id=desk.desk_id)
        if await database.read(stale):
            await learn_again(database, whose.id, desk.desk_id, now)
    for _ in range(TRIES):
        if await database.scrub():
            return True
        await asyncio.sleep(PAUSE)
    return False
