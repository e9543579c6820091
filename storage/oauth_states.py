"""States of installations that were begun: each is worth one return from the platform, for a few minutes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session

from storage.core import add_all, table
from storage.tables import OAuthStateRow

_rows = table(OAuthStateRow)


def keep_state(session: Session, state: str, expires_at: datetime, now: datetime) -> None:
    """Remember a state, and forget those that nobody came back with in time."""
    session.execute(delete(_rows).where(_rows.c.expires_at <= now))
    add_all(session, OAuthStateRow, [{"state": state, "expires_at": expires_at}])


def consume_state(session: Session, state: str, now: datetime) -> bool:
    """Whether that state was given out and is still good; it is not any more."""
    done = session.execute(delete(_rows).where(_rows.c.state == state, _rows.c.expires_at > now))
    return bool(done.rowcount)  # type: ignore[attr-defined]
