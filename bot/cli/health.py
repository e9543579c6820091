"""`vigie health`: whether the program answers, which platforms are connected, what waits for each; whether everything
that fell due was said, and how late."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime
from functools import partial
from http.client import HTTPConnection, HTTPException

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.record import opened_record
from bot.cli.terminal import Mark, say
from bot.server.settings import Settings, load_settings
from bot.verbs.health import reach_line
from bot.wording.health import health_lines
from bot.wording.sentences import plain
from bot.wording.speech import Speech
from storage.database import Database
from storage.health import Health, health_of
from storage.organisations import list_desks
from storage.reach import Reach, platforms_of, reach_of

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
        health.is_well and all(each.down_since is None for each in reach) for _, _, reach, health in found
    )
    if chosen.json:
        print(json.dumps(_as_json(trouble, found, well=well), default=_stamp))
    else:
        _say(trouble, found)
    return DONE if well else DOES_NOT_HOLD


Organisation = tuple[int, str, list[Reach], Health]
"""Its row id and name, how each platform of it is reached, and how it stands with the rest."""


def _organisations(database: Database, now: datetime) -> list[Organisation]:
    found = []
    names = {desk.organisation_id: desk.organisation for desk in database.read_now(list_desks)}
    for whose, name in names.items():
        platforms = database.read_now(partial(platforms_of, organisation_id=whose))
        reach = database.read_now(partial(reach_of, organisation_id=whose, platforms=platforms, now=now))
        found.append((whose, name, reach, database.read_now(partial(health_of, organisation_id=whose, now=now))))
    return found


def _say(trouble: str | None, found: list[Organisation]) -> None:
    say(f"The program: {trouble or 'it answers, and is ready'}.", _mark(good=trouble is None))
    for _, name, reach, health in found:
        if len(found) > 1:
            say(f"{name}:")
        for each in reach:
            say(plain(reach_line(Speech(), each)), _mark(good=each.down_since is None))
        for line, good in health_lines(Speech(), health):
            say(plain(line), _mark(good=good))


def _mark(*, good: bool) -> Mark:
    return Mark.GOOD if good else Mark.BAD


def _as_json(trouble: str | None, found: list[Organisation], *, well: bool) -> dict[str, object]:
    """The same for a program: instants in ISO 8601, lengths in seconds."""
    return {
        "ok": well,
        "program": trouble,
        "organisations": [
            {"id": whose, "name": name, "ok": health.is_well, "platforms": [asdict(each) for each in reach]}
            | asdict(health)
            for whose, name, reach, health in found
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
