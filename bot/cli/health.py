"""`vigie health`: whether the program answers, which platforms are connected, and what waits for each."""

from __future__ import annotations

import argparse
from functools import partial
from http.client import HTTPConnection, HTTPException

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.record import opened_record
from bot.cli.terminal import Mark, say
from bot.server.settings import Settings, load_settings
from bot.verbs.health import reach_line
from bot.wording.sentences import plain
from bot.wording.speech import Speech
from storage.organisations import list_desks
from storage.reach import platforms_of, reach_of

PATIENCE = 3  # seconds, for the program to answer


def arguments(parser: argparse.ArgumentParser) -> None:
    """`vigie health` takes nothing: it looks at what `vigie run` serves with these settings."""


def run(_: argparse.Namespace) -> int:
    """Exit 1 where the program does not answer, or a platform cannot be reached."""
    with opened_record() as (database, now):
        desks = database.read_now(list_desks)
        trouble = _trouble(load_settings())
        say(
            f"The program: {trouble or 'it answers, and holds the clocks'}.", Mark.GOOD if trouble is None else Mark.BAD
        )
        well = trouble is None
        for organisation_id in dict.fromkeys(desk.organisation_id for desk in desks):
            platforms = database.read_now(partial(platforms_of, organisation_id=organisation_id))
            look = partial(reach_of, organisation_id=organisation_id, platforms=platforms, now=now)
            for each in database.read_now(look):
                well = well and each.down_since is None
                say(plain(reach_line(Speech(), each)), Mark.GOOD if each.down_since is None else Mark.BAD)
    return DONE if well else DOES_NOT_HOLD


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
