"""What a person is told in one line where a command cannot do its work."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from bot.desk.policy_file.places import placed_at
from bot.server.settings import ConfigError
from storage.database import DatabaseUnusableError
from storage.database_outages import is_full
from triage.errors import PolicyError


def refusal(error: Exception) -> str | None:
    """The line; None for what is a defect of ours."""
    match error:
        case PolicyError():
            return first_problem(error)
        case ConfigError() | DatabaseUnusableError():
            return _line(error)
        case DBAPIError() if is_full(error):
            return f"the database has no room left ({_line(error.orig)}): make room on its disk"
        case DBAPIError():
            return f"the database answers {_line(error.orig)}: type vigie doctor to see what is wrong with it"
        case sqlite3.Error():
            return f"the file of the local workspace cannot be used ({_line(error)}): make its folder writable"
        case BrokenPipeError():
            return None  # whoever stops reading has seen enough
        case OSError(filename=str() as name, strerror=str() as reason):
            return f"{name} cannot be used ({reason}): correct the path or its permissions"
        case OSError(strerror=str() as reason):
            return f"the machine refuses ({reason}): look for what is full or forbidden here"
    return None


def first_problem(error: PolicyError) -> str:
    """The first problem of a policy, at its place, and how to see the others."""
    first, *more = placed_at(error.file, error.problems)
    if not more:
        return first
    others = "1 more" if len(more) == 1 else f"{len(more)} more"
    return f"{first} ({others}: type vigie policy check{f' {error.file}' if error.file else ''})"


def _line(error: object) -> str:
    return " ".join(str(error).split())
