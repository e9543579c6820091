"""What platforms say of whether people can be disturbed: hints, by which of equals one is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.tables.availability import PresenceRow

_rows = table(PresenceRow)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody can be disturbed, as their platform last said."""

    #: From when to when notifications are kept from them, the present time or the next; None: never.
    undisturbed: Span | None = None
    #: When they were seen not to be active; None: they were, or that was never asked.
    inactive_at: datetime | None = None


def save_presences(
    session: Session,
    organisation_id: int,
    undisturbed: Mapping[str, Span | None],
    active: Mapping[str, bool],
    now: datetime,
) -> None:
    """Keep what was just read of these accounts: when they are not to be disturbed, and who is active. Of whoever is
    not in one of them, that is still as it was."""
    common: dict[str, Any] = {"organisation_id": organisation_id, "read_at": now}
    quiet = [
        {**common, "account": account, "quiet_from": span and span[0], "quiet_until": span and span[1]}
        for account, span in undisturbed.items()
    ]
    seen = [{**common, "account": account, "inactive_at": None if each else now} for account, each in active.items()]
    for rows in (quiet, seen):
        upsert(session, PresenceRow, rows, key=("organisation_id", "account"))


def load_presences(session: Session, organisation_id: int) -> dict[str, Presence]:
    """What is known, by account."""
    found = session.execute(
        sa.select(_rows.c.account, _rows.c.quiet_from, _rows.c.quiet_until, _rows.c.inactive_at).where(
            _rows.c.organisation_id == organisation_id
        )
    )
    return {
        account: Presence(None if start is None or end is None else (start, end), inactive_at)
        for account, start, end, inactive_at in found
    }
