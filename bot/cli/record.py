"""What is on record, for commands that look at it while Vigie runs or does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot.config import ConfigError, load_settings
from bot.policy_file import policy_from_data
from storage.database import Database
from storage.migrate import migrate
from storage.organisations import DeskOnRecord, list_desks
from storage.policies import latest_policy
from triage.policy import Policy


@contextmanager
def opened_record() -> Iterator[tuple[Database, datetime]]:
    """The database of the settings, brought up to date, and what time it is for its tickets.

    Raises ConfigError or DatabaseUnusableError.
    """
    settings = load_settings()
    database = Database(settings.database_url)
    try:
        migrate(database)
        now = datetime.now(UTC)
        if settings.platform == "local":
            now += timedelta(seconds=_offset(database))
        yield database, now
    finally:
        database.close_now()


def desks_named(database: Database, name: str | None) -> list[tuple[DeskOnRecord, Policy]]:
    """The desks of that name, or all, with the policy in force. Raises ConfigError where there is none."""

    def read(session: Session) -> list[tuple[DeskOnRecord, Policy]]:
        found = []
        for desk in list_desks(session):
            latest = latest_policy(session, desk.organisation_id, desk.desk_id)
            if latest is not None and name in (None, desk.name):
                found.append((desk, policy_from_data({**latest[1], "version": latest[0]})))
        return found

    found = database.read_now(read)
    if not found:
        named = f"no desk {name}" if name else "no desk yet"
        raise ConfigError(f"there is {named} on record: start vigie run once, with the same VIGIE_DATABASE_URL")
    return found


def _offset(database: Database) -> float:
    from bot.app import workspace_file  # noqa: PLC0415  a desk on a real platform never loads the workspace
    from bot.local.now import stored_offset  # noqa: PLC0415  as above

    return stored_offset(workspace_file(database))
