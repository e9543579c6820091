"""What is on record, for commands that look at it while Vigie runs or does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.cli.parser import near
from bot.desk.now import Now
from bot.desk.policy_file import load_policy, policy_from_data, read_policy_file
from bot.server.settings import ConfigError, load_settings
from storage.database import Database
from storage.machine_times import read_clock
from storage.organisations import DeskOnRecord, Organisation, list_desks, list_organisations
from storage.policies import Saved, latest_policy, list_versions
from storage.schema import require
from triage.errors import PolicyError
from triage.moving import asks_the_same
from triage.policy import Policy


@contextmanager
def opened_record() -> Iterator[tuple[Database, datetime]]:
    """The database of the settings and what time it is for its tickets. Nothing is made or changed by opening it.

    Raises ConfigError or DatabaseUnusableError, also where its tables are not those of today's schema.
    """
    settings = load_settings()
    database = Database(settings.database_url)
    try:
        require(database)
        now = Now()
        if not database.is_sqlite:
            now.follow(database.read_now(partial(read_clock, steady=now.steady)))
        if "local" in settings.platforms:
            now.offset = timedelta(seconds=_offset(database))
        yield database, now()
    finally:
        database.close_now()


@dataclass(frozen=True)
class InForce:
    """The policy that a desk works by: the version, its complete data, and how it came to be."""

    #: Whose policy it is.
    desk: DeskOnRecord
    #: The policy, as the desk works by it.
    policy: Policy
    #: The same in full, in a policy file's shape.
    data: dict[str, Any]
    #: When it was put on record, by whom, and from what.
    saved: Saved


def in_force(database: Database, name: str | None) -> list[InForce]:
    """The desks of that name, or all, with the policy in force. Raises ConfigError where there is none."""

    def read(session: Session) -> list[InForce]:
        found = []
        for desk in list_desks(session):
            latest = latest_policy(session, desk.organisation_id, desk.desk_id)
            if latest is not None:
                data = {**latest[1], "version": latest[0]}
                saved = list_versions(session, desk.organisation_id, desk.desk_id)[0]
                found.append(InForce(desk, policy_from_data(data), data, saved))
        return found

    every = database.read_now(read)
    found = [each for each in every if name in (None, each.desk.name)]
    if found:
        return found
    if not every:
        raise ConfigError("there is no desk yet on record: start vigie run once, with the same VIGIE_DATABASE_URL")
    known = list(dict.fromkeys(each.desk.name for each in every))
    hint = near(str(name), known)
    raise ConfigError(
        f"there is no desk {name} on record: " + (f"did you mean {hint}?" if hint else f"write {' or '.join(known)}")
    )


def desks_named(database: Database, name: str | None) -> list[tuple[DeskOnRecord, Policy]]:
    """`in_force`, without the rest of what is known of it."""
    return [(each.desk, each.policy) for each in in_force(database, name)]


def organisation_named(database: Database, name: str | None) -> Organisation:
    """The organisation of that name or key; without one, the only one there is. Raises ConfigError where it is none, or
    could be several."""
    every = database.read_now(list_organisations)
    if not every:
        raise ConfigError("there is nobody yet on record: start vigie run once, with the same VIGIE_DATABASE_URL")
    found = [each for each in every if name in (None, each.key, each.name)]
    if len(found) == 1:
        return found[0]
    if found:
        keys = " or ".join(f"--organisation {each.key} ({each.called})" for each in found[:5])
        raise ConfigError(f"several organisations are in this database: add {keys}")
    hint = near(str(name), [known for each in every for known in (each.key, each.name) if known])
    known = " or ".join(each.key for each in every[:5])
    raise ConfigError(
        f"there is no organisation {name} on record: " + (f"did you mean {hint}?" if hint else f"write {known}")
    )


def file_differs(file: Path, found: list[InForce], now: datetime) -> str | None:
    """What to say where the policy file asks for something else than what is in force: it was changed since Vigie
    started. None where it does not, or is no policy."""
    try:
        named, _ = load_policy(read_policy_file(file), today=now.date())
    except PolicyError:
        return f"{file} cannot be used as it is: vigie policy check {file} says why."
    if any(asks_the_same(named, each.policy) for each in found):
        return None
    return f"{file} asks for something else than the policy in force: start vigie run with it first."


def _offset(database: Database) -> float:
    from bot.local_workspace.file import workspace_file  # noqa: PLC0415  as above
    from bot.stand_in.now import stored_offset  # noqa: PLC0415  a desk on a real platform never loads the workspace

    return stored_offset(workspace_file(database))
