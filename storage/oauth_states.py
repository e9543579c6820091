"""OAuth states that were used: each can be used once. A state that was only given out leaves no row, since it carries
its own proof of origin."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session

from storage.core import add_new, table
from storage.tables.organisations import OAuthStateRow

_rows = table(OAuthStateRow)


def consume_state(session: Session, state: str, expires_at: datetime, now: datetime) -> bool:
    """Use that state. True the first time; False for every later use until it has expired."""
    session.execute(delete(_rows).where(_rows.c.expires_at <= now))
    return expires_at > now and add_new(
        session, OAuthStateRow, {"state": state, "expires_at": expires_at}, key=("state",)
    )
