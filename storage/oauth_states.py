"""States of installations that came back from the platform: each is worth one return. What was only begun leaves no
row: a state carries the proof that we gave it out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session

from storage.core import add_new, table
from storage.tables import OAuthStateRow

_rows = table(OAuthStateRow)


def consume_state(session: Session, state: str, expires_at: datetime, now: datetime) -> bool:
    """Whether nobody came back with that state yet; from now on somebody has, until it is worth nothing anyway."""
    session.execute(delete(_rows).where(_rows.c.expires_at <= now))
    return expires_at > now and add_new(
        session, OAuthStateRow, {"state": state, "expires_at": expires_at}, key=("state",)
    )
