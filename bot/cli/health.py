"""`vigie health`: whether the program answers, which platforms are connected, what waits for each; whether everything
that fell due was said, and how late."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime
from functools import partial
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.record import opened_record
from bot.cli.terminal import Mark, say
from bot.desk.policy_file import policy_from_data
from bot.server.settings import Settings, load_settings
from bot.verbs.health import reach_line
from bot.wording.health import health_lines, shadow_line
from bot.wording.sentences import plain
from bot.wording.speech import Speech
from storage.database import Database
from storage.health import Health, health_of
from storage.organisations import DeskOnRecord, list_desks
from storage.policies import latest_policy
from storage.reach import Reach, platforms_of, reach_of
from triage.policy import Policy

PATIENCE = 3  # seconds, for the program to answer


def arguments(parser: argparse.ArgumentParser) -> None:
    """`vigie health` looks at what `vigie run` serves with these settings."""
    parser.add_argument("--json", action="store_true", help="print one JSON object, for a program to read")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where the program does not answer, a platform cannot be reached, or something that should have happened
    did not."""
    with opened_record() as (database, now):
        trouble = _trouble(load_settings())
        found = _organisations(database, now)
    well = trouble is None and all(
        each.health.is_well and all(one.down_since is None for one in each.reach) for each in found
    )
    if chosen.json:
        print(json.dumps(_as_json(trouble, found, well=well), default=_stamp))
    else:
        _say(trouble, found, now)
    return DONE if well else DOES_NOT_HOLD


class Organisation(NamedTuple):
    """What is on record of one."""

    #: Its row id.
    id: int
    #: Its name.
    name: str
    #: How each platform of it is reached.
    reach: list[Reach]
    #: How it stands with the rest.
    health: Health
    #: The policies of its desks that say nothing to anybody at present (policy: Shadow mode).
    silent: list[Policy]


def _organisations(database: Database, now: datetime) -> list[Organisation]:
    found = []
    desks = database.read_now(list_desks)
    names = {desk.organisation_id: desk.organisation for desk in desks}
    for whose, name in names.items():
        silent = [_silent(database, desk, now) for desk in desks if desk.organisation_id == whose]
        platforms = database.read_now(partial(platforms_of, organisation_id=whose))
        reach = database.read_now(partial(reach_of, organisation_id=whose, platforms=platforms, now=now))
        health = database.read_now(partial(health_of, organisation_id=whose, now=now))
        found.append(Organisation(whose, name, reach, health, [each for each in silent if each is not None]))
    return found


def _silent(database: Database, desk: DeskOnRecord, now: datetime) -> Policy | None:
    """The policy of a desk in shadow mode; None: it is not."""
    find = partial(latest_policy, organisation_id=desk.organisation_id, desk_id=desk.desk_id)
    saved = database.read_now(find)
    policy = None if saved is None else policy_from_data(saved[1])
    return policy if policy is not None and policy.is_silent(now) else None


def _say(trouble: str | None, found: list[Organisation], now: datetime) -> None:
    say(f"The program: {trouble or 'it answers, and is ready'}.", _mark(good=trouble is None))
    for organisation in found:
        if len(found) > 1:
            say(f"{organisation.name}:")
        for policy in organisation.silent:
            say(plain(shadow_line(Speech(), policy, now) or ()), Mark.NOTE)
        for each in organisation.reach:
            say(plain(reach_line(Speech(), each)), _mark(good=each.down_since is None))
        for line, good in health_lines(Speech(), organisation.health):
            say(plain(line), _mark(good=good))


def _mark(*, good: bool) -> Mark:
    return Mark.GOOD if good else Mark.BAD


def _as_json(trouble: str | None, found: list[Organisation], *, well: bool) -> dict[str, object]:
    """The same for a program: instants in ISO 8601, lengths in seconds."""
    return {
        "ok": well,
        "program": trouble,
        "organisations": [
            {
                "id": each.id,
                "name": each.name,
                "ok": each.health.is_well,
                "shadow_until": max(
                    (policy.shadow_until for policy in each.silent if policy.shadow_until), default=None
                ),
                "platforms": [asdict(one) for one in each.reach],
            }
            | asdict(each.health)
            for each in found
        ],
    }


def _stamp(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _trouble(settings: Settings) -> str | None:
    """Why the program is not what it should be; None where it is ready."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  not listened on
    connection = HTTPConnection(host, settings.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return None if answer.status == 200 else f"it answers {answer.status}: not ready"
    except (OSError, HTTPException):
        return f"nothing answers on {host}:{settings.port}; start it with vigie run"
    finally:
        connection.close()
