"""What the doctor looks at of whoever was to be forgotten: what was begun and not finished."""

from __future__ import annotations

import shlex

from sqlmodel import Session

from bot.cli.checks.finding import Finding, missing
from bot.cli.checks.on_record import on_record
from bot.server.settings import Settings
from storage.forgetting.run import Begun, unfinished
from storage.forgetting.sought import Sought
from storage.organisations import Organisation, list_organisations


def look_at_forgetting(settings: Settings) -> list[Finding]:
    """Nothing where nobody is left half forgotten."""
    return on_record(settings, _look)


def _look(session: Session) -> list[Finding]:
    every = list_organisations(session)
    one = len(every) == 1
    return [_finding(begun, whose, one=one) for whose in every for begun in unfinished(session, whose.id)]


def _finding(begun: Begun, whose: Organisation, *, one: bool) -> Finding:
    return missing(
        f"Forgetting a {begun.sought.what} of {whose.called} was begun at {begun.at:%Y-%m-%d %H:%M} UTC and is not "
        f"done: if it is not at work just now, type {_command(begun.sought, whose.key, one=one)}, which does it to "
        "the end."
    )


def _command(sought: Sought, organisation: str, *, one: bool) -> str:
    who = sought.customer if sought.customer is not None else next(iter(sought.keys), "")
    words = ["vigie", "forget", who, *(["--customer"] if sought.customer is not None else [])]
    return shlex.join(words if one else [*words, "--organisation", organisation])
