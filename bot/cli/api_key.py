"""`vigie api key add|list|revoke`: the keys by which programs act at a desk."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from functools import partial

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.asking import agreed, whoever
from bot.cli.record import desks_named, opened_record, organisation_named
from bot.cli.terminal import Mark, say
from bot.server.settings import ConfigError
from storage.api_keys import SEPARATOR, ApiKey, add_key, list_keys, prefix_of, revoke_key
from storage.database import Database
from triage.scopes import Scope
from triage.text import LONGEST_NAME, name

SCOPES = ", ".join(each.value for each in Scope)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie api key` takes."""
    action = parser.get_default("action")
    if action == "add":
        parser.add_argument("name", metavar="NAME", help="what it is called: it stands in timelines")
        parser.add_argument("--scope", required=True, metavar="SCOPES", help=f"what it is for, of {SCOPES}")
        parser.add_argument("--desk", metavar="NAME", help="at this desk, where there are several")
    elif action == "revoke":
        parser.add_argument("key", metavar="KEY", help="its beginning, as vigie api key list shows it")
        parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--organisation", metavar="NAME", help="which one, where several are in the database")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where nothing was revoked: there is no such key, or nobody agreed."""
    with opened_record() as (database, now):
        whose = organisation_named(database, chosen.organisation).id
        if chosen.action == "add":
            return _add(database, whose, chosen, now)
        if chosen.action == "list":
            return _list(database, whose)
        return _revoke(database, whose, chosen, now)


def _add(database: Database, whose: int, chosen: argparse.Namespace, now: datetime) -> int:
    called = name(chosen.name)
    if not called or called != chosen.name.strip():
        raise ConfigError(f"a key needs a name of up to {LONGEST_NAME} characters on one line, such as Monitoring")
    scopes = _scopes(chosen.scope)
    desks = [desk for desk, _ in desks_named(database, chosen.desk) if desk.organisation_id == whose]
    if len(desks) != 1:
        known = " or ".join(f"--desk {desk.name}" for desk in desks)
        raise ConfigError(f"several desks are on record: add {known}" if desks else "there is no such desk")
    make = partial(
        add_key, organisation_id=whose, desk_id=desks[0].desk_id, name=called, scopes=scopes, by=whoever(), now=now
    )
    made, whole = database.write_now(make)
    print(f"{made.name}, for {', '.join(sorted(made.scopes))}, at {desks[0].name}.", file=sys.stderr)
    print(
        "This is the key. It is shown this once and kept nowhere: put it where its program finds it.", file=sys.stderr
    )
    print(whole)
    return DONE


def _scopes(text: str) -> list[Scope]:
    named = [each.strip().lower() for each in text.split(",") if each.strip()]
    unknown = [each for each in named if each not in list(Scope)]
    if unknown or not named:
        said = f"{unknown[0]} is no scope" if unknown else "a key needs a scope"
        raise ConfigError(f"{said}: write one or more of {SCOPES}, with commas between them")
    return [Scope(each) for each in dict.fromkeys(named)]


def _list(database: Database, whose: int) -> int:
    found = database.read_now(partial(list_keys, organisation_id=whose))
    if not found:
        print("There are no keys. Make one: vigie api key add NAME --scope read")
    for each in found:
        say(_line(each), Mark.NOTE if each.revoked_at is None else Mark.BAD)
    return DONE


def _revoke(database: Database, whose: int, chosen: argparse.Namespace, now: datetime) -> int:
    beginning = prefix_of(f"{chosen.key}{SEPARATOR}") or prefix_of(chosen.key) or chosen.key
    every = database.read_now(partial(list_keys, organisation_id=whose))
    found = [each for each in every if each.prefix == beginning and each.revoked_at is None]
    if not found:
        print("There is no such key, or it was revoked before: vigie api key list shows them.")
        return DOES_NOT_HOLD
    print(_line(found[0]))
    if not chosen.yes and not agreed("revoke it"):
        print("Nothing was changed.")
        return DOES_NOT_HOLD
    revoke = partial(revoke_key, organisation_id=whose, prefix=beginning, by=whoever(), now=now)
    print("It opens nothing any more." if database.write_now(revoke) is not None else "It was revoked meanwhile.")
    return DONE


def _line(key: ApiKey) -> str:
    used = "never used" if key.used_at is None else f"last used {_instant(key.used_at)}"
    parts = [
        f"vigie_{key.prefix}_...  {key.name}",
        "+".join(sorted(key.scopes)),
        f"made {_instant(key.made_at)} by {key.made_by}",
        used,
        *([f"revoked {_instant(key.revoked_at)}"] if key.revoked_at is not None else []),
    ]
    return ", ".join(parts)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
