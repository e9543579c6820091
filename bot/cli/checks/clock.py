"""Whether this machine's clock agrees with a platform's, and with the database's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from socket import gethostname

from sqlalchemy.exc import DBAPIError

from bot.cli.checks.finding import Finding, fine, missing
from bot.desk.now import Now
from bot.server.settings import Settings
from storage.database import Database, DatabaseUnusableError
from storage.machine_times import TOLERATED, machine_times, read_clock
from storage.schema import Schema, look

# Requests are refused when they are 5 minutes old; long before that warnings would come late.
SKEW_SECONDS = 30


def look_at_clock(theirs: datetime | None, now: datetime, whose: str) -> list[Finding]:
    """How far it is from what `whose` clock shows; nothing where that was not said."""
    if theirs is None:
        return []
    behind = round((theirs - now).total_seconds())
    if abs(behind) <= SKEW_SECONDS:
        return [fine(f"This machine's clock agrees with {whose}.")]
    return [
        missing(
            f"This machine's clock is {abs(behind)} seconds {'behind' if behind > 0 else 'ahead of'} {whose}: turn on "
            "time synchronisation (timedatectl set-ntp true)."
        )
    ]


def look_at_database_time(settings: Settings, now: Callable[[], datetime]) -> list[Finding]:
    """How far this machine's clock (`now`) is from PostgreSQL's, and the clocks of other machines on which Vigie runs.
    A database that cannot be read has a line of its own; on SQLite there is but one machine."""
    try:
        database = Database(settings.database_url)
    except DatabaseUnusableError:
        return []
    if database.is_sqlite:
        database.close_now()
        return []
    try:
        time = Now(machine=now)
        time.follow(database.read_now(partial(read_clock, steady=time.steady)))
        is_ours = look(database) is Schema.CURRENT
        others = database.read_now(partial(machine_times, now=time())) if is_ours else ()
    except DBAPIError:
        return []
    finally:
        database.close_now()
    ahead, ours = time.machine_is_ahead or timedelta(0), gethostname()
    here = fine("This machine's clock agrees with the database's.")
    if abs(ahead) > TOLERATED:
        here = _off("This machine's clock", ahead.total_seconds())
    elsewhere = (each for each in others if each.machine != ours)
    return [here, *(_off(f"The clock of {each.machine}, where Vigie runs,", each.ahead) for each in elsewhere)]


def _off(whose: str, ahead: float) -> Finding:
    how = f"{abs(round(ahead))} seconds {'ahead of' if ahead > 0 else 'behind'}"
    return missing(
        f"{whose} is {how} the database's, by which Vigie goes: turn on time synchronisation there (timedatectl "
        "set-ntp true), or on the database's machine if that is the one that is wrong."
    )
